"""What hangs on a claim, and the stations that repair."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import models
from domain.errors import SignInRequired, Source, SourceError
from domain.models import ClaimId
from domain.money import Locale
from domain.viewer import Viewer
from resolvers import claims
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN

STATION = objects.referral().station


async def test_messages_come_the_oldest_first() -> None:
    late, early, tied = (
        objects.message("m1", sent_at=NOW),
        objects.message("m3", sent_at=NOW - timedelta(hours=1)),
        objects.message("m2", sent_at=NOW),
    )
    context = request(FakeReads(claim_messages={ClaimId("c1"): (tied, late, early)}), client(CLIENT))

    assert await claims.messages([objects.claim()], context) == [(early, late, tied)]


@pytest.mark.parametrize("viewer", [client(CLIENT), EMPLOYEE])
async def test_stations_are_found_by_city(viewer: Viewer) -> None:
    context = request(FakeReads(repair_stations={"Казань": (STATION,)}), viewer)

    assert await claims.repair_stations(context, " Казань ") == (STATION,)
    assert await claims.repair_stations(context, "Атлантида") == ()


async def test_stations_are_for_people_who_signed_in() -> None:
    with pytest.raises(SignInRequired):
        await claims.repair_stations(request(FakeReads(), None), "Казань")


async def test_stations_that_cannot_be_had_are_a_failure() -> None:
    reads = FakeReads()
    reads.fail("repair_stations", DOWN[Source.CLAIMS_CORE])

    with pytest.raises(SourceError) as failed:
        await claims.repair_stations(request(reads, EMPLOYEE), "Казань")
    assert failed.value is DOWN[Source.CLAIMS_CORE]


def test_a_state_is_told_in_the_readers_language() -> None:
    claim = objects.claim(status=models.ClaimStatus.IN_REPAIR)

    assert claims.status_text(claim, request(FakeReads(), EMPLOYEE, locale=Locale.RU)) == "В ремонте"
    assert claims.status_text(claim, request(FakeReads(), EMPLOYEE, locale=Locale.EN)) == "In repair"
