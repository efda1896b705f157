"""Single values in the policy core's spelling. Source: PROTOCOL.md, section 3.

Each function takes the text and the element's name, and raises ``wire.Unreadable`` with the name alone: a value may be
personal data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from adapters.policy_core import wire
from domain import models, numbers
from domain.clock import MOSCOW

__all__ = [
    "amount",
    "code",
    "day",
    "decimal",
    "flag",
    "isn",
    "isn_text",
    "media_type",
    "moment",
    "number",
    "optional",
    "sequence",
    "size",
    "text",
    "whole",
]

V = TypeVar("V")

ISN: Final = re.compile(r"([1-9]\d{0,14})\.0", re.ASCII)
DAY: Final = re.compile(r"\d{2}\.\d{2}\.\d{4}", re.ASCII)
MOMENT: Final = re.compile(r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}", re.ASCII)
SUM: Final = re.compile(r"-?\d{1,3}([ \u00a0]?\d{3})*,\d{2}", re.ASCII)
DECIMAL: Final = re.compile(r"\d{1,7},\d{2}", re.ASCII)
WHOLE: Final = re.compile(r"\d{1,10}", re.ASCII)
SEQUENCE: Final = re.compile(r"\d{1,18}", re.ASCII)
MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}", re.ASCII)
FLAGS: Final = {"Y": True, "N": False}
SPACES: Final = str.maketrans({" ": None, "\u00a0": None, ",": "."})


def optional(read: Callable[[str | None, str], V], value: str | None, name: str) -> V | None:
    """Read a value that may be absent."""
    return None if value is None else read(value, name)


def text(value: str | None, name: str) -> str:
    """Read a text that has to be there."""
    if value is None:
        raise wire.Unreadable(f"{name} is absent")
    return value


def isn(value: str | None, name: str) -> models.Isn:
    """Read an ISN. An exponent or a fraction means that digits were lost on the way."""
    return models.Isn(int(matched(ISN, value, name)[1]))


def isn_text(key: int) -> str:
    """Spell an ISN as the core does."""
    return f"{key}.0"


def number(value: str | None, name: str) -> models.PolicyNumber:
    """Read a policy number, folded."""
    return numbers.policy_number(text(value, name))


def day(value: str | None, name: str) -> date:
    """Read ``dd.mm.yyyy``."""
    try:
        return calendar_day(matched(DAY, value, name)[0])
    except ValueError as impossible:
        raise wire.Unreadable(f"{name} is no day of the calendar") from impossible


@lru_cache(maxsize=4096)
def calendar_day(text: str) -> date:
    """Read a day that is spelled well; policies share their days, so few are read twice. Raises: ``ValueError``."""
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


def moment(value: str | None, name: str) -> datetime:
    """Read ``dd.mm.yyyy hh:mm:ss``, Moscow time, as an instant in UTC."""
    try:
        read = datetime.strptime(matched(MOMENT, value, name)[0], "%d.%m.%Y %H:%M:%S").replace(tzinfo=MOSCOW)
    except ValueError as impossible:
        raise wire.Unreadable(f"{name} is no moment of the calendar") from impossible
    return read.astimezone(UTC)


def amount(value: str | None, name: str) -> Decimal:
    """Read ``1 234,56``."""
    return Decimal(matched(SUM, value, name)[0].translate(SPACES))


def decimal(value: str | None, name: str) -> Decimal:
    """Read a percent or an area, ``50,00``."""
    return Decimal(matched(DECIMAL, value, name)[0].translate(SPACES))


def whole(value: str | None, name: str) -> int:
    """Read a count."""
    return int(matched(WHOLE, value, name)[0])


def sequence(value: str | None, name: str) -> int:
    """Read the number of an event."""
    return int(matched(SEQUENCE, value, name)[0])


def size(value: str | None) -> int | None:
    """Read the bytes of a decoded file, which may be unsaid."""
    return optional(whole, value, "Size")


def media_type(value: str | None) -> str:
    """Read a media type; it goes into a header, so its form is checked."""
    return matched(MEDIA_TYPE, value, "MediaType")[0]


def flag(value: str | None, name: str) -> bool:
    """Read ``Y`` or ``N``."""
    return code(FLAGS, value, name)


def code(table: Mapping[str, V], value: str | None, name: str) -> V:
    """Look a code up in its table."""
    found = table.get(text(value, name))
    if found is None:
        raise wire.Unreadable(f"{name} has an unknown code")
    return found


def matched(pattern: re.Pattern[str], value: str | None, name: str) -> re.Match[str]:
    """Match a whole value."""
    found = pattern.fullmatch(text(value, name))
    if found is None:
        raise wire.Unreadable(f"{name} is misspelled")
    return found
