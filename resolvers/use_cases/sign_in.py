"""Sign-in by password, with a code besides where the owner wants that.

An account that is there and one that is not cost the same: the same counts, one hash, one transaction, one answer. So
does one whose attempts are used up by way of its other login. The second step shows only to who knows the password.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from domain import masking, models, numbers
from domain.accounts import passwords
from domain.accounts.messages import NOBODY
from domain.accounts.models import ChallengeId, CodePurpose, SignInChallenge
from domain.accounts.ports import Issued
from domain.accounts.problems import Problem, StepOver, WrongSignIn
from domain.errors import InvalidInput
from resolvers.use_cases import codes, sessions, telling
from resolvers.use_cases.limits import are_used_up, taken

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from resolvers.context import Context

__all__ = ["Challenge", "SignedIn", "login_of", "sign_in", "with_code"]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the second step of a sign-in takes besides the code; ``sent_to`` is masked."""

    token: str
    sent_to: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in came to: tokens, a second step, or what stands in its way."""

    issued: Issued | None = None
    problems: tuple[Problem, ...] = ()
    challenge: Challenge | None = None


async def sign_in(ctx: Context, login: str, password: str) -> SignedIn:
    """Sign in with a phone or an e-mail, and the password. Raises: ``TooBusy``.

    When more come at once than can be served, who is too many is refused first of all: no attempt of theirs is used up,
    and nothing is asked of the database.
    """
    ports = ctx.account_ports
    given = passwords.normalised(password)
    with ports.passwords.place():
        account = await _known(ctx, login, given)
    if isinstance(account, SignedIn):
        return account
    if account.two_step:
        # A code more is sent, so it counts; whoever comes here knows the password.
        limits = {"code_contact": account.phone, "code_address": ctx.visitor.address}
        if (wait := await taken(ports.throttle, limits)) is not None:
            return SignedIn(problems=(wait,))
    hash_ = account.password_hash
    if ports.passwords.is_outdated(hash_):
        hash_ = await ports.passwords.hashed(given)
    return await _begun(ctx, account, hash_)


async def with_code(ctx: Context, token: str, code: str) -> SignedIn:
    """Finish a sign-in with the code that was sent."""
    ports, now = ctx.account_ports, ctx.clock.now()
    if (wait := await taken(ports.throttle, {"sign_in_address": ctx.visitor.address})) is not None:
        return SignedIn(problems=(wait,))
    async with ports.store.work() as work:
        challenge = await work.challenges.by_token(ports.issuer.hash(token))
        if challenge is None or now >= challenge.expires_at:
            return SignedIn(problems=(StepOver(),))
        # The account first, as whoever takes its challenges away does: else each could wait for the other.
        account = await work.accounts.by_id(challenge.account)
        kind = models.ContactKind.PHONE
        wrong = await codes.check(ports, work, CodePurpose.SIGN_IN, challenge.id, kind, code, now)
        if wrong is not None:
            return SignedIn(problems=(wrong,))
        was_there = await work.challenges.remove(challenge.id)
        if account is None or account.locked_at is not None or not was_there:
            return SignedIn(problems=(StepOver(),))
        await _reads_in(ctx, work, account)
        return SignedIn(await sessions.begin(ports, work, account, ctx.visitor.device, now))


def login_of(text: str) -> tuple[models.ContactKind, str]:
    """Return what was typed as a login, folded; what is neither a phone nor an e-mail belongs to nobody."""
    try:
        if "@" in text:
            return models.ContactKind.EMAIL, numbers.email(text)
        return models.ContactKind.PHONE, numbers.phone(text)
    except InvalidInput:
        return models.ContactKind.EMAIL, NOBODY


async def _known(ctx: Context, login: str, given: str) -> Account | SignedIn:
    """Return the account whose password it is, or what stands in the way."""
    ports = ctx.account_ports
    kind, address = login_of(login)
    if (wait := await taken(ports.throttle, {"sign_in_address": ctx.visitor.address})) is not None:
        return SignedIn(problems=(wait,))
    async with ports.store.work() as work:
        account = await work.accounts.by_login(kind, address)
    if (wait := await taken(ports.throttle, {"sign_in_account": address})) is not None:
        await telling.attempts_used_up(ctx, account, address)
        return SignedIn(problems=(wait,))
    if await are_used_up(ports.throttle, "sign_in_account", account, address):
        account = None
    matches = await ports.passwords.matches(given, None if account is None else account.password_hash)
    if account is None or not matches or account.locked_at is not None:
        return SignedIn(problems=(WrongSignIn(),))
    return account


async def _begun(ctx: Context, account: Account, hash_: str) -> SignedIn:
    """Begin a session, or the second step, unless the account was changed since it was looked at."""
    ports, now = ctx.account_ports, ctx.clock.now()
    async with ports.store.work() as work:
        current = await work.accounts.by_id(account.id)
        if current is None or current.locked_at is not None or current.password_hash != account.password_hash:
            return SignedIn(problems=(WrongSignIn(),))
        if current.two_step and not account.two_step:
            return SignedIn(problems=(WrongSignIn(),))  # Switched on meanwhile: nothing was counted for a code.
        if hash_ != current.password_hash:
            current = replace(current, password_hash=hash_)
            await work.accounts.change(current)
        if current.two_step:
            return SignedIn(challenge=await _challenged(ctx, work, current))
        await _reads_in(ctx, work, current)
        return SignedIn(await sessions.begin(ports, work, current, ctx.visitor.device, now))


async def _reads_in(ctx: Context, work: UnitOfWork, account: Account) -> None:
    """Take note of the language of an owner who is signed in by now."""
    if account.locale is not ctx.locale:
        await work.accounts.change(replace(account, locale=ctx.locale))


async def _challenged(ctx: Context, work: UnitOfWork, account: Account) -> Challenge:
    """Send a code; each challenge has its own, so one device's does not void another's.

    Who asks has shown the password and nothing else yet, so it is in the owner's language.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    token, hash_ = ports.issuer.secret()
    challenge = SignInChallenge(ChallengeId(uuid4()), account.id, hash_, now + ports.lifetimes.code)
    contact = (models.ContactKind.PHONE, account.phone)
    await work.challenges.add(challenge)
    await codes.send(ports, work, CodePurpose.SIGN_IN, challenge.id, contact, account.locale, now)
    return Challenge(token, masking.phone(account.phone), challenge.expires_at)
