"""Recovery, the second step of a sign-in, passwords and locks."""

from __future__ import annotations

from typing import Annotated, Any, Final

import strawberry

from resolvers import recoveries as resolve
from resolvers.use_cases.security import Changed
from schema.access import LOCK_ACCOUNTS, SIGNED_IN
from schema.account_problem import PROBLEMS, AccountProblem
from schema.fields import entry
from schema.registration import TOKEN, StepProgress
from schema.session import SignInPayload, Tokens
from schema.shown import shown

__all__ = ["Recovering"]


@shown(resolve.Recovered, description="What a step of a recovery came to.")
class RecoveryPayload:
    """Payload."""

    progress: StepProgress | None = strawberry.field(description="Where the recovery stands now.")
    issued: Tokens | None = strawberry.field(
        description="Tokens once the customer is signed in; null where a browser got them as cookies.", name="tokens"
    )
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


@shown(Changed, description="What a change of an account came to.")
class AccountChangePayload:
    """Payload."""

    is_done: bool = strawberry.field(description="Whether all is now as it was wanted.")
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


PASSWORD: Final[Any] = Annotated[str, strawberry.argument(description="The present password.")]
NEW_PASSWORD: Final[Any] = Annotated[str, strawberry.argument(description="10 to 128 characters.")]
REMARK: Final[Any] = Annotated[str, strawberry.argument(description="Remark for colleagues, 500 characters at most.")]
CLIENT: Final[Any] = Annotated[strawberry.ID, strawberry.argument(description="Global id of the client.")]


@strawberry.type(description="How accounts are kept safe.")
class Recovering:
    """Entry points."""

    sign_in_with_code = entry(
        resolve.sign_in_with_code,
        SignInPayload,
        description="Finish a sign-in with the code that was sent.",
        arguments={
            "challenge": Annotated[str, strawberry.argument(description="Token of the challenge.")],
            "code": Annotated[str, strawberry.argument(description="The code.")],
        },
    )
    set_two_step = entry(
        resolve.set_two_step,
        AccountChangePayload,
        description="Ask for a code at the viewer's sign-ins from now on, or no longer.",
        arguments={
            "password": PASSWORD,
            "is_on": Annotated[bool, strawberry.argument(description="Whether a code is to be asked for.")],
        },
        access=SIGNED_IN,
    )
    change_password = entry(
        resolve.change_password,
        AccountChangePayload,
        description="Choose another password; the viewer's other sessions end.",
        arguments={"old_password": PASSWORD, "new_password": NEW_PASSWORD},
        access=SIGNED_IN,
    )
    start_recovery = entry(
        resolve.start,
        RecoveryPayload,
        description="Begin to recover an account. What comes back does not tell whether there is one.",
        arguments={
            "picture_id": Annotated[strawberry.ID, strawberry.argument(description="Id of the picture code.")],
            "picture_code": Annotated[str, strawberry.argument(description="What was read from the picture.")],
            "login": Annotated[str, strawberry.argument(description="Phone or e-mail of the account.")],
        },
    )
    confirm_recovery_code = entry(
        resolve.confirm_code,
        RecoveryPayload,
        description="Enter the code that was sent last; after the first one another goes to the other contact.",
        arguments={"token": TOKEN, "code": Annotated[str, strawberry.argument(description="The code.")]},
    )
    send_recovery_code = entry(
        resolve.send_code,
        RecoveryPayload,
        description="Send the code at hand again; the one before is void.",
        arguments={"token": TOKEN},
    )
    recover_without_phone = entry(
        resolve.without_phone,
        RecoveryPayload,
        description="Skip the code of a lost phone, after that of the e-mail; costs one control question more.",
        arguments={"token": TOKEN},
    )
    answer_recovery_question = entry(
        resolve.answer_question,
        RecoveryPayload,
        description="Answer the control question at hand.",
        arguments={"token": TOKEN, "answer": Annotated[str, strawberry.argument(description="The answer.")]},
    )
    finish_recovery = entry(
        resolve.finish,
        RecoveryPayload,
        description="Choose another password; all sessions end, and the customer is signed in.",
        arguments={"token": TOKEN, "password": NEW_PASSWORD},
    )
    lock_account = entry(
        resolve.lock,
        AccountChangePayload,
        description="Close a client's account, for employees; its owner is told by mail.",
        arguments={"client_id": CLIENT, "reason": REMARK},
        access=LOCK_ACCOUNTS,
    )
    unlock_account = entry(
        resolve.unlock,
        AccountChangePayload,
        description="Open a client's account again, for employees.",
        arguments={"client_id": CLIENT, "reason": REMARK},
        access=LOCK_ACCOUNTS,
    )
