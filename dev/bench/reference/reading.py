"""Values of the systems as the screens show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lxml import etree

from dev.bench.reference.upstream import NS

__all__ = ["day", "days_left", "iso", "key", "name", "policy", "roubles", "text"]

NO_BREAK: Final = "\u00a0"
LINES: Final = {"10": "KASKO", "20": "OSAGO", "30": "PROPERTY", "40": "TRAVEL", "50": "HEALTH", "60": "LIFE"}
STATES: Final = {
    "Ожидает оплаты": "AWAITING_PAYMENT",
    "Не вступил в силу": "FUTURE",
    "Действует": "ACTIVE",
    "Закончен": "EXPIRED",
    "Расторгнут": "CANCELLED",
}


def text(row: etree._Element, tag: str) -> str | None:
    """Return a child's text."""
    return row.findtext(f"{NS}{tag}") or None


def iso(spelled: str | None) -> str | None:
    """Turn ``dd.mm.yyyy`` into ISO 8601."""
    return None if spelled is None else f"{spelled[6:]}-{spelled[3:5]}-{spelled[:2]}"


def day(written: str) -> date:
    """Read a date of ISO 8601."""
    return date.fromisoformat(written)


def roubles(spelled: str | float | None) -> dict[str, str] | None:
    """Format a sum, whether it came as text with a comma or as a number."""
    if spelled is None:
        return None
    plain = (
        spelled
        if isinstance(spelled, float | int)
        else float(spelled.replace(" ", "").replace(NO_BREAK, "").replace(",", "."))
    )
    written = f"{plain:,.2f}".replace(",", NO_BREAK).replace(".", ",")
    return {"amount": f"{plain:.2f}", "currency": "RUB", "formatted": f"{written}{NO_BREAK}₽"}


def days_left(end: str, today: date) -> int:
    """Count the days to an end, none after it."""
    return max(0, (day(end) - today).days)


def name(row: etree._Element) -> dict[str, str | None]:
    """Read a person's name."""
    last, first, patronymic = text(row, "LastName"), text(row, "FirstName"), text(row, "MiddleName")
    return {"first": first, "patronymic": patronymic, "full": " ".join(filter(None, (last, first, patronymic)))}


def policy(row: etree._Element, today: date) -> dict[str, Any]:
    """Read what every list shows of a policy."""
    begin, end = iso(text(row, "BeginDate")), iso(text(row, "EndDate"))
    assert begin is not None
    assert end is not None
    return {
        "id": (text(row, "Isn") or "").partition(".")[0],
        "number": text(row, "Number"),
        "line": LINES[text(row, "Line") or ""],
        "status": STATES[text(row, "State") or ""],
        "product": {"code": text(row, "ProductCode"), "name": text(row, "ProductName")},
        "period": {"start": begin, "end": end, "daysLeft": days_left(end, today)},
        "premium": roubles(text(row, "Premium")),
        "holder": (text(row, "HolderIsn") or "").partition(".")[0],
    }


def key(shown: Mapping[str, Any]) -> str:
    """Return a policy's number as the systems take it in requests."""
    return str(shown["number"]).translate(FOLDED)


FOLDED: Final = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX", " -№")
