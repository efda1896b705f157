"""Subjects of the acquirer's suite: the fake, and the client on the simulator's process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from domain.acquirer import Acquirer
from domain.clock import Deadline
from domain.money import Money
from gateway.acquirer import AcquirerClient, opened
from tests.acquirer import AcquirerProcess
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import StillClock

__all__ = ["AMOUNT", "BILL", "Asked", "Subject", "asking", "deadline", "faked", "real"]

BILL: Final = "B-1"
AMOUNT: Final = Money(Decimal("123.45"))


@dataclass(frozen=True, slots=True)
class Subject:
    """``press``: what a customer does with an order (visit, pay, remember, decline); ``taken``: how often he paid."""

    acquirer: Acquirer
    press: Callable[[str, str], None]
    taken: Callable[[str], int]


@dataclass(slots=True)
class Asked:
    """An observer that remembers."""

    outcomes: list[tuple[str, str, str]] = field(default_factory=list)

    def asked(self, operation: str, outcome: str, detail: str, seconds: float) -> None:
        """Remember an exchange."""
        self.outcomes.append((operation, outcome, detail))


def deadline(seconds: float = 20.0) -> Deadline:
    """Far away."""
    return Deadline.after(StillClock(), seconds)


@asynccontextmanager
async def asking(process: AcquirerProcess, asked: Asked | None = None, **changed: Any) -> AsyncIterator[AcquirerClient]:
    """Open the client."""
    async with opened(process.settings(**changed), asked or Asked()) as client:
        assert client is not None
        yield client


@asynccontextmanager
async def real(process: AcquirerProcess) -> AsyncIterator[Subject]:
    """The client on the simulator."""

    def press(order: str, action: str) -> None:
        if action == "visit":
            process.visit(order)
        else:
            process.pay(order, action=action)

    async with asking(process) as client:
        yield Subject(client, press, lambda order: process.ledger(order)["taken"])


@asynccontextmanager
async def faked() -> AsyncIterator[Subject]:
    """The fake."""
    fake = FakeAcquirer()

    def press(order: str, action: str) -> None:
        fake.visit(order, BILL, AMOUNT)
        if action == "decline":
            fake.decline(order)
        elif action != "visit":
            fake.pay(order, remember=action == "remember")

    yield Subject(fake, press, lambda order: fake.taken.get(order, 0))
