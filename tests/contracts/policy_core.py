"""The policy core's row of the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from adapters.policy_core import Adapter, Settings
from adapters.transport import Transport
from dev.simulators.kit import Options, running
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER, PolicyCore
from domain.errors import Source
from domain.models import ClientLookup, Isn, PolicyNumber
from tests.contracts.subjects import Observed, Opened, ReadUnderTest, SystemUnderTest

CLIENTS = (Isn(2596516901), Isn(2596516902))
POLICIES = (Isn(5000000001), Isn(5000000002))
NUMBERS = (PolicyNumber("P10033148"), PolicyNumber("K58306481"))
NO_ISN = Isn(7)
NO_NUMBER = PolicyNumber("K00000000")


@asynccontextmanager
async def opened(timeout_s: float) -> AsyncIterator[Opened]:
    """Start both on the day of the worked life example."""
    async with running(PolicyCore(Options(today=date(2026, 1, 15)))) as handle:
        settings = Settings(handle.url + PATH, USER, PASSWORD, timeout_s=timeout_s, login_timeout_s=timeout_s)
        observed = Observed()
        adapter = Adapter(settings, Transport(Source.POLICY_CORE, settings.limits, observed))
        await adapter.start()
        try:
            yield Opened(adapter, handle, observed)
        finally:
            await adapter.close()


SYSTEM = SystemUnderTest(
    Source.POLICY_CORE,
    opened,
    (
        ReadUnderTest("clients", "GetClients", CLIENTS, NO_ISN, 50),
        ReadUnderTest(
            "client_lookups",
            "FindClient",
            (ClientLookup(policy=NUMBERS[0]), ClientLookup(phone="+79130011575")),
            ClientLookup(email="nobody@example.com"),
            1,
            spoilable=False,
        ),
        ReadUnderTest("policies", "GetPolicies", POLICIES, NO_ISN, 50),
        ReadUnderTest("policies_by_number", "GetPolicies", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("policies_of_holder", "FindPolicies", CLIENTS, NO_ISN, 20),
        ReadUnderTest("instalments", "GetInstalments", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("documents", "GetDocumentList", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("renewals", "GetRenewalOptions", NUMBERS, NO_NUMBER, 1),
        ReadUnderTest("product_rules", "GetProductRules", ("ISJ", "OSAGO"), "NONE", 1),
    ),
)
