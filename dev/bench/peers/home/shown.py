"""What plain Strawberry shows of the home screen without asking anybody."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Final, Union

import strawberry

from dev.bench.peers.home import deriving
from dev.bench.peers.home.deriving import Json

__all__ = [
    "ACTION_TYPES",
    "Contact",
    "LifeValuation",
    "Money",
    "Period",
    "PersonName",
    "PolicyConnection",
    "PolicyEdge",
    "PolicyStatus",
    "ReminderAction",
    "UnavailableSource",
    "money",
    "policy_of",
]

ACTIONS: Final = (
    "PayInstalment",
    "PayDeductible",
    "RenewPolicy",
    "UploadDocuments",
    "AttendInspection",
    "UseReferral",
    "ReviewLifeContract",
    "WithdrawFromPolicy",
    "RenewConsent",
)


@strawberry.type
class Money:
    """Sum."""

    amount: str
    currency: str
    formatted: str


@strawberry.type
class Period:
    """Period."""

    start: str
    end: str
    days_left: int


@strawberry.type
class Product:
    """Product."""

    name: str


@strawberry.type
class PersonName:
    """Name."""

    first: str
    patronymic: str | None


@strawberry.type
class Contact:
    """Contact."""

    masked: str


@strawberry.type
class UnavailableSource:
    """System that could not be asked."""

    source: str
    retryable: bool
    until: datetime | None


@strawberry.type
class LifeValuation:
    """Value."""

    as_of: datetime
    stale: bool
    payout_at_maturity: Money


@strawberry.type
class Policy:
    """Policy."""

    id: strawberry.ID
    number: str
    line: str
    status: str
    product: Product
    period: Period


@strawberry.type
class PolicyEdge:
    """Edge."""

    node: Policy


@strawberry.type
class PolicyConnection:
    """Policies."""

    total_count: int
    edges: list[PolicyEdge]


@strawberry.enum
class PolicyStatus(Enum):
    """State."""

    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    FUTURE = "FUTURE"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


def declared(name_: str) -> type:
    """Declare the type of something to do; the home screen asks for no more than its name."""
    made = type(name_, (), {"__annotations__": {"of": strawberry.ID | None}, "of": None})
    return strawberry.type(made)


ACTION_TYPES: Final = {each: declared(each) for each in ACTIONS}
ReminderAction: Any = Annotated[Union[tuple(ACTION_TYPES.values())], strawberry.union("ReminderAction")]  # noqa: UP007


def policy_of(shown: Json) -> Policy:
    """Make the object that Strawberry shows."""
    period = shown["period"]
    return Policy(
        id=strawberry.ID(deriving.global_id("Policy", shown["id"])),
        number=shown["number"],
        line=shown["line"],
        status=shown["status"],
        product=Product(name=shown["product"]["name"]),
        period=Period(start=period["start"], end=period["end"], days_left=period["daysLeft"]),
    )


def money(given: Json | None) -> Money | None:
    """Make the object that Strawberry shows."""
    return None if given is None else Money(**given)
