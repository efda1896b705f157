"""An offer is signed by the code that was sent for it, once, by its owner, as long as the price is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

import pytest

from domain.accounts.models import AccountId
from domain.accounts.problems import TryLater, WrongCode
from domain.clock import MOSCOW
from domain.errors import SignInRequired
from domain.outbox.models import CommandKind
from domain.outbox.problems import KeyReused
from domain.payments.problems import NothingSuch
from domain.renewals import signing
from domain.renewals.models import OfferState
from domain.renewals.problems import (
    NotAccepted,
    NothingFound,
    OfferExpired,
    RenewedAlready,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.use_cases.payments.payables import Renewal
from resolvers.use_cases.renewals.own import all_own, own, renewed_by
from tests.fakes.clock import NOW
from tests.fakes.objects import in_days
from tests.unit.domain.renewals.test_choosing import AS_PROPOSED
from tests.unit.domain.renewals.test_signing import OFFER
from tests.unit.resolvers.graph import STRANGER
from tests.unit.resolvers.use_cases.renewing import Renewer

OTHER_KEY = "another-key"
OTHER = Viewer(ViewerKind.CLIENT, str(UUID(int=999)), STRANGER)
EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, str(UUID(int=998)))
DAY_S = 24 * 3600


async def test_accepted_a_code_goes_to_the_phone_and_says_what_is_signed() -> None:
    olga = Renewer()
    await olga.price()
    accepted = await olga.accept()
    assert accepted.offer == olga.offer
    assert accepted.sent_to == "+7 *** ***-45-67"
    (message,) = olga.kept.rows.messages
    assert message.address == olga.owner.phone
    told = {name: message.values[name] for name in ("purpose", "product", "term", "price")}
    assert told == {
        "purpose": "SIGNATURE",
        "product": "Автозащита",
        "term": "31.01.2026–30.01.2027",
        "price": olga.offer.premium.formatted(olga.context().locale),
    }
    assert (olga.offer.state, olga.offer.accepted_at) == (OfferState.ACCEPTED, NOW)
    assert olga.offer.digest == signing.digest(signing.document(olga.offer))


async def test_the_same_key_sends_no_other_code_and_a_new_one_does() -> None:
    olga = Renewer()
    await olga.accepted()
    first = olga.code
    await olga.accept()
    assert len(olga.kept.rows.codes) == 1
    await olga.accept(OTHER_KEY)
    assert olga.code != first
    assert (await olga.sign(first)).problems == (WrongCode(2),)
    assert (await olga.sign()).problems == ()


@pytest.mark.parametrize("limit", ["code_contact", "code_address"])
async def test_too_many_codes_are_not_sent(limit: str) -> None:
    olga = Renewer()
    await olga.price()
    olga.kept.exhausted = {limit}
    (problem,) = (await olga.accept()).problems
    assert isinstance(problem, TryLater)
    assert olga.kept.rows.messages == []


async def test_no_code_goes_to_a_phone_that_was_changed_in_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    olga = Renewer()
    await olga.price()

    async def moved(*_limit: str) -> None:
        olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, phone="+79050001122")

    monkeypatch.setattr(olga.kept, "take", moved)
    assert (await olga.accept()).problems == (NothingFound(),)
    assert (olga.kept.rows.messages, olga.kept.rows.codes, olga.offer.state) == ([], [], OfferState.PRICED)


async def test_signed_it_is_written_down_with_what_was_signed_and_the_core_will_be_asked() -> None:
    olga = Renewer()
    offer = await olga.signed()
    assert (offer.state, offer.signed_at) == (OfferState.SIGNED, NOW)
    (signature,) = olga.signatures
    assert (signature.offer, signature.account, signature.at) == (offer.id, olga.owner.id, NOW)
    assert signature.phone == "+7 *** ***-45-67"
    assert signature.code == olga.kept.rows.codes[0].id
    assert signature.document == signing.document(offer)
    assert signature.digest == offer.digest == signing.digest(signature.document)
    assert [(each.kind, each.subject, each.owner) for each in olga.commands] == [
        (CommandKind.CREATE_AGREEMENT, "renewal/100", offer.id)
    ]


async def test_the_core_agrees_and_the_new_policy_has_a_number() -> None:
    olga = Renewer()
    offer = await olga.agreed()
    assert (offer.state, offer.new_policy, offer.new_policy_number) == (OfferState.AGREED, 500, "P-500")
    states = [OfferState.PRICED, OfferState.ACCEPTED, OfferState.SIGNED, OfferState.AGREED]
    assert olga.told == states


async def test_a_wrong_code_is_counted_and_the_right_one_is_void_in_the_end() -> None:
    olga = Renewer()
    await olga.accepted()
    left = [(await olga.sign("000000")).problems for _ in range(4)]
    assert left == [(WrongCode(2),), (WrongCode(1),), (WrongCode(0),), (WrongCode(0),)]
    assert (await olga.sign()).problems == (WrongCode(0),)
    assert (olga.signatures, olga.commands, olga.offer.state) == ([], [], OfferState.ACCEPTED)


async def test_the_right_code_under_the_key_of_a_wrong_one_signs() -> None:
    olga = Renewer()
    await olga.accepted()
    await olga.sign("000000")
    assert (await olga.sign()).problems == ()


async def test_an_old_code_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.clock.advance(600)
    assert (await olga.sign()).problems == (WrongCode(0),)


async def test_a_code_of_a_phone_that_the_account_no_longer_has_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, phone="+79050001122")
    assert (await olga.sign()).problems == (WrongCode(2),)


async def test_a_locked_account_signs_nothing() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, locked_at=NOW)
    for act in (olga.sign(), olga.accept(OTHER_KEY)):
        with pytest.raises(SignInRequired):
            await act


async def test_the_same_key_is_the_same_signature_shown_as_it_is_by_now() -> None:
    olga = Renewer()
    await olga.agreed()
    again = await olga.sign()
    assert again.offer == olga.offer
    assert (len(olga.signatures), len(olga.commands)) == (1, 1)


async def test_two_signatures_at_the_same_time_are_one() -> None:
    olga = Renewer()
    await olga.accepted()
    both = await asyncio.gather(olga.sign(), olga.sign())
    assert [each.problems for each in both] == [(), ()]
    assert len(olga.signatures) == 1


async def test_the_same_key_for_another_offer_is_refused() -> None:
    olga = Renewer()
    await olga.signed()
    await olga.price(replace(AS_PROPOSED, instalment_count=1), OTHER_KEY)
    other = ids.encode("RenewalOffer", UUID(int=1))
    assert (await olga.sign("1", offer=other)).problems == (KeyReused(),)
    assert (await olga.accept(offer=other)).problems == (KeyReused(),)


async def test_what_was_not_accepted_is_not_signed() -> None:
    olga = Renewer()
    await olga.price()
    assert (await olga.sign("000000")).problems == (NotAccepted(),)


async def test_an_offer_is_over_after_its_last_day() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.clock.advance(15 * DAY_S)
    assert (await olga.accept(OTHER_KEY)).problems == (OfferExpired(),)
    assert (await olga.sign()).problems == (OfferExpired(),)
    (shown,) = await all_own(olga.context())
    assert shown.state is OfferState.EXPIRED


async def test_the_wish_outlives_an_offer_that_nobody_signed_and_is_told_that_it_has_expired() -> None:
    olga = Renewer()
    offer = await olga.accepted()
    kept = ids.encode("RenewalOffer", offer.id)
    olga.kept.rows.underway.offers = []
    assert (await olga.price()).problems == (OfferExpired(),)
    assert (await olga.accept(offer=kept)).problems == (OfferExpired(),)
    assert (await olga.accept(OTHER_KEY, offer=kept)).problems == (NothingFound(),)


async def test_somebody_elses_offer_is_as_one_that_is_not() -> None:
    olga = Renewer()
    offer = await olga.accepted()
    olga.kept.rows.accounts[AccountId(UUID(int=999))] = replace(
        olga.owner, id=AccountId(UUID(int=999)), client_isn=STRANGER
    )
    answers: list[Any] = [await olga.accept(viewer=OTHER), await olga.sign(viewer=OTHER)]
    answers += [await olga.accept(OTHER_KEY, offer="rubbish"), await olga.sign("1", OTHER_KEY, offer="rubbish")]
    assert [each.problems for each in answers] == [(NothingFound(),)] * 4
    assert await own(olga.context(OTHER), offer.id) is None
    assert await all_own(olga.context(OTHER)) == []
    assert (await olga.start(Renewal(olga.id), viewer=OTHER)).problems == (NothingSuch(),)
    assert [each.attempts for each in olga.kept.rows.codes] == [0]
    assert (olga.signatures, olga.commands, olga.offer) == ([], [], offer)


def test_which_offer_renewed_a_policy_is_told_to_its_owner_alone() -> None:
    owner, other = AccountId(UUID(int=2)), AccountId(UUID(int=3))
    assert renewed_by(OFFER, owner) == RenewedAlready(OFFER.id)
    assert renewed_by(OFFER, other) == RenewedAlready(None)
    assert renewed_by(None, owner) is None


async def test_the_same_key_tells_where_the_code_went_whatever_the_phone_is_by_now() -> None:
    olga = Renewer()
    await olga.accepted()
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, phone="+79050001122")
    assert (await olga.accept()).sent_to == "+7 *** ***-45-67"
    assert (await olga.accept(OTHER_KEY)).sent_to == "+7 *** ***-11-22"


@pytest.mark.parametrize(("late_s", "is_over"), [(-1, False), (0, True)])
async def test_its_last_day_ends_at_midnight_in_moscow(late_s: int, is_over: bool) -> None:
    midnight = datetime.combine(in_days(15), time(), MOSCOW)
    olga = Renewer()
    await olga.price()
    olga.clock.advance((midnight - NOW).total_seconds() + late_s)
    accepted = await olga.accept()
    assert accepted.problems == ((OfferExpired(),) if is_over else ())
    if not is_over:
        assert (await olga.sign()).problems == ()
        assert olga.offer.state is OfferState.SIGNED


async def test_a_code_that_was_sent_before_midnight_signs_nothing_after_it() -> None:
    midnight = datetime.combine(in_days(15), time(), MOSCOW)
    olga = Renewer()
    await olga.price()
    olga.clock.advance((midnight - NOW).total_seconds() - 1)
    await olga.accept()
    olga.clock.advance(1)
    assert (await olga.sign()).problems == (OfferExpired(),)
    assert (olga.signatures, olga.commands) == ([], [])


async def test_what_would_be_signed_as_another_text_than_the_code_was_sent_for_needs_another_code() -> None:
    """As after a release that writes documents otherwise."""
    olga = Renewer()
    offer = await olga.accepted()
    olga.kept.rows.underway.offers = [replace(offer, digest=b"\1" * 32)]
    assert (await olga.sign()).problems == (NotAccepted(),)
    assert (olga.signatures, olga.commands) == ([], [])
    await olga.accept(OTHER_KEY)
    assert (await olga.sign()).problems == ()
    assert olga.signatures[0].digest == signing.digest(signing.document(olga.offer))
