"""What hangs on a policy."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Protocol

from domain import deadlines as rules
from domain import models, reminders, texts
from domain.errors import GatewayError, Source, SourceError
from domain.ports import MISSING, Missing, Outcome, Rows
from resolvers import holdings, lookup, overlay
from resolvers.outcomes import Resolved, due, in_order, mapped, or_none

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = [
    "PolicyAction",
    "actions",
    "claims",
    "deadlines",
    "documents",
    "holder",
    "instalments",
    "life_contract",
    "product_rules",
    "refusal_text",
]


class Refusable(Protocol):
    """What is offered, or not."""

    @property
    def refusal(self) -> str | None:
        """Code of the reason why not."""
        ...


class PolicyAction(StrEnum):
    """What the holder can do with a policy now."""

    REPORT_CLAIM = "REPORT_CLAIM"
    RENEW = "RENEW"
    OPEN_LIFE_CONTRACT = "OPEN_LIFE_CONTRACT"
    DOWNLOAD_DOCUMENTS = "DOWNLOAD_DOCUMENTS"


async def instalments(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[tuple[models.Instalment, ...]]]:
    """Instalments of each policy, in order of due date."""
    read = await ctx.many(ctx.reads.instalments, [each.key for each in parents])
    outcomes = await overlay.over_instalments(ctx, parents, read)
    return [
        mapped(
            due(outcome, Source.POLICY_CORE, "instalments"),
            lambda found: tuple(sorted(found, key=lambda each: (each.due_on, each.number))),
        )
        for outcome in outcomes
    ]


async def documents(
    parents: Sequence[models.Policy], ctx: Context
) -> list[Resolved[tuple[models.PolicyDocument, ...]]]:
    """Documents of each policy, by kind and id."""
    outcomes = await ctx.many(ctx.reads.documents, [each.key for each in parents])
    return [
        mapped(
            due(outcome, Source.POLICY_CORE, "documents"),
            lambda found: tuple(sorted(found, key=lambda each: (each.kind, each.key.document_id))),
        )
        for outcome in outcomes
    ]


async def product_rules(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[models.ProductRules]]:
    """Rules of insurance of each policy's product."""
    codes = [each.product.code for each in parents]
    return [or_none(outcome) for outcome in await ctx.many(ctx.reads.product_rules, codes)]


async def claims(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[Rows[models.Claim]]]:
    """Claims on each policy, the latest event first."""
    asked = [each.key for each in parents if holdings.can_have_claims(each)]
    held = await overlay.over_claims(ctx, await ctx.many(ctx.reads.claims_of_policy, asked))
    answers = dict(zip(asked, held, strict=True))
    return [
        mapped(
            answer if (answer := answers.get(each.key, MISSING)) is not MISSING else (),
            lambda found: in_order(found, lambda claim: (claim.event.occurred_at, claim.id), reverse=True),
        )
        for each in parents
    ]


async def life_contract(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[models.LifeContract]]:
    """Life contract behind each policy of the LIFE line; None for other lines, without asking."""
    asked = [each.key for each in parents if each.line is models.Line.LIFE]
    answers = dict(zip(asked, await ctx.many(ctx.reads.life_contracts, asked), strict=True))
    return [mapped(answers.get(each.key, MISSING), partial(held_by, each.holder_isn)) for each in parents]


def held_by(holder: models.Isn, contract: models.LifeContract) -> models.LifeContract | None:
    """Return a contract if both systems name the same holder: a mix-up must not show one client another's money."""
    return contract if contract.holder_isn == holder else None


async def of_claims(parents: Sequence[models.Claim], ctx: Context) -> list[Resolved[models.Policy]]:
    """Policy of each claim."""
    return await lookup.policies_by_number(ctx, [each.policy_number for each in parents])


async def of_life_contracts(parents: Sequence[models.LifeContract], ctx: Context) -> list[Resolved[models.Policy]]:
    """Header of each life contract in the policy core."""
    return await lookup.policies(ctx, [each.policy_isn for each in parents])


async def claim_deadlines(parents: Sequence[models.Claim], ctx: Context) -> list[Resolved[tuple[rules.Deadline, ...]]]:
    """Time limits of the insurer on each claim; the policy is asked only where a limit can have started."""
    started = [each for each in parents if each.documents_complete_on is not None]
    policies = dict(zip((each.id for each in started), await of_claims(started, ctx), strict=True))
    results: list[Resolved[tuple[rules.Deadline, ...]]] = []
    for claim in parents:
        policy = policies.get(claim.id)
        if isinstance(policy, GatewayError):
            results.append(policy)
        else:
            results.append(rules.claim_deadlines(claim, policy.line) if policy is not None else ())
    return results


def holder(policy: models.Policy, _ctx: Context) -> models.ClientRef:
    """Client who holds the policy."""
    return models.ClientRef(policy.holder_isn)


def deadlines(policy: models.Policy, _ctx: Context) -> tuple[rules.Deadline, ...]:
    """Time limits of the customer."""
    return rules.policy_deadlines(policy)


async def actions(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[tuple[PolicyAction, ...]]]:
    """What the holder of each policy can do now; the core is asked of those alone that end soon."""
    asked = [each for each in parents if reminders.ends_soon(each, ctx.today)]
    read = await ctx.many(ctx.reads.renewals, [each.key for each in asked])
    offers = dict(zip((each.key for each in asked), await overlay.over_renewals(ctx, asked, read), strict=True))
    return [_actions(each, offers.get(each.key, MISSING)) for each in parents]


def _actions(policy: models.Policy, offer: Outcome[models.Renewal]) -> Resolved[tuple[PolicyAction, ...]]:
    if isinstance(offer, SourceError):
        return offer
    active = policy.status is models.PolicyStatus.ACTIVE
    life = policy.line is models.Line.LIFE
    choices = (
        (PolicyAction.REPORT_CLAIM, active and not life),
        (PolicyAction.RENEW, not isinstance(offer, Missing) and offer.eligible),
        (PolicyAction.OPEN_LIFE_CONTRACT, life),
        (PolicyAction.DOWNLOAD_DOCUMENTS, policy.status is not models.PolicyStatus.AWAITING_PAYMENT),
    )
    return tuple(action for action, offered in choices if offered)


def refusal_text(offer: Refusable, ctx: Context) -> str | None:
    """Why what is offered is not available, in the customer's words."""
    return offer.refusal and texts.text(f"refusal.{offer.refusal}", ctx.locale)
