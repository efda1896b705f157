"""The data of the schema in memory: a hundred policies of forty clients, the same in every process and language.

Python keeps days and sums as its drivers would give them, ``date`` and ``Decimal``; JavaScript has neither, and keeps
the texts that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Final

__all__ = ["CLIENTS", "DOCUMENT", "OPERATION", "POLICIES", "SDL", "Client", "Line", "Policy", "PolicyStatus"]

FOLDER: Final = Path(__file__).parent
SDL: Final = (FOLDER / "schema.graphql").read_text(encoding="utf-8")
DOCUMENT: Final = (FOLDER / "policies.graphql").read_text(encoding="utf-8")
OPERATION: Final = "Policies"


class Line(Enum):
    """Line of insurance."""

    KASKO = "KASKO"
    OSAGO = "OSAGO"
    PROPERTY = "PROPERTY"
    TRAVEL = "TRAVEL"


class PolicyStatus(Enum):
    """State of a policy."""

    ACTIVE = "ACTIVE"
    FUTURE = "FUTURE"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Client:
    """Whose policies they are."""

    id: str
    first_name: str
    last_name: str
    phone: str | None

    @property
    def plain(self) -> dict[str, Any]:
        """The client as JSON has it."""
        return {"id": self.id, "firstName": self.first_name, "lastName": self.last_name, "phone": self.phone}


@dataclass(frozen=True, slots=True)
class Policy:
    """Ten values and a key that leads to a client."""

    id: str
    number: str
    line: Line
    status: PolicyStatus
    product: str
    starts_on: date
    ends_on: date
    premium: Decimal
    instalments: int
    renewable: bool
    holder_id: str

    @property
    def plain(self) -> dict[str, Any]:
        """The policy as JSON has it, the holder by key."""
        return {
            "id": self.id,
            "number": self.number,
            "line": self.line.value,
            "status": self.status.value,
            "product": self.product,
            "startsOn": self.starts_on.isoformat(),
            "endsOn": self.ends_on.isoformat(),
            "premium": f"{self.premium:f}",
            "instalments": self.instalments,
            "renewable": self.renewable,
            "holderId": self.holder_id,
        }


def client(place: int) -> Client:
    """Make one of the clients."""
    first, last = FIRST[place % len(FIRST)], LAST[place % len(LAST)]
    return Client(f"c{place}", first, last, f"+7900{place:07}" if place % 5 else None)


def policy(place: int) -> Policy:
    """Make one of the policies."""
    starts_on = DAY + timedelta(days=17 * place)
    return Policy(
        id=f"p{place}",
        number=f"P1{place:07}",
        line=LINES[place % len(LINES)],
        status=STATUSES[place % len(STATUSES)],
        product=PRODUCTS[place % len(PRODUCTS)],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        premium=Decimal(100_000 + 7_919 * place).scaleb(-2),
        instalments=1 + place % 4,
        renewable=place % 3 == 0,
        holder_id=f"c{7 * place % MANY_CLIENTS}",
    )


DAY: Final = date(2024, 1, 15)
LINES: Final = tuple(Line)
STATUSES: Final = tuple(PolicyStatus)
PRODUCTS: Final = ("Каско Профи", "ОСАГО", "Квартира", "Путешествие", "Дом и участок")
FIRST: Final = ("Анна", "Пётр", "Мария", "Иван", "Ольга", "Сергей", "Елена")
LAST: Final = ("Иванова", "Смирнов", "Кузнецова", "Попов", "Соколова")
MANY_CLIENTS: Final = 40

CLIENTS: Final = {each.id: each for each in map(client, range(MANY_CLIENTS))}
POLICIES: Final = tuple(map(policy, range(100)))


def expected(first: int) -> dict[str, Any]:
    """Return the answer that every peer must give."""
    rows = []
    for each in POLICIES[:first]:
        row = each.plain
        holder = CLIENTS[row.pop("holderId")].plain
        rows.append({**row, "holder": holder})
    return {"data": {"policies": rows}}


def plain() -> dict[str, Any]:
    """Return all data as JSON has it, for the peers in Node."""
    return {"policies": [each.plain for each in POLICIES], "clients": {key: one.plain for key, one in CLIENTS.items()}}
