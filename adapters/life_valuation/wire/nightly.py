"""Lines of the nightly file: contract/NIGHTLY.md. Code page 866, fixed width."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from adapters.life_valuation.wire.fields import Unreadable, fits_contract, grouped_decimal

__all__ = [
    "LINE_BYTES",
    "NightlyHeader",
    "NightlyLevelRecord",
    "NightlyRecord",
    "NightlySurrenderRecord",
    "NightlyTrailer",
    "decode_line",
]

CODE_PAGE = "cp866"
LINE_BYTES = 96
VERSION = "02"
LEVEL_PLACES = 4


class NightlyHeader(msgspec.Struct, frozen=True):
    """First line; ``made_at`` in Moscow time, naive. Source: record ``00``."""

    business_date: date
    made_at: datetime


class NightlyLevelRecord(msgspec.Struct, frozen=True):
    """A closing level. Source: record ``10``."""

    ticker: str
    name: str
    on: date
    level: Decimal
    currency: str


class NightlySurrenderRecord(msgspec.Struct, frozen=True):
    """A row of a surrender table. Units: ``percent`` of premiums paid. Source: record ``20``."""

    contract: str
    year: int
    starts: date
    percent: Decimal
    amount: Decimal
    currency: str


class NightlyTrailer(msgspec.Struct, frozen=True):
    """Last line: control counts and the sum of all amounts. Source: record ``99``."""

    levels: int
    surrender_rows: int
    amounts: Decimal


NightlyRecord = NightlyHeader | NightlyLevelRecord | NightlySurrenderRecord | NightlyTrailer


def decode_line(line: bytes) -> NightlyRecord | None:
    """Read one line without its CR LF; None for a type added later. Raises: ``Unreadable``."""
    if len(line) != LINE_BYTES:
        raise Unreadable(f"line is not {LINE_BYTES} octets")
    text = line.decode(CODE_PAGE)
    match text[:2]:
        case "00":
            return header(text)
        case "10":
            return level(text)
        case "20":
            return surrender(text)
        case "99":
            return NightlyTrailer(whole(text, 3, 9), whole(text, 12, 9), grouped(text, 21, 24))
        case _:
            return None


def header(text: str) -> NightlyHeader:
    """Read record ``00``."""
    if part(text, 25, 2) != VERSION:
        raise Unreadable("layout version is not 02")
    return NightlyHeader(moment(text, 3, 8, "%Y%m%d").date(), moment(text, 11, 14, "%Y%m%d%H%M%S"))


def level(text: str) -> NightlyLevelRecord:
    """Read record ``10``."""
    value = grouped(text, 63, 20)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent < LEVEL_PLACES:
        raise Unreadable("level has less than 4 places")
    on = moment(text, 55, 8, "%d%m%Y").date()
    return NightlyLevelRecord(part(text, 3, 12), part(text, 15, 40), on, value, part(text, 83, 3))


def surrender(text: str) -> NightlySurrenderRecord:
    """Read record ``20``."""
    contract = part(text, 3, 20)
    if not fits_contract(contract):
        raise Unreadable("not a contract number")
    return NightlySurrenderRecord(
        contract=contract,
        year=whole(text, 23, 3),
        starts=moment(text, 26, 10, "%d.%m.%Y").date(),
        percent=grouped(text, 36, 9),
        amount=grouped(text, 45, 20),
        currency=part(text, 65, 3),
    )


def part(text: str, first: int, length: int) -> str:
    """Cut a field out by its documented position, counted from 1."""
    return text[first - 1 : first - 1 + length].strip(" ")


def whole(text: str, first: int, length: int) -> int:
    """Read a whole number."""
    digits = part(text, first, length)
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable(f"whole number expected at {first}")
    return int(digits)


def grouped(text: str, first: int, length: int) -> Decimal:
    """Read a number with a comma and groups of three."""
    try:
        return grouped_decimal(part(text, first, length))
    except Unreadable as broken:
        raise Unreadable(f"grouped number expected at {first}") from broken


def moment(text: str, first: int, length: int, form: str) -> datetime:
    """Read a date or an instant."""
    digits = part(text, first, length)
    # strptime takes one-digit days as well; the layout does not.
    if len(digits) != length:
        raise Unreadable(f"date expected at {first}")
    try:
        return datetime.strptime(digits, form)  # noqa: DTZ007 - the file has no offset, the mapping sets Moscow
    except ValueError as broken:
        raise Unreadable(f"date expected at {first}") from broken
