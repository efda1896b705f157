"""What a page that asks again and again is told of an offer, at each state that it comes to: no more, and no less."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from domain import models
from domain.errors import Refused, Source, SourceInMaintenance
from domain.outbox.models import CommandAction
from resolvers import ids
from resolvers.use_cases.operating import act
from schema.root import build
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.modes import Execution
from tests.unit.resolvers.use_cases.renewing import Renewer

EXECUTION: Final = Execution(build())
OFFER: Final = """state acceptedAt signedAt newPolicyNumber newPolicy { number } replacedBy failure failureText
  premium { amount } validUntil"""
READ: Final = f"query($id: ID!) {{ renewalOffer(id: $id) {{ {OFFER} }} renewalOffers {{ id state }} }}"
SIGN: Final = """mutation($id: ID!) { signRenewal(key: "a key to sign", offerId: $id, code: "") {
  offer { state newPolicyNumber replacedBy failure } errors { __typename } } }"""
DAY_S: Final = 24 * 3600

Way = Callable[[Renewer], Awaitable[object]]


async def waiting(olga: Renewer) -> None:
    await olga.signed()
    olga.renewing.failing = [SourceInMaintenance(Source.POLICY_CORE, "CreateAgreement", None)]
    await olga.deliver()


async def signed_and_late(olga: Renewer) -> None:
    await waiting(olga)
    olga.clock.advance(30 * DAY_S)


async def agreed(olga: Renewer) -> None:
    await olga.agreed()
    made = objects.policy(500, number="P-500", status=models.PolicyStatus.AWAITING_PAYMENT)
    olga.reads.by_name["policies_of_holder"].rows[olga.owner.client_isn] = (objects.policy(100), made)


async def repriced(olga: Renewer) -> None:
    await olga.signed()
    olga.renewing.rate *= 2
    await olga.deliver()


async def refused(olga: Renewer, code: str = "ALREADY_RENEWED") -> None:
    await olga.signed()
    olga.renewing.failing = [Refused(code)]
    await olga.deliver()


async def expired(olga: Renewer) -> None:
    await refused(olga, "QUOTE_EXPIRED")


async def left(olga: Renewer) -> None:
    await olga.accepted()
    olga.clock.advance(15 * DAY_S)


async def dearer(olga: Renewer) -> None:
    await olga.signed()
    made = models.Agreement(models.Isn(7300), models.Isn(500), "P-500", objects.rub("99999.00"))
    olga.renewing.agreements[str(olga.commands[0].id)] = made
    await olga.deliver()


async def given_up(olga: Renewer) -> None:
    await waiting(olga)
    await act(olga.kept, olga.commands[0].number, CommandAction.DROP, "Ivanova", "asked to", NOW, olga.alarms.append)


AT: Final = NOW.isoformat()
NEVER: Final = {"acceptedAt": None, "signedAt": None}
ACCEPTED: Final = {"acceptedAt": AT, "signedAt": None}
SIGNED: Final = {"acceptedAt": AT, "signedAt": AT}
NOTHING: Final = dict.fromkeys(("newPolicyNumber", "newPolicy", "replacedBy", "failure", "failureText"))
MADE: Final = {"newPolicyNumber": "P-500", "newPolicy": {"number": "P-500"}}
NOT_AS_SIGNED: Final = (
    "Полис оформлен не по той цене, которую вы подписали: не платите за него, мы разберёмся и свяжемся с вами"
)
GIVEN_UP: Final = "Продлить не получилось: рассчитайте цену ещё раз или позвоните нам"

STATES: Final[dict[str, tuple[Way, dict[str, Any]]]] = {
    "priced": (Renewer.price, {"state": "PRICED", **NEVER}),
    "accepted": (Renewer.accepted, {"state": "ACCEPTED", **ACCEPTED}),
    "left until too late": (left, {"state": "EXPIRED", **ACCEPTED}),
    "signed": (Renewer.signed, {"state": "SIGNED", **SIGNED}),
    "signed, and the core is closed": (waiting, {"state": "SIGNED", **SIGNED}),
    "signed, and the core is closed beyond the last day": (signed_and_late, {"state": "SIGNED", **SIGNED}),
    "agreed": (agreed, {"state": "AGREED", **SIGNED, **MADE}),
    "too late for the core": (expired, {"state": "EXPIRED", **SIGNED}),
    "renewed elsewhere": (
        refused,
        {"state": "REFUSED", **SIGNED, "failure": "ALREADY_RENEWED", "failureText": "Полис уже продлён"},
    ),
    "agreed at another price": (
        dearer,
        {
            "state": "REFUSED",
            **SIGNED,
            "failure": "PREMIUM_DIFFERS",
            "failureText": NOT_AS_SIGNED,
            "newPolicyNumber": "P-500",
        },
    ),
    "given up by an operator": (
        given_up,
        {"state": "REFUSED", **SIGNED, "failure": "DROPPED", "failureText": GIVEN_UP},
    ),
}


async def told(olga: Renewer, text: str = READ) -> Any:
    result = await EXECUTION.run(text, {"id": olga.id}, context=olga.context())
    assert result.errors is None
    return result.data


@pytest.mark.parametrize(("way", "expected"), STATES.values(), ids=STATES)
async def test_each_state_is_told_as_it_is(way: Way, expected: dict[str, Any]) -> None:
    olga = Renewer()
    await way(olga)
    found = await told(olga)
    price = {"premium": {"amount": str(olga.offer.premium.amount)}, "validUntil": str(olga.offer.valid_until)}
    assert found["renewalOffer"] == {**NOTHING, **price, **expected}
    assert found["renewalOffers"] == [{"id": olga.id, "state": expected["state"]}]


async def test_at_another_price_both_offers_are_told_and_the_old_one_keeps_its_price() -> None:
    olga = Renewer()
    await repriced(olga)
    old, new = olga.offers
    found = await told(olga)
    successor = ids.encode("RenewalOffer", new.id)
    assert (found["renewalOffer"]["state"], found["renewalOffer"]["replacedBy"]) == ("REPRICED", successor)
    assert found["renewalOffer"]["premium"] == {"amount": str(old.premium.amount)}
    assert found["renewalOffers"] == [{"id": successor, "state": "PRICED"}, {"id": olga.id, "state": "REPRICED"}]


@pytest.mark.parametrize("way", [waiting, agreed, repriced, refused, expired, dearer], ids=lambda way: way.__name__)
async def test_the_mutation_asked_again_tells_the_same_as_the_polled_field(way: Way) -> None:
    olga = Renewer()
    await way(olga)
    polled = (await told(olga))["renewalOffer"]
    payload = (await told(olga, SIGN))["signRenewal"]
    assert payload["errors"] == []
    assert payload["offer"] == {name: polled[name] for name in payload["offer"]}
