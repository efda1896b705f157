"""Registration, from the picture code to the chosen password."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import models
from domain.accounts import ports, questions
from domain.accounts.registration import Asked, Step
from resolvers import accounts as resolve
from resolvers import control_questions
from resolvers.use_cases.preparing import Prepared
from resolvers.use_cases.progress import Progress, Taken
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.access import PREPARE_ACCOUNTS
from schema.account_problem import PROBLEMS, AccountProblem
from schema.caching import ASK_AGAIN
from schema.fields import batched, computed, entry
from schema.session import Tokens
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["TOKEN", "Registering", "StepProgress"]


def image(picture: ports.Picture, _ctx: Context) -> str:
    """Return the picture as a data address."""
    return "data:image/png;base64," + base64.b64encode(picture.image).decode()


def speech(picture: ports.Picture, _ctx: Context) -> str:
    """Return the spoken alternative as a data address."""
    return "data:audio/wav;base64," + base64.b64encode(picture.speech).decode()


@shown(ports.Picture, description="A picture code, to be typed by a person.")
class PictureCode:
    """Picture."""

    id: strawberry.ID = strawberry.field(description="To be sent back with what was read.")
    image = computed(image, str, description="The picture, as a `data:` address.")
    speech = computed(speech, str, description="The same code spoken, as a `data:` address of a WAV file.")
    expires_at: datetime = strawberry.field(description="Until when it can be used; each only once.")


@shown(resolve.Pictured, description="A picture code, or why there is none.")
class PictureCodePayload:
    """Payload."""

    picture: PictureCode | None = strawberry.field(description="The picture code.")
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


@shown(Asked, description="A control question.")
class ControlQuestion:
    """Question."""

    kind: questions.QuestionKind = strawberry.field(description="What is asked for.")
    text = batched(
        control_questions.texts,
        str | None,
        description="The question, in the language of the request.",
        keep=ASK_AGAIN,
    )


@shown(Progress, description="Where a registration or a recovery stands.")
class StepProgress:
    """Progress."""

    token: str = strawberry.field(description="For the next step. The one before may be used to repeat its step.")
    step: Step = strawberry.field(description="What is waited for.")
    expires_at: datetime = strawberry.field(description="Until when it can be finished.")
    sent_to: str | None = strawberry.field(description="Where the code went, masked.")
    question: ControlQuestion | None = strawberry.field(description="The control question at hand.")


@shown(Taken, description="What a step of a registration came to.")
class RegistrationPayload:
    """Payload."""

    progress: StepProgress | None = strawberry.field(description="Where the registration stands now.")
    issued: Tokens | None = strawberry.field(
        description="Tokens once the customer is signed in; null where a browser got them as cookies.", name="tokens"
    )
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


@shown(Prepared, description="What became of an account that was begun for a client.")
class PreparationPayload:
    """Payload."""

    sent_to: str | None = strawberry.field(description="Where the activation link went, masked.")
    expires_at: datetime | None = strawberry.field(description="Until when the client can finish.")
    problems: list[AccountProblem] = strawberry.field(description=PROBLEMS, name="errors")


@strawberry.input(description="A consent that is given.")
class ConsentInput:
    """Consent."""

    purpose: models.ConsentPurpose = strawberry.field(description="What it allows.")
    text_version: str = strawberry.field(description="Version of the text that was agreed to.")


TOKEN = Annotated[str, strawberry.argument(description="Token of the step at hand.")]


def with_consents(given: dict[str, Any]) -> dict[str, Any]:
    """Take consents apart."""
    consents: list[ConsentInput] = given["consents"]
    return {**given, "consents": [(each.purpose, each.text_version) for each in consents]}


@strawberry.type(description="How accounts are made.")
class Registering:
    """Entry points."""

    request_picture_code = entry(
        resolve.picture, PictureCodePayload, description="Ask for a picture code, which a registration begins with."
    )
    start_registration = entry(
        resolve.start,
        RegistrationPayload,
        description="Begin a registration with any policy, no longer in force included, and the holder's full name.",
        arguments={
            "picture_id": Annotated[strawberry.ID, strawberry.argument(description="Id of the picture code.")],
            "picture_code": Annotated[str, strawberry.argument(description="What was read from the picture.")],
            "policy_number": Annotated[str, strawberry.argument(description="Number of any policy, in any spelling.")],
            "full_name": Annotated[str, strawberry.argument(description="Surname, first name, patronymic if any.")],
        },
    )
    prepare_registration = entry(
        resolve.prepare,
        PreparationPayload,
        description="Begin an account for a client, for employees: the client gets a link to finish it. One that was "
        "sent before leads nowhere then.",
        arguments={
            "client_id": Annotated[strawberry.ID, strawberry.argument(description="Id of the client.")],
            "phone": Annotated[str | None, strawberry.argument(description="Phone; its code is asked for later.")],
            "email": Annotated[str | None, strawberry.argument(description="E-mail; the link goes there if given.")],
        },
        access=PREPARE_ACCOUNTS,
    )
    open_activation = entry(
        resolve.open_activation,
        RegistrationPayload,
        description="Open an activation link; a code may be sent to the contact that the link did not go to.",
        arguments={"token": Annotated[str, strawberry.argument(description="Token of the link.")]},
    )
    give_registration_phone = entry(
        resolve.give_phone,
        RegistrationPayload,
        description="Give a phone; a code is sent to it. May be repeated, also with another phone.",
        arguments={"token": TOKEN, "phone": Annotated[str, strawberry.argument(description="Phone.")]},
    )
    give_registration_email = entry(
        resolve.give_email,
        RegistrationPayload,
        description="Give an e-mail address; a code is sent to it. May be repeated, also with another address.",
        arguments={"token": TOKEN, "email": Annotated[str, strawberry.argument(description="E-mail address.")]},
    )
    confirm_registration_code = entry(
        resolve.confirm_code,
        RegistrationPayload,
        description="Enter the code that was sent last.",
        arguments={"token": TOKEN, "code": Annotated[str, strawberry.argument(description="The code.")]},
    )
    answer_control_question = entry(
        resolve.answer_question,
        RegistrationPayload,
        description="Answer the control question at hand.",
        arguments={"token": TOKEN, "answer": Annotated[str, strawberry.argument(description="The answer.")]},
    )
    finish_registration = entry(
        resolve.finish,
        RegistrationPayload,
        description="Choose a password and give consents; the customer is signed in.",
        arguments={
            "token": TOKEN,
            "password": Annotated[str, strawberry.argument(description="10 to 128 characters.")],
            "consents": Annotated[
                list[ConsentInput], strawberry.argument(description="Consents; that to personal data is needed.")
            ],
        },
        arrange=with_consents,
    )
