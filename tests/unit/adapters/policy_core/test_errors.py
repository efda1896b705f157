"""What the core's codes mean to us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import adapters.policy_core
from adapters.policy_core import errors, wire
from domain.errors import Refused, SourceGarbled

PROTOCOL = Path(adapters.policy_core.__file__).with_name("contract") / "PROTOCOL.md"


def section(number: int) -> str:
    """A section of the contract."""
    return PROTOCOL.read_text("utf-8").partition(f"\n## {number}. ")[2].partition("\n## ")[0]


def written(kind: str = r"\w*") -> set[str]:
    """The codes of a kind that the contract lists, success left out."""
    return set(re.findall(rf"^\| (\d+) \| .+ \| {kind} \|$", section(7), re.MULTILINE)) - {"0"}


def test_every_code_of_the_contract_is_known() -> None:
    assert written() == errors.CODES.keys()


def test_refusals_are_told_apart_from_failures() -> None:
    refusals = {code for code, meaning in errors.CODES.items() if isinstance(meaning, str)}
    assert refusals == written("refusal")
    assert len({errors.CODES[code] for code in refusals}) == len(refusals)


def test_every_error_of_a_write_is_in_the_table_of_codes() -> None:
    rows = re.findall(r"^\| `\w+` \| .+ \| .+ \| ([\d, ]+) \|$", section(8), re.MULTILINE)
    assert len(rows) == 6
    assert {code for row in rows for code in row.split(", ")} <= written()


@pytest.mark.parametrize("code", ["300", "314"])
def test_a_question_cannot_be_refused(code: str) -> None:
    status = wire.Status(code, None)
    assert isinstance(errors.failure("CreateBill", status), Refused)
    assert isinstance(errors.answered("GetBillStatus", status), SourceGarbled)
