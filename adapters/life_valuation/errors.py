"""What the engine's failures mean, as one table: contract/PROTOCOL.md, section 6."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

from adapters.life_valuation.wire import Failure, Shape
from domain.clock import MOSCOW
from domain.errors import Source, SourceError, SourceInMaintenance, SourceThrottled, SourceUnavailable
from domain.ports import MISSING, Missing

__all__ = ["SOURCE", "Meaning", "meaning", "outcome"]

SOURCE: Final = Source.LIFE_VALUATION


class Meaning(Enum):
    """What can be done about a failure."""

    UNKNOWN_CONTRACT = auto()
    MAINTENANCE = auto()
    PASSING = auto()
    LASTING = auto()
    JOBS_FULL = auto()
    THROTTLED = auto()
    REFUSED_KEY = auto()
    REFUSED_REQUEST = auto()
    UNLISTED = auto()


TABLE: Final[tuple[tuple[Shape, int | str, Meaning], ...]] = (
    (Shape.CALCULATION, r"договор(?: \w+)? не найден", Meaning.UNKNOWN_CONTRACT),
    (Shape.CALCULATION, r"технический перерыв(?: до .*)?", Meaning.MAINTENANCE),
    (Shape.CALCULATION, r"недостаточно котировок для расчета", Meaning.LASTING),
    (Shape.CALCULATION, r"расчет прерван", Meaning.PASSING),
    (Shape.CALCULATION, r"внутренняя ошибка расчетного модуля", Meaning.PASSING),
    (Shape.DISPATCHER, 1001, Meaning.REFUSED_REQUEST),
    (Shape.DISPATCHER, 1002, Meaning.REFUSED_REQUEST),
    (Shape.DISPATCHER, 2001, Meaning.JOBS_FULL),
    (Shape.DISPATCHER, 2002, Meaning.THROTTLED),
    (Shape.DISPATCHER, 5000, Meaning.PASSING),
    (Shape.DOOR, r"ключ не распознан", Meaning.REFUSED_KEY),
    (Shape.DOOR, r"срок действия ключа истек", Meaning.REFUSED_KEY),
    (Shape.DOOR, r"доступ к операции запрещен", Meaning.REFUSED_KEY),
    (Shape.PARSER, r".*", Meaning.REFUSED_REQUEST),
)

RETRYABLE: Final = frozenset({Meaning.PASSING, Meaning.UNLISTED})
UNTIL = re.compile(r"до (\d{2}\.\d{2}\.\d{4} \d{2}:\d{2})")


def meaning(failure: Failure) -> Meaning:
    """Look a failure up in the table."""
    text = failure.text.strip().rstrip(".").lower().replace("ё", "е")
    for shape, sign, found in TABLE:
        if shape is not failure.shape:
            continue
        if sign == failure.code or (isinstance(sign, str) and re.fullmatch(sign, text)):
            return found
    return Meaning.UNLISTED


def outcome(operation: str, failure: Failure) -> Missing | SourceError:
    """Turn a failure into what a read says of the keys it concerns.

    The engine's own text is dropped: it may hold what no log may.
    """
    found = meaning(failure)
    if found is Meaning.UNKNOWN_CONTRACT:
        return MISSING
    if found is Meaning.MAINTENANCE:
        return SourceInMaintenance(SOURCE, operation, closed_until(failure.text))
    detail = f"failure {failure.shape.value}{failure.code or ''}: {found.name.lower()}"
    retry_after_s = None if failure.wait_ms is None else failure.wait_ms / 1000
    if found in {Meaning.JOBS_FULL, Meaning.THROTTLED}:
        only_operation = found is Meaning.JOBS_FULL
        return SourceThrottled(SOURCE, operation, detail, retry_after_s=retry_after_s, only_operation=only_operation)
    return SourceUnavailable(SOURCE, operation, detail, retryable=found in RETRYABLE, retry_after_s=retry_after_s)


def closed_until(text: str) -> datetime | None:
    """Find the end of a break in its announcement; None when it names none that can be read."""
    found = UNTIL.search(text)
    if found is None:
        return None
    try:
        local = datetime.strptime(found[1], "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)
    except ValueError:
        return None
    return local.astimezone(UTC)
