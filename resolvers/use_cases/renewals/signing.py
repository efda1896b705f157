"""An offer is signed by the code that was sent for it; from then on the policy core will be asked to agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain import masking
from domain.accounts.models import CodePurpose
from domain.accounts.problems import WrongCode
from domain.models import ContactKind
from domain.outbox.models import CommandKind
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.renewals import judging
from domain.renewals import signing as documents
from domain.renewals.models import OfferId, OfferState, Signature
from domain.renewals.problems import NotAccepted, NothingFound
from resolvers.use_cases import codes
from resolvers.use_cases.once import wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.renewals.own import granted_before, in_the_way, offer_id, own, renewal_ports, renewed_by

if TYPE_CHECKING:
    from domain.accounts.models import Account, Code
    from domain.accounts.ports import UnitOfWork
    from domain.outbox.models import Wish
    from domain.renewals.models import RenewalOffer
    from domain.renewals.problems import RenewalProblem
    from resolvers.context import Context

__all__ = ["Signed", "sign"]

MUTATION: Final = "signRenewal"
PURPOSE: Final = CodePurpose.SIGNATURE


@dataclass(frozen=True, slots=True)
class Signed:
    """An offer that was signed, or why it was not."""

    offer: RenewalOffer | None = None
    problems: tuple[RenewalProblem, ...] = ()


async def sign(ctx: Context, key: str, offer: str, code: str) -> Signed:
    """Sign an offer, which is a global id. A key with which a code was wrong is as good as new.

    Raises: ``StoreUnavailable``, ``NotOffered``.
    """
    owner = account_of(ctx)
    renewal_ports(ctx)
    # Codes are few, and what is kept of a wish is a plain hash: the code is no part of it.
    meant = wish(str(owner), MUTATION, key, {"offer": offer})
    if meant is None:
        return Signed(problems=(KeyUnfit(),))
    granted = await granted_before(ctx, meant)
    if granted is None:
        meant_offer = await own(ctx, offer_id(offer))
        if meant_offer is None:
            return Signed(problems=(NothingFound(),))
        done = await _signed(ctx, meant, meant_offer.id, code)
        if not isinstance(done, tuple):
            return Signed(problems=(done,))
        granted = done
    digest, id_ = granted
    if digest != meant.digest:
        return Signed(problems=(KeyReused(),))
    found = await own(ctx, id_)
    return Signed(found) if found is not None else Signed(problems=(NothingFound(),))


async def _signed(ctx: Context, meant: Wish, id_: OfferId, given: str) -> tuple[bytes, OfferId] | RenewalProblem:
    """Take the code, keep the signature, and have the core asked: all of it, or none."""
    now = ctx.clock.now()
    async with ctx.account_ports.store.work() as work:
        account = await signed_in(work, ctx)
        offer = await work.renewal_offers.by_id(id_)
        if offer is None or offer.account != account.id:
            return NothingFound()
        # Whoever came first with this key has let go of the account by now.
        if (granted := await work.wishes.granted(meant.scope, meant.key)) is not None:
            return granted[0], OfferId(granted[1])
        if (problem := await _in_the_way(ctx, work, offer)) is not None:
            return problem
        text = documents.document(offer)
        digest = documents.digest(text)
        if digest != offer.digest:
            # The code was sent for another text: ours may be written otherwise since.
            return NotAccepted()
        code = await _code(ctx, work, account, id_, given)
        if isinstance(code, WrongCode):
            return code
        after = judging.signed(offer, now)
        await work.wishes.claim(meant, id_, now)
        await work.renewal_offers.change(after)
        await work.renewal_offers.sign(
            Signature(id_, account.id, now, masking.phone(code.address), code.id, text, digest)
        )
        await work.commands.accept(CommandKind.CREATE_AGREEMENT, after.subject, id_, now)
    renewal_ports(ctx).told(after)
    return meant.digest, id_


async def _in_the_way(ctx: Context, work: UnitOfWork, offer: RenewalOffer) -> RenewalProblem | None:
    today = judging.as_of(offer, ctx.today)
    if (problem := in_the_way(today)) is not None:
        return problem
    # Who is told to ask for a code would only hear there that it is too late.
    if (other := renewed_by(await work.renewal_offers.taken(offer.policy), offer.account)) is not None:
        return other
    return NotAccepted() if today.state is OfferState.PRICED else None


async def _code(ctx: Context, work: UnitOfWork, account: Account, id_: OfferId, given: str) -> Code | WrongCode:
    """Take the code; one that went to a phone that the account no longer has is void, at the same cost."""
    ports = ctx.account_ports
    sent = await work.codes.newest(PURPOSE, id_, ContactKind.PHONE)
    is_void = sent is None or sent.address != account.phone
    wrong = await codes.check(ports, work, PURPOSE, id_, ContactKind.PHONE, given, ctx.clock.now(), is_void=is_void)
    if wrong is not None:
        return wrong
    assert sent is not None
    return sent
