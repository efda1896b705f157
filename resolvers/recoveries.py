"""Where the safety of accounts enters the graph: recovery, the second step, passwords, locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import models
from resolvers import ids
from resolvers.accounts import handed
from resolvers.use_cases import locking, recovered, recovery, security, sign_in
from resolvers.use_cases.progress import Taken
from resolvers.use_cases.security import Changed
from resolvers.use_cases.sign_in import SignedIn

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = [
    "Recovered",
    "answer_question",
    "change_password",
    "confirm_code",
    "finish",
    "lock",
    "send_code",
    "set_two_step",
    "sign_in_with_code",
    "start",
    "unlock",
    "without_phone",
]


@dataclass(frozen=True, slots=True)
class Recovered(Taken):
    """What a step of a recovery came to."""


async def start(ctx: Context, picture_id: str, picture_code: str, login: str) -> Recovered:
    """Begin a recovery."""
    return _recovered(await recovery.start(ctx, (picture_id, picture_code), login))


async def confirm_code(ctx: Context, token: str, code: str) -> Recovered:
    """Enter a code."""
    return _recovered(await recovery.confirm_code(ctx, token, code))


async def send_code(ctx: Context, token: str) -> Recovered:
    """Send the code at hand again."""
    return _recovered(await recovery.send_code(ctx, token))


async def without_phone(ctx: Context, token: str) -> Recovered:
    """Go on without the phone."""
    return _recovered(await recovery.without_phone(ctx, token))


async def answer_question(ctx: Context, token: str, answer: str) -> Recovered:
    """Answer a control question."""
    return _recovered(await recovery.answer_question(ctx, token, answer))


async def finish(ctx: Context, token: str, password: str) -> Recovered:
    """Choose another password, and be signed in."""
    done = await recovered.finish(ctx, token, password)
    issued = None if done.issued is None else ctx.visitor.handed(done.issued)
    return Recovered(done.progress, done.problems, issued)


async def sign_in_with_code(ctx: Context, challenge: str, code: str) -> SignedIn:
    """Take the second step of a sign-in."""
    return handed(ctx, await sign_in.with_code(ctx, challenge, code))


async def set_two_step(ctx: Context, password: str, *, is_on: bool) -> Changed:
    """Switch the second step on or off."""
    return await security.set_two_step(ctx, password, is_on=is_on)


async def change_password(ctx: Context, old_password: str, new_password: str) -> Changed:
    """Change the viewer's password."""
    return await security.change_password(ctx, old_password, new_password)


async def lock(ctx: Context, client_id: str, reason: str) -> Changed:
    """Close a client's account."""
    return await locking.lock(ctx, _client(client_id), reason)


async def unlock(ctx: Context, client_id: str, reason: str) -> Changed:
    """Open a client's account again."""
    return await locking.unlock(ctx, _client(client_id), reason)


def _recovered(taken: Taken) -> Recovered:
    return Recovered(taken.progress, taken.problems, taken.issued)


def _client(text: str) -> models.Isn | None:
    """Return the client that a global id is of, if it is one's."""
    found = ids.number(text, "Client")
    return None if found is None else models.Isn(found)
