"""The graph of the home screen in plain Strawberry, a resolver a field, each asking the systems for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import strawberry
from lxml import etree
from strawberry.extensions import MaxTokensLimiter, ParserCache, ValidationCache

from dev.bench.peers.home import deriving
from dev.bench.peers.home.deriving import Found, Json
from dev.bench.peers.home.shown import (
    ACTION_TYPES,
    Contact,
    LifeValuation,
    Money,
    Period,
    PersonName,
    PolicyConnection,
    PolicyEdge,
    PolicyStatus,
    ReminderAction,
    UnavailableSource,
    money,
    policy_of,
)
from dev.bench.people import moscow_day
from dev.bench.reference.reading import days_left, iso, key, name, policy, roubles, text
from dev.bench.reference.upstream import NS, Upstream
from domain import masking, numbers, texts
from domain.money import Locale

__all__ = ["Asker", "schema"]

JOBS: Final = 4
MOSCOW: Final = ZoneInfo("Europe/Moscow")
KINDS: Final = {"НСЖ": "ENDOWMENT", "ИСЖ": "INVESTMENT", "ДСЖ": "UNIT_LINKED"}


@dataclass(slots=True)
class Asker:
    """Who asks, and whom; ``jobs`` keeps this process below the engine's limit."""

    upstream: Upstream
    isn: int
    jobs: asyncio.Semaphore
    today: date = field(default_factory=moscow_day)

    async def held(self) -> list[etree._Element]:
        """Ask for the client's policies."""
        return (await self.upstream.soap("FindPolicies", "ClientIsn", f"{self.isn}.0")).findall(f"{NS}Policy")

    async def person(self) -> etree._Element:
        """Ask for the client."""
        found = (await self.upstream.soap("GetClients", "Isn", f"{self.isn}.0")).find(f"{NS}Client")
        assert found is not None
        return found

    async def contracts(self) -> list[Json]:
        """Ask for the life contracts."""
        told = await self.upstream.life("contracts_by_client", clients=[str(self.isn)])
        found: list[Json] = told["clients"][0]["contracts"]
        return found


Info = strawberry.Info[Asker]


@strawberry.type
class ClientProfile:
    """Person."""

    row: strawberry.Private[etree._Element]

    @strawberry.field
    def name(self) -> PersonName:
        """Name."""
        found = name(self.row)
        return PersonName(first=found["first"] or "", patronymic=found["patronymic"])

    @strawberry.field
    def phone(self) -> Contact | None:
        """Phone."""
        spelled = text(self.row, "Phone")
        return Contact(masked=masking.phone(numbers.phone(spelled))) if spelled else None

    @strawberry.field
    def email(self) -> Contact | None:
        """E-mail."""
        spelled = text(self.row, "Email")
        return Contact(masked=masking.email(numbers.email(spelled))) if spelled else None


@strawberry.type
class Reminder:
    """Reminder."""

    found: strawberry.Private[Found]
    kind: str
    due_on: str | None

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Id."""
        return strawberry.ID(deriving.global_id("Reminder", self.found.key))

    @strawberry.field
    def title(self) -> str:
        """What to do."""
        return texts.text(f"reminder.{self.found.kind}", Locale.RU)

    @strawberry.field
    async def amount(self, info: Info) -> Money | None:
        """Money asked; that of a renewal is the price on offer, asked for here."""
        if self.found.policy is None:
            return money(self.found.amount)
        offer = await info.context.upstream.soap("GetRenewalOptions", "PolicyNumber", self.found.policy)
        return money(roubles(offer.findtext(f"{NS}RenewalOptions/{NS}Premium")))

    action: Any = strawberry.field(resolver=lambda root: ACTION_TYPES[root.found.action](), graphql_type=ReminderAction)


@strawberry.type
class ReminderList:
    """Reminders."""

    items: list[Reminder]
    unavailable: list[UnavailableSource]


@strawberry.type
class LifeContract:
    """Life contract."""

    row: strawberry.Private[Json]
    id: strawberry.ID
    number: str
    kind: str
    product: str
    period: Period

    @strawberry.field
    async def valuation(self, info: Info) -> LifeValuation:
        """Ask for the value, contract by contract."""
        async with info.context.jobs:
            (value,) = await info.context.upstream.valuations([self.number])
        as_of = datetime.fromisoformat(value["as_of"]).replace(tzinfo=MOSCOW).astimezone(UTC)
        payout = money(roubles(value["payout_at_maturity"]))
        assert payout is not None
        return LifeValuation(as_of=as_of, stale=False, payout_at_maturity=payout)


@strawberry.type
class Client:
    """Client."""

    @strawberry.field
    async def profile(self, info: Info) -> ClientProfile:
        """Ask for the person."""
        return ClientProfile(row=await info.context.person())

    @strawberry.field
    async def policies(
        self, info: Info, statuses: list[PolicyStatus] | None = None, first: int = 50
    ) -> PolicyConnection:
        """Ask for the policies."""
        shown = [policy(row, info.context.today) for row in await info.context.held()]
        wanted = None if statuses is None else {each.value for each in statuses}
        chosen = [each for each in shown if wanted is None or each["status"] in wanted]
        chosen.sort(key=lambda each: (-date.fromisoformat(each["period"]["start"]).toordinal(), int(each["id"])))
        edges = [PolicyEdge(node=policy_of(each)) for each in chosen[:first]]
        return PolicyConnection(total_count=len(chosen), edges=edges)

    @strawberry.field
    async def life_contracts(self, info: Info) -> list[LifeContract]:
        """Ask for the life contracts."""
        rows = await info.context.contracts()
        rows.sort(key=lambda row: (iso(row["end"]) or "", int(row["policy_isn"])))
        return [contract_of(row, info.context.today) for row in rows]

    @strawberry.field
    async def reminders(self, info: Info) -> ReminderList:
        """Ask for all that reminders are drawn from, policy by policy."""
        asker = info.context
        rows = await asker.held()
        of_policies, contracts, person = await asyncio.gather(
            asyncio.gather(*(policy_reminders(asker, row) for row in rows)), asker.contracts(), asker.person()
        )
        found = [each for items in of_policies for each in items]
        found += [each for contract in contracts for each in deriving.of_contract(contract, asker.today)]
        found += deriving.of_client(person)
        shown = deriving.ordered(iter(found), asker.today)
        items = [Reminder(found=each, kind=each.kind, due_on=each.due_on) for each in shown]
        return ReminderList(items=items, unavailable=[])


@strawberry.type
class Viewer:
    """Viewer."""

    @strawberry.field
    def client(self) -> Client:
        """Client."""
        return Client()


@strawberry.type
class Query:
    """Entry points."""

    @strawberry.field
    def viewer(self) -> Viewer:
        """Whoever is signed in."""
        return Viewer()


async def policy_reminders(asker: Asker, row: etree._Element) -> Sequence[Found]:
    """Ask for the instalments, the claims and the renewal of one policy."""
    shown, upstream = policy(row, asker.today), asker.upstream
    number = key(shown)

    async def asked(wanted: bool, operation: str) -> etree._Element | None:
        return await upstream.soap(operation, "PolicyNumber", number) if wanted else None

    async def claims() -> list[dict[str, Any]]:
        return await upstream.claims([number]) if shown["line"] != "LIFE" else []

    plans, offer, told = await asyncio.gather(
        asked(shown["status"] in deriving.PAYABLE, "GetInstalments"),
        asked(deriving.ends_soon(shown, asker.today), "GetRenewalOptions"),
        claims(),
    )
    of_claims = [each for claim in told for each in deriving.of_claim(claim)]
    return [*deriving.of_policy(shown, row, plans, offer, asker.today), *of_claims]


def contract_of(row: Json, today: date) -> LifeContract:
    """Make the object that Strawberry shows."""
    start, end = iso(row["start"]) or "", iso(row["end"]) or ""
    return LifeContract(
        row=row,
        id=strawberry.ID(deriving.global_id("LifeContract", row["policy_isn"])),
        number=row["contract"],
        kind=KINDS[row["kind"]],
        product=row["product"],
        period=Period(start=start, end=end, days_left=days_left(end, today)),
    )


def schema() -> strawberry.Schema:
    """Build the schema with both caches and a limit."""
    return strawberry.Schema(
        Query,
        types=list(ACTION_TYPES.values()),
        extensions=[ParserCache, ValidationCache, lambda: MaxTokensLimiter(max_token_count=4000)],
    )
