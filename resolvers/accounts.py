"""Where accounts enter the graph: each function takes one step and hands its tokens to who asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from domain import models
from domain.accounts.models import Session
from domain.accounts.ports import Picture
from domain.accounts.problems import Problem, WrongSignIn
from domain.errors import NotFound
from resolvers import ids
from resolvers.use_cases import activation, finishing, preparing, registration, sessions, sign_in
from resolvers.use_cases.limits import taken
from resolvers.use_cases.preparing import Prepared
from resolvers.use_cases.progress import Taken
from resolvers.use_cases.sign_in import SignedIn

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = [
    "Pictured",
    "answer_question",
    "confirm_code",
    "end_session",
    "finish",
    "give_email",
    "give_phone",
    "open_activation",
    "own_sessions",
    "picture",
    "prepare",
    "refresh",
    "sign_in_",
    "sign_out",
    "start",
]


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture code, or why there is none."""

    picture: Picture | None = None
    problems: tuple[Problem, ...] = ()


async def picture(ctx: Context) -> Pictured:
    """Make a picture code."""
    ports = ctx.account_ports
    if (wait := await taken(ports.throttle, {"picture_address": ctx.visitor.address})) is not None:
        return Pictured(problems=(wait,))
    return Pictured(await ports.pictures.make(ctx.locale))


async def start(ctx: Context, picture_id: str, picture_code: str, policy_number: str, full_name: str) -> Taken:
    """Begin a registration."""
    return await registration.start(ctx, (picture_id, picture_code), policy_number, full_name)


async def prepare(ctx: Context, client_id: str, phone: str | None = None, email: str | None = None) -> Prepared:
    """Begin an account for a client. Raises: ``NotFound``."""
    found = ids.number(client_id, "Client")
    if found is None:
        raise NotFound
    return await preparing.prepare(ctx, models.Isn(found), phone, email)


async def open_activation(ctx: Context, token: str) -> Taken:
    """Open an activation link."""
    return await activation.open_link(ctx, token)


async def give_phone(ctx: Context, token: str, phone: str) -> Taken:
    """Give a phone."""
    return await registration.give_phone(ctx, token, phone)


async def give_email(ctx: Context, token: str, email: str) -> Taken:
    """Give an e-mail address."""
    return await registration.give_email(ctx, token, email)


async def confirm_code(ctx: Context, token: str, code: str) -> Taken:
    """Enter a code."""
    return await registration.confirm_code(ctx, token, code)


async def answer_question(ctx: Context, token: str, answer: str) -> Taken:
    """Answer a control question."""
    return await registration.answer_question(ctx, token, answer)


async def finish(
    ctx: Context, token: str, password: str, consents: Sequence[tuple[models.ConsentPurpose, str]]
) -> Taken:
    """Finish a registration."""
    done = await finishing.finish(ctx, token, password, consents)
    return done if done.issued is None else replace(done, issued=ctx.visitor.handed(done.issued))


async def sign_in_(ctx: Context, login: str, password: str) -> SignedIn:
    """Sign in."""
    return handed(ctx, await sign_in.sign_in(ctx, login, password))


async def refresh(ctx: Context, refresh_token: str | None = None) -> SignedIn:
    """Exchange a refresh token, or the one of the browser's cookie."""
    ports = ctx.account_ports
    if (wait := await taken(ports.throttle, {"refresh_address": ctx.visitor.address})) is not None:
        return SignedIn(problems=(wait,))
    cookie = ctx.visitor.refresh_cookie
    given = refresh_token or cookie
    is_shared = given == cookie and ctx.visitor.is_refresh_cookie_ours
    came = WrongSignIn() if given is None else await sessions.refresh(ctx, given, is_shared=is_shared)
    if isinstance(came, WrongSignIn):
        ctx.visitor.forget()
        return SignedIn(problems=(came,))
    return handed(ctx, SignedIn(came))


async def sign_out(ctx: Context) -> bool:
    """End the session at hand; whoever is not signed in is signed out already."""
    await sessions.end(ctx, ctx.visitor.refresh_cookie)
    ctx.visitor.forget()
    return True


async def own_sessions(ctx: Context) -> list[Session]:
    """Sessions of the viewer."""
    return await sessions.own(ctx)


async def end_session(ctx: Context, id_: str) -> bool:
    """End one session of the viewer."""
    try:
        return await sessions.end_one(ctx, UUID(id_))
    except ValueError:
        return False


def handed(ctx: Context, signed_in: SignedIn) -> SignedIn:
    """Give tokens to the browser's cookies, if that is what the client wants, instead of showing them."""
    if signed_in.issued is None:
        return signed_in
    return replace(signed_in, issued=ctx.visitor.handed(signed_in.issued))
