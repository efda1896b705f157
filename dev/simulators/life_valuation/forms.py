"""Fields as the engine writes them (PROTOCOL.md, section 3), and JSON whose numbers are exact decimals."""

import json
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
PERFORMANCE_PLACES = Decimal("0.000000000001")

_GROUPED = re.compile(r"\d{1,3}([ \u00a0]\d{3})*,\d\d", re.ASCII)


def money_text(amount: Decimal) -> str:
    """4200000 as `4 200 000,00`."""
    return grouped(amount.quantize(CENT, ROUND_HALF_UP))


def grouped(number: Decimal) -> str:
    """The number with all its places, groups of three by spaces, a comma."""
    return f"{number:,f}".replace(",", " ").replace(".", ",")


def money_of(text: str) -> Decimal | None:
    """The amount in a text as `money_text` writes it."""
    if not _GROUPED.fullmatch(text):
        return None
    return Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))


def percent_text(percent: Decimal) -> str:
    """71 as `71,00`."""
    return money_text(percent)


def level_text(level: Decimal) -> str:
    """1845.62 as `1845.6200`; places beyond the fourth stay."""
    return f"{with_places(level):f}"


def with_places(level: Decimal) -> Decimal:
    """The level with four places at least."""
    exponent = level.as_tuple().exponent
    return level.quantize(Decimal("0.0001")) if isinstance(exponent, int) and exponent > -4 else level


def date_ru(day: date) -> str:
    """`06.06.2026`."""
    return f"{day:%d.%m.%Y}"


def instant_ru(instant: datetime) -> str:
    """`15.01.2026 12:30:00`."""
    return f"{instant:%d.%m.%Y %H:%M:%S}"


def instant_iso(instant: datetime) -> str:
    """`2026-01-15T12:30:00`."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}"


def flag(value: bool) -> str:
    """Y or N."""
    return "Y" if value else "N"


def dumps(value: Any) -> str:
    """JSON; a Decimal becomes a number with exactly its digits, never an exponent."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{dumps(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dumps(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
