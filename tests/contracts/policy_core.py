"""The policy core's row of the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

from adapters.policy_core import Adapter, Settings
from adapters.transport import Transport
from dev.simulators.kit import Options, running
from dev.simulators.policy_core.bills import Bill, Subject
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER, PolicyCore
from dev.simulators.population import population_on
from domain.errors import Source, SourceInMaintenance
from domain.models import ClientLookup, Isn, PolicyNumber
from domain.numbers import policy_number
from tests.contracts.subjects import Observed, Opened, ReadUnderTest, SystemUnderTest

TODAY = date(2026, 1, 15)
CLIENTS = (Isn(2596516901), Isn(2596516902))
DEMO, KASKO, *_ = population_on(1, TODAY).policies_of(CLIENTS[0])
NEIGHBOUR = population_on(1, TODAY).client(CLIENTS[1])
assert NEIGHBOUR is not None
POLICIES = (Isn(DEMO.isn), Isn(KASKO.isn))
NUMBERS = (policy_number(DEMO.number), policy_number(KASKO.number))
RENEWABLE = (policy_number("ААК 0159403740"), policy_number("K01393741"))
BILLS = (Isn(70000000001), Isn(70000000002))
NO_ISN = Isn(7)
NO_NUMBER = PolicyNumber("K00000000")


@asynccontextmanager
async def opened(timeout_s: float) -> AsyncIterator[Opened]:
    """Start both on the day of the worked life example, with two bills made out."""
    simulator = PolicyCore(Options(seed=1, today=TODAY))
    for number, isn in enumerate(BILLS, 1):
        subject = Subject(KASKO.isn, instalment=number)
        simulator.state.bills.of_isn[isn] = Bill(isn, subject, Decimal("45263.75"))
    async with running(simulator) as handle:
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
            (ClientLookup(policy=NUMBERS[0]), ClientLookup(phone=NEIGHBOUR.phone)),
            ClientLookup(email="nobody@example.com"),
            1,
            spoilable=False,
        ),
        ReadUnderTest("policies", "GetPolicies", POLICIES, NO_ISN, 50),
        ReadUnderTest("policies_by_number", "GetPolicies", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("policies_of_holder", "FindPolicies", CLIENTS, NO_ISN, 20, rows=True),
        ReadUnderTest("instalments", "GetInstalments", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("documents", "GetDocumentList", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("renewals", "GetRenewalOptions", NUMBERS, NO_NUMBER, 1),
        ReadUnderTest("renewal_choices", "GetRenewalOptions", RENEWABLE, NO_NUMBER, 1),
        ReadUnderTest("bills", "GetBillStatus", BILLS, NO_ISN, 1),
        ReadUnderTest("product_rules", "GetProductRules", ("ISJ", "OSAGO"), "NONE", 1),
    ),
    html_page=SourceInMaintenance,
)
