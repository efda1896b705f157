"""Whose personal data an employee was shown: told of what was shown whole, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain import models
from domain.errors import PersonalDataWithheld
from domain.models import Isn
from resolvers import claims, lookup, privacy
from resolvers.context import Context
from resolvers.disclosure import Disclosure
from tests.fakes import objects
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, request
from tests.unit.resolvers.graph import CLIENT, STRANGER, graph

DRIVER = Isn(77)


def opened(reads: FakeReads | None = None) -> Context:
    return request(reads or graph(), EMPLOYEE, disclosure=Disclosure("a good reason"))


async def clients(ctx: Context) -> list[Isn]:
    assert ctx.disclosure is not None
    return list(await ctx.disclosure.clients(ctx))


async def test_who_was_shown_is_told_and_who_was_only_loaded_is_not() -> None:
    ctx = opened()
    mine = await ctx.one(ctx.reads.clients, CLIENT)
    await ctx.one(ctx.reads.clients, STRANGER)
    assert isinstance(mine, models.Client)

    assert privacy.name(mine, ctx) == mine.name

    assert await clients(ctx) == [CLIENT]


async def test_nothing_shown_is_nobody_read() -> None:
    ctx = opened()
    await ctx.many(ctx.reads.clients, [CLIENT, STRANGER])

    assert await clients(ctx) == []


async def test_an_empty_field_shows_nothing() -> None:
    ctx = opened()
    bare = models.Vehicle("LADA", "Vesta", 2021, None, None, None, None)

    assert [privacy.vin(bare, ctx), privacy.plate(bare, ctx), privacy.body_number(bare, ctx)] == [None] * 3

    assert await clients(ctx) == []


def vins(policy: models.Policy, ctx: Context) -> list[str | None]:
    return [privacy.vin(each, ctx) for each in policy.insured_objects if isinstance(each, models.Vehicle)]


def names(policy: models.Policy, ctx: Context) -> list[models.PersonName]:
    return [privacy.name(each, ctx) for each in policy.participants]


@pytest.mark.parametrize("leaf", [vins, names])
async def test_a_part_of_a_policy_is_its_holders(leaf: Callable[[models.Policy, Context], Any]) -> None:
    vehicle = models.Vehicle("LADA", "Vesta", 2021, "XTAGFL110MY123456", None, None, None)
    person = models.Participant(models.ParticipantRole.DRIVER, objects.client().name, None, None)
    held = objects.policy(100, participants=(person,), insured_objects=(vehicle,))
    # Equal parts of somebody else's policy are not the same parts.
    others = objects.policy(
        300, holder_isn=STRANGER, participants=(replace(person),), insured_objects=(replace(vehicle),)
    )
    ctx = opened(FakeReads(policies={Isn(100): held, Isn(300): others}))
    await lookup.policies(ctx, [Isn(100), Isn(300)])

    assert any(leaf(held, ctx))

    assert await clients(ctx) == [CLIENT]


async def test_a_participant_who_is_a_client_was_read_too() -> None:
    person = models.Participant(models.ParticipantRole.DRIVER, objects.client().name, DRIVER, None)
    ctx = opened(FakeReads(policies={Isn(100): objects.policy(100, participants=(person,))}))
    [policy] = await lookup.policies(ctx, [Isn(100)])
    assert isinstance(policy, models.Policy)

    privacy.name(policy.participants[0], ctx)

    assert await clients(ctx) == [CLIENT, DRIVER]


async def test_a_beneficiary_is_of_the_contracts_holder() -> None:
    person = models.Beneficiary(objects.client().name, Decimal(100))
    kept = objects.contract(400, holder_isn=STRANGER, beneficiaries=(person,))
    ctx = opened(FakeReads(life_contracts={kept.number: kept}))
    contract = await ctx.one(ctx.reads.life_contracts, kept.number)
    assert isinstance(contract, models.LifeContract)

    privacy.name(contract.beneficiaries[0], ctx)

    assert await clients(ctx) == [STRANGER]


async def test_a_claim_is_of_its_policys_holder_who_is_asked_for_when_not_known() -> None:
    reads = graph()
    ctx = opened(reads)
    [claim] = await lookup.claims_by_number(ctx, ["N-c9"])
    assert isinstance(claim, models.Claim)

    privacy.event_place(claim.event, ctx)

    assert await clients(ctx) == [STRANGER]
    assert reads.keys["policies_by_number"] == [objects.number(300)]


async def test_a_message_is_of_its_claims_policys_holder() -> None:
    reads = graph()
    reads.by_name["claim_messages"].rows[models.ClaimId("c1")] = (objects.message(text="Ольга"),)
    ctx = opened(reads)
    found = await lookup.claims_by_number(ctx, ["N-c1"])
    [[message]] = await claims.messages(found, ctx)  # type: ignore[arg-type, misc]

    assert privacy.message_text(message, ctx) == "Ольга"

    assert await clients(ctx) == [CLIENT]


async def test_what_is_nobodys_is_not_shown() -> None:
    ctx = opened()
    privacy.name(objects.client(5), ctx)

    with pytest.raises(PersonalDataWithheld):
        await clients(ctx)


async def test_a_claim_without_a_policy_is_nobodys() -> None:
    reads = graph()
    reads.by_name["policies_by_number"].rows.clear()
    ctx = opened(reads)
    [claim] = await lookup.claims_by_number(ctx, ["N-c1"])
    privacy.event_place(claim.event, ctx)  # type: ignore[union-attr]

    with pytest.raises(PersonalDataWithheld):
        await clients(ctx)


async def test_a_reading_without_a_disclosure_is_masked() -> None:
    ctx = request(graph(), EMPLOYEE)
    mine = await ctx.one(ctx.reads.clients, CLIENT)
    assert isinstance(mine, models.Client)

    assert privacy.name(mine, ctx) != mine.name
