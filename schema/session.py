"""Signing in and out, tokens, sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.accounts import models as accounts
from domain.accounts import ports
from resolvers import accounts as resolve
from resolvers.use_cases.sign_in import Challenge, SignedIn
from schema.access import SIGNED_IN
from schema.account_problem import PROBLEMS, AccountProblem
from schema.caching import ASK_AGAIN
from schema.fields import computed, entry
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["Session", "SignInPayload", "SigningIn", "Tokens"]


def session_id(session: accounts.Session, _ctx: Context) -> str:
    """Return the id of a session."""
    return str(session.id)


def is_current(session: accounts.Session, ctx: Context) -> bool:
    """Whether the request was made in this session."""
    return ctx.viewer is not None and ctx.viewer.session == str(session.id)


@shown(ports.Issued, description="Tokens of somebody who signed in.")
class Tokens:
    """Tokens."""

    access_token: str = strawberry.field(description="For the header `Authorization: Bearer …`.")
    access_expires_in_s: int = strawberry.field(
        description="Seconds that the access token is good for.", name="accessExpiresInSeconds"
    )
    refresh_token: str = strawberry.field(description="Good for one use; a second use ends the session.")
    refresh_expires_at: datetime = strawberry.field(description="Until when it can be used.")


@shown(Challenge, description="The second step of a sign-in: a code was sent.")
class SignInChallenge:
    """Challenge."""

    token: str = strawberry.field(description="To be sent back with the code.")
    sent_to: str = strawberry.field(description="Where the code went, masked.")
    expires_at: datetime = strawberry.field(description="Until when the code can be entered.")


@shown(SignedIn, description="What a sign-in came to.")
class SignInPayload:
    """Payload."""

    issued: Tokens | None = strawberry.field(
        description="Tokens; null where a browser got them as cookies.", name="tokens"
    )
    challenge: SignInChallenge | None = strawberry.field(
        description="What a code has to be sent in with, where the owner wants one besides the password."
    )
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


@shown(accounts.Session, description="A session of the viewer on some device.", keep=ASK_AGAIN, access=SIGNED_IN)
class Session:
    """Session."""

    id = computed(session_id, strawberry.ID, description="Id.")
    device: str = strawberry.field(description="What the device said of itself.")
    created_at: datetime = strawberry.field(description="Since when.")
    used_at: datetime = strawberry.field(description="When tokens were last renewed in it.")
    is_current = computed(is_current, bool, description="Whether this request was made in it.")


@strawberry.type(description="How customers sign in and out.")
class SigningIn:
    """Entry points."""

    sign_in = entry(
        resolve.sign_in_,
        SignInPayload,
        description="Sign in with a phone or an e-mail, and the password; a code may be asked for besides.",
        arguments={
            "login": Annotated[str, strawberry.argument(description="Phone or e-mail.")],
            "password": Annotated[str, strawberry.argument(description="Password.")],
        },
    )
    refresh_tokens = entry(
        resolve.refresh,
        SignInPayload,
        description="Exchange a refresh token for new tokens; a browser's is in its cookie.",
        arguments={
            "refresh_token": Annotated[
                str | None, strawberry.argument(description="The refresh token; null for a browser's cookie.")
            ]
        },
    )
    sign_out = entry(resolve.sign_out, bool, description="End the session at hand.")
    end_session = entry(
        resolve.end_session,
        bool,
        description="End a session of the viewer; false when there is none of that id.",
        arguments={"id_": Annotated[strawberry.ID, strawberry.argument(name="id", description="Id of the session.")]},
        access=SIGNED_IN,
    )
