"""The claims core's row of the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.errors import Source
from domain.models import ClaimId, PolicyNumber
from tests.contracts.claims_core_bench import (
    DEMO,
    bench,
    claim_ids_of,
    claim_numbers_of,
    policies_of,
    population,
)
from tests.contracts.subjects import Opened, ReadUnderTest, SystemUnderTest

HELD = population()
IDS = claim_ids_of(DEMO)
NUMBERS = claim_numbers_of(DEMO)
POLICIES = [number for number in policies_of(DEMO) if HELD.claims_of(number)]
NOBODY = ClaimId("00000000-0000-4000-8000-000000000000")


@asynccontextmanager
async def opened(timeout_s: float) -> AsyncIterator[Opened]:
    """Start both; replies are judged as long as no fault spoils them."""
    async with bench(timeout_s=timeout_s, token_timeout_s=timeout_s) as started:
        yield Opened(started.adapter, started.handle, started.observed)
        if started.handle.switchboard.fired:
            started.judge.pardon()


SYSTEM = SystemUnderTest(
    Source.CLAIMS_CORE,
    opened,
    (
        ReadUnderTest("claims", "listClaims", (IDS[0], IDS[1]), NOBODY, 50),
        ReadUnderTest("claims_by_number", "listClaims", (NUMBERS[0], NUMBERS[1]), "CL-000000000", 50),
        ReadUnderTest(
            "claims_of_policy",
            "listClaims",
            (POLICIES[0], POLICIES[1]),
            PolicyNumber("K00000000"),
            20,
            absent=(),
            rows=True,
        ),
        ReadUnderTest("claim_messages", "listMessages", (IDS[0], IDS[1]), NOBODY, 1),
        ReadUnderTest(
            "repair_stations", "listRepairStations", ("Казань", "Самара"), "Атлантида", 1, absent=(), spoilable=False
        ),
    ),
)
