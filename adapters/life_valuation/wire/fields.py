"""Single fields in the forms the engine writes them: contract/PROTOCOL.md, section 3."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

__all__ = ["Fields", "JsonObject", "Unreadable", "fits_contract", "fits_isn", "fits_ticker", "grouped_decimal"]

T = TypeVar("T")

JsonObject = Mapping[str, object]

CONTRACT = re.compile(r"[0-9A-Z]{1,20}", re.ASCII)
ISN = re.compile(r"\d{1,18}", re.ASCII)
GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})*,\d{2,}", re.ASCII)
DATE_RU = re.compile(r"(?P<day>\d{2})\.(?P<month>\d{2})\.(?P<year>\d{4})", re.ASCII)
DATE_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
LEVEL = re.compile(r"\d{1,12}\.\d{4,}", re.ASCII)
MAX_TICKER = 12
MAX_ISN = 10**18
CENTS = 2


class Unreadable(ValueError):
    """A field breaks the contract; the text names it and never holds its value."""


def fits_contract(number: str) -> bool:
    """Tell whether the engine would accept a contract number at all; it refuses a whole batch for one bad key."""
    return CONTRACT.fullmatch(number) is not None


def fits_isn(isn: int) -> bool:
    """Tell whether the engine would accept an ISN at all."""
    return 0 < isn < MAX_ISN


def fits_ticker(ticker: str) -> bool:
    """Tell whether the engine would accept a ticker at all."""
    return 1 <= len(ticker) <= MAX_TICKER


def grouped_decimal(text: str) -> Decimal:
    """Read ``1 234 567,89``. Raises: ``Unreadable``."""
    if not GROUPED.fullmatch(text):
        raise Unreadable("grouped number")
    return Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))


class Fields(msgspec.Struct, frozen=True):
    """Reads the fields of one JSON object, each by its documented form. Raises: ``Unreadable`` naming the field."""

    row: JsonObject

    @classmethod
    def of(cls, value: object, what: str) -> Fields:
        """Take a JSON value that must be an object."""
        if not isinstance(value, dict):
            raise Unreadable(f"{what}: not an object")
        return cls(value)

    def value(self, name: str) -> object:
        """Any field, which must be there."""
        if name not in self.row:
            raise Unreadable(f"{name}: left out")
        return self.row[name]

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        """A field that may be null."""
        return None if self.value(name) is None else read(name)

    def listed(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """A list of objects."""
        return tuple(read(Fields.of(item, name)) for item in self.items(name))

    def nested(self, name: str) -> Fields:
        """An object within."""
        return Fields.of(self.value(name), name)

    def items(self, name: str) -> list[object]:
        """A list of anything."""
        value = self.value(name)
        if not isinstance(value, list):
            raise Unreadable(f"{name}: not a list")
        return value

    def text(self, name: str) -> str:
        """A text."""
        value = self.value(name)
        if not isinstance(value, str):
            raise Unreadable(f"{name}: not a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(Fields({name: each}).text(name) for each in self.items(name))

    def contract(self, name: str = "contract") -> str:
        """A contract number."""
        text = self.text(name)
        if not fits_contract(text):
            raise Unreadable(f"{name}: not a contract number")
        return text

    def number(self, name: str) -> Decimal:
        """A JSON number, exactly as written."""
        value = self.value(name)
        if not isinstance(value, Decimal):
            raise Unreadable(f"{name}: not a number")
        return value

    def whole(self, name: str) -> int:
        """A JSON number without a fraction."""
        value = self.number(name)
        if value != value.to_integral_value():
            raise Unreadable(f"{name}: not a whole number")
        return int(value)

    def isn(self, name: str) -> int:
        """An ISN: digits in a text, or a number with a zero fraction."""
        value = self.value(name)
        if isinstance(value, Decimal):
            return self.whole(name)
        whole = self.text(name).removesuffix(".0")
        if not ISN.fullmatch(whole):
            raise Unreadable(f"{name}: not an ISN")
        return int(whole)

    def grouped(self, name: str) -> Decimal:
        """Money or a percentage as text, ``1 234,56``."""
        try:
            return grouped_decimal(self.text(name))
        except Unreadable as broken:
            raise Unreadable(f"{name}: not a grouped number") from broken

    def money(self, name: str) -> Decimal:
        """Money as a JSON number of two places at most."""
        value = self.number(name)
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -CENTS:
            raise Unreadable(f"{name}: more than two places")
        return value

    def level(self, name: str) -> Decimal:
        """A level as text, ``1845.6200``."""
        text = self.text(name)
        if not LEVEL.fullmatch(text):
            raise Unreadable(f"{name}: not a level")
        return Decimal(text)

    def flag(self, name: str) -> bool:
        """``Y`` or ``N``."""
        text = self.text(name)
        if text not in ("Y", "N"):
            raise Unreadable(f"{name}: neither Y nor N")
        return text == "Y"

    def boolean(self, name: str) -> bool:
        """A JSON boolean."""
        value = self.value(name)
        if not isinstance(value, bool):
            raise Unreadable(f"{name}: not a boolean")
        return value

    def date_ru(self, name: str) -> date:
        """``06.06.2026``."""
        return self._date(name, DATE_RU)

    def dates_ru(self, name: str) -> tuple[date, ...]:
        """A list of dates."""
        return tuple(Fields({name: each}).date_ru(name) for each in self.items(name))

    def date_iso(self, name: str) -> date:
        """``2026-06-06``."""
        return self._date(name, DATE_ISO)

    def instant_ru(self, name: str) -> datetime:
        """``15.01.2026 12:30:00``, Moscow time; the result is naive."""
        return self._instant(name, "%d.%m.%Y %H:%M:%S", 19)

    def instant_iso(self, name: str) -> datetime:
        """``2026-01-15T12:30:00``, Moscow time; the result is naive."""
        return self._instant(name, "%Y-%m-%dT%H:%M:%S", 19)

    def _date(self, name: str, form: re.Pattern[str]) -> date:
        found = form.fullmatch(self.text(name))
        if found is None:
            raise Unreadable(f"{name}: not a date as agreed")
        try:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError as broken:
            raise Unreadable(f"{name}: not a date as agreed") from broken

    def _instant(self, name: str, form: str, length: int) -> datetime:
        text = self.text(name)
        # strptime takes 6.6.2026 as well; the contract does not.
        if len(text) != length:
            raise Unreadable(f"{name}: not a date as agreed")
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the wire has no offset, the mapping sets Moscow
        except ValueError as broken:
            raise Unreadable(f"{name}: not a date as agreed") from broken
