"""The table of failures against the texts and codes of the written contract."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import adapters.life_valuation
from adapters.life_valuation.errors import TABLE, Meaning, meaning, outcome
from adapters.life_valuation.wire import Failure, Shape
from domain.errors import SourceInMaintenance, SourceUnavailable
from domain.ports import MISSING


def text(shape: Shape, words: str) -> Failure:
    """A failure that is a text."""
    return Failure(shape, text=words)


@pytest.mark.parametrize(
    "words", ["Договор не найден", "Договор P10033148 не найден", "договор не найден.", " Договор не найден "]
)
def test_an_unknown_contract_is_missing(words: str) -> None:
    assert outcome("orders", text(Shape.CALCULATION, words)) is MISSING


@pytest.mark.parametrize(
    "failure, found, retryable",
    [
        (text(Shape.CALCULATION, "Недостаточно котировок для расчёта"), Meaning.LASTING, False),
        (text(Shape.CALCULATION, "Недостаточно котировок для расчета"), Meaning.LASTING, False),
        (text(Shape.CALCULATION, "Расчёт прерван"), Meaning.PASSING, True),
        (text(Shape.CALCULATION, "Внутренняя ошибка расчётного модуля"), Meaning.PASSING, True),
        (text(Shape.CALCULATION, "Ключ не распознан"), Meaning.UNLISTED, True),
        (text(Shape.DOOR, "Ключ не распознан"), Meaning.REFUSED_KEY, False),
        (text(Shape.DOOR, "Срок действия ключа истек"), Meaning.REFUSED_KEY, False),
        (text(Shape.DOOR, "Доступ к операции запрещён"), Meaning.REFUSED_KEY, False),
        (text(Shape.DOOR, ""), Meaning.UNLISTED, True),
        (Failure(Shape.DISPATCHER, 1001), Meaning.REFUSED_REQUEST, False),
        (Failure(Shape.DISPATCHER, 1002), Meaning.REFUSED_REQUEST, False),
        (Failure(Shape.DISPATCHER, 2001, wait_ms=10), Meaning.JOBS_FULL, True),
        (Failure(Shape.DISPATCHER, 2002, wait_ms=10), Meaning.THROTTLED, True),
        (Failure(Shape.DISPATCHER, 5000), Meaning.PASSING, True),
        (Failure(Shape.DISPATCHER, 7777), Meaning.UNLISTED, True),
        (Failure(Shape.PARSER), Meaning.REFUSED_REQUEST, False),
    ],
)
def test_failures_and_whether_asking_again_helps(failure: Failure, found: Meaning, retryable: bool) -> None:
    assert meaning(failure) is found
    error = outcome("orders", failure)
    assert isinstance(error, SourceUnavailable)
    assert error.retryable is retryable
    assert error.retry_after_s == (0.01 if failure.wait_ms else None)


@pytest.mark.parametrize(
    "words, until",
    [
        ("Технический перерыв до 15.01.2026 13:30", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("Технический перерыв", None),
        ("Технический перерыв до 45.01.2026 13:30", None),
        ("Технический перерыв до вечера", None),
    ],
)
def test_maintenance(words: str, until: datetime | None) -> None:
    error = outcome("orders", text(Shape.CALCULATION, words))
    assert isinstance(error, SourceInMaintenance)
    assert error.until == until


def test_the_engine_s_words_go_nowhere() -> None:
    error = outcome("orders", text(Shape.CALCULATION, "Клиент Соколова, договор P10033148: ошибка"))
    assert "Соколова" not in str(error)
    assert "P10033148" not in str(error)


def test_the_table_holds_every_row_of_the_contract_and_no_other() -> None:
    protocol = (Path(adapters.life_valuation.__file__).parent / "contract" / "PROTOCOL.md").read_text(encoding="utf-8")
    section = protocol[protocol.index("## 6.") : protocol.index("## 7.")]
    written = re.findall(r"^\| ([A-D]) \| (?:`([^`]+)`|(\d{4}))", section, re.MULTILINE)
    codes = {int(code) for shape, _, code in written if code}
    assert codes == {sign for shape, sign, _ in TABLE if shape is Shape.DISPATCHER}
    documented = re.findall(r"^\| ([AC]) \| (`[^\n|]+`) \|", section, re.MULTILINE)
    failures = [
        text(Shape(shape), words.replace("<номер>", "P1").replace("<dd.mm.yyyy hh:mm>", "01.01.2026 10:00"))
        for shape, cell in documented
        for words in re.findall(r"`([^`]+)`", cell)
    ]
    assert len(failures) == 10
    assert [each.text for each in failures if meaning(each) is Meaning.UNLISTED] == []
