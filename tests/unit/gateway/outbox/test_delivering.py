"""A change that was accepted is delivered once, in its order, however long the policy core is away."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from domain.accounts.contacts import ContactChangeId, ContactDelivery
from domain.errors import (
    InvalidInput,
    NotFound,
    Source,
    SourceGarbled,
    SourceInMaintenance,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import ContactKind, Isn
from domain.ports import Call
from gateway.outbox.delivering import Delivering
from gateway.outbox.sending import Later
from tests.fakes.clock import StillClock

ID = ContactChangeId(uuid4())
CORE = Source.POLICY_CORE
OPERATION = "UpdateContacts"


@dataclass
class Kept:
    """One change, the core that it is for, and what became of both."""

    change: ContactDelivery | None = field(
        default_factory=lambda: ContactDelivery(ID, Isn(7), ContactKind.PHONE, "+79050001122", is_first=True)
    )
    failure: Exception | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)
    told: list[tuple[str, ...]] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    seconds: float = 0.0

    async def waiting(self, id_: UUID) -> ContactDelivery | None:
        assert id_ == ID
        return self.change

    async def tried(self, id_: UUID) -> None:
        self.told.append(("tried",))

    async def delivered(self, id_: UUID) -> None:
        self.told.append(("delivered",))

    async def dead(self, id_: UUID, failure: str) -> None:
        self.told.append(("dead", failure))

    def change_tried(self, outcome: str) -> None:
        self.counted.append(outcome)

    async def update(self, client: Isn, phone: str | None, email: str | None, request_id: str, call: Call, /) -> None:
        self.asked.append((client, phone, email, request_id))
        self.seconds = call.deadline.remaining_s()
        if self.failure is not None:
            raise self.failure

    async def deliver(self, tries: int = 1) -> None:
        await Delivering(self, self.update, 30, StillClock(), self).deliver(ID, tries)


async def test_the_core_is_told_under_the_id_of_the_change() -> None:
    kept = Kept()
    await kept.deliver()
    assert kept.asked == [(7, "+79050001122", None, str(ID))]
    assert (kept.told, kept.counted, kept.seconds) == ([("delivered",)], ["sent"], 30)


async def test_an_email_goes_as_an_email() -> None:
    kept = Kept(ContactDelivery(ID, Isn(7), ContactKind.EMAIL, "new@example.ru", is_first=True))
    await kept.deliver()
    assert kept.asked == [(7, None, "new@example.ru", str(ID))]


@pytest.mark.parametrize(
    "failure",
    [
        SourceTimeout(CORE, OPERATION, "no answer"),
        SourceUnavailable(CORE, OPERATION, "HTTP 503"),
        SourceUnavailable(CORE, OPERATION, "error 101", retryable=False),
        SourceInMaintenance(CORE, OPERATION, None),
        SourceGarbled(CORE, OPERATION, "not XML"),
        ValueError("+79050001122"),
    ],
)
@pytest.mark.parametrize("tries", [1, 1000])
async def test_it_is_tried_again_however_often_the_core_failed(failure: Exception, tries: int) -> None:
    kept = Kept(failure=failure)
    with pytest.raises(Later):
        await kept.deliver(tries)
    assert (kept.told, kept.counted) == ([("tried",)], ["later"])


@pytest.mark.parametrize("failure", [NotFound(), InvalidInput("phone", "not_a_phone")])
async def test_it_is_given_up_only_where_the_core_never_will_have_it(failure: Exception) -> None:
    kept = Kept(failure=failure)
    await kept.deliver()
    assert (kept.told, kept.counted) == ([("dead", type(failure).__name__)], ["dead"])


async def test_it_waits_for_the_change_before_it_without_asking_the_core() -> None:
    kept = Kept(ContactDelivery(ID, Isn(7), ContactKind.PHONE, "+79050001122", is_first=False))
    with pytest.raises(Later):
        await kept.deliver()
    assert (kept.asked, kept.told) == ([], [])


async def test_one_that_has_come_to_an_end_is_left_alone() -> None:
    kept = Kept(change=None)
    await kept.deliver()
    assert (kept.asked, kept.told) == ([], [])
