"""What can be made to happen at the core by its admin port, and what was written there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from dev.simulators.kit import MOSCOW
from dev.simulators.kit.clock import Clock
from dev.simulators.policy_core import journal
from dev.simulators.policy_core.bills import Status
from dev.simulators.policy_core.portfolio import Portfolio
from dev.simulators.policy_core.writes import State
from dev.simulators.population import Population
from dev.simulators.population.records import PolicyStatus

HIGHEST_BP = 100_000


@dataclass(frozen=True, slots=True)
class Happenings:
    """Handlers of the core's own routes on the admin port."""

    state: State
    population: Callable[[], Population]
    clock: Clock

    def routes(self) -> Iterable[web.RouteDef]:
        """Each by its path."""
        return [
            web.get("/journal", self.show_journal),
            web.post("/journal", self.conclude),
            web.post("/tariff", self.change_tariff),
            web.post("/bills/cancel", self.cancel_bill),
            web.post("/agreements/cancel", self.cancel_agreement),
            web.get("/ledger", self.show_ledger),
        ]

    async def show_journal(self, request: web.Request) -> web.Response:
        """GET ?from=: all that the journal tells, from a Seq on; no fault touches it."""
        first = request.query.get("from", "1")
        if not (first.isascii() and first.isdigit()) or int(first) < 1:
            return _refused("from: a Seq is expected")
        population = self.population()
        every = journal.with_written(population.seed, population.today, self.state.events)
        shown = list(enumerate(every, 1))[int(first) - 1 :]
        return web.json_response(
            {"events": [{"seq": seq, "kind": each.kind, "policy": each.policy_number} for seq, each in shown]}
        )

    async def conclude(self, request: web.Request) -> web.Response:
        """POST {"client": ISN}: the client's last policy in force counts as concluded now, and the journal says so."""
        isn = await _whole(request, "client")
        held = self.population().policies_of(isn) if isn else ()
        if not held:
            return _refused("client: an ISN of one who has a policy is expected")
        policy = next((each for each in reversed(held) if each.status is PolicyStatus.ACTIVE), held[-1])
        self.state.policies.concluded.add(policy.isn)
        self.state.events.append(journal.concluded(policy, self.clock.now().astimezone(MOSCOW)))
        return web.json_response({"policy": policy.number})

    async def change_tariff(self, request: web.Request) -> web.Response:
        """POST {"rate_bp": 10500}: from now on renewals cost so many ten-thousandths of the usual price."""
        rate_bp = await _whole(request, "rate_bp")
        if not 0 < rate_bp <= HIGHEST_BP:
            return _refused(f"rate_bp: a whole number up to {HIGHEST_BP} is expected")
        self.state.agreements.rate_bp = rate_bp
        return web.json_response({"rate_bp": rate_bp})

    async def cancel_bill(self, request: web.Request) -> web.Response:
        """POST {"bill": ISN}: an open bill can no longer be paid."""
        bill = self.state.bills.of_isn.get(await _whole(request, "bill"))
        if bill is None or bill.status is not Status.OPEN:
            return _refused("bill: the ISN of an open bill is expected")
        self.state.bills.change(bill, Status.CANCELLED)
        return web.json_response({"bill": bill.isn})

    async def cancel_agreement(self, request: web.Request) -> web.Response:
        """POST {"number": "K12345678"}: an agreement's policy is cancelled; what it renewed can be again."""
        now = self.clock.now().astimezone(MOSCOW)
        portfolio = Portfolio(self.population(), now.date(), self.state.policies)
        policy = portfolio.policy_by_number(await _text(request, "number"))
        if policy is None or policy.isn not in self.state.policies.renewed.values():
            return _refused("number: that of an agreement's policy is expected")
        self.state.agreements.cancel(portfolio, policy)
        self.state.events.append(journal.Event(journal.POLICY_CHANGED, policy.number, policy.isn, now.date(), now))
        return web.json_response({"policy": policy.number})

    async def show_ledger(self, _request: web.Request) -> web.Response:
        """GET: every effect that a write had, and every request."""
        return web.json_response(self.state.ledger.as_json())


async def _whole(request: web.Request, name: str) -> int:
    """A whole number of the body, 0 for anything else."""
    try:
        given: Any = (await request.json())[name]
    except (KeyError, TypeError, ValueError):
        return 0
    return given if type(given) is int else 0


async def _text(request: web.Request, name: str) -> str:
    """A text of the body, empty for anything else."""
    try:
        given: Any = (await request.json())[name]
    except (KeyError, TypeError, ValueError):
        return ""
    return given if isinstance(given, str) else ""


def _refused(text: str) -> web.Response:
    return web.json_response({"error": text}, status=400)
