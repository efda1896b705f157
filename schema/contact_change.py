"""Changes of phone and e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain import models
from domain.accounts import contacts
from resolvers.use_cases import contact_changes as use
from resolvers.use_cases.contact_confirming import Confirmed, confirm
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.access import SIGNED_IN
from schema.account_problem import PROBLEMS, OwnerProblem
from schema.caching import ASK_AGAIN
from schema.fields import entry
from schema.key_problem import KEY
from schema.node import part_id
from schema.shown import shown

__all__ = ["ChangingContacts", "ContactChange"]


@shown(contacts.ContactChange, description="A change of phone or e-mail.", keep=ASK_AGAIN)
class ContactChange:
    """Change."""

    id = part_id(use.KIND, lambda change: str(change.id))
    kind: models.ContactKind = strawberry.field(description="Which contact was changed.")
    state: contacts.ContactChangeState = strawberry.field(description="Whether the insurer's systems know of it.")
    expires_at: datetime = strawberry.field(description="Until when its codes can be entered.")
    accepted_at: datetime | None = strawberry.field(description="Since when the account has the new contact.")
    ended_at: datetime | None = strawberry.field(description="When the policy core took it, or was given up.")


@shown(use.Begun, description="What the beginning of a change of phone or e-mail came to.")
class ChangeContactPayload:
    """Payload."""

    change: ContactChange | None = strawberry.field(
        description="The change, which waits for its codes; as it is by now for a key that was used before."
    )
    sent_to: list[str] | None = strawberry.field(
        description="Where the codes went, masked, the new contact first; null once the change was accepted."
    )
    problems: list[OwnerProblem] = strawberry.field(description=PROBLEMS, name="errors")


@shown(Confirmed, description="What the codes of a change of phone or e-mail came to.")
class ConfirmContactChangePayload:
    """Payload."""

    change: ContactChange | None = strawberry.field(description="The change, accepted.")
    problems: list[OwnerProblem] = strawberry.field(description=PROBLEMS, name="errors")


@strawberry.input(one_of=True, description="A new contact: exactly one of these.")
class ContactInput:
    """Contact."""

    phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="Phone; Russian unless it has a country code."
    )
    email: str | None = strawberry.field(default=strawberry.UNSET, description="E-mail address.")


def by_kind(given: dict[str, Any]) -> dict[str, Any]:
    """Take the contact apart."""
    contact: ContactInput = given["contact"]
    kind = models.ContactKind.PHONE if contact.phone else models.ContactKind.EMAIL
    return {**given, "kind": kind, "contact": contact.phone or contact.email or ""}


@strawberry.type(description="How phone and e-mail are changed.")
class ChangingContacts:
    """Entry points."""

    change_contact = entry(
        use.begin,
        ChangeContactPayload,
        description=(
            "Begin to change the viewer's phone or e-mail. A code goes to the new contact and another to the old one; "
            "where that is lost, to the other contact of the account. The same key sends no other codes; under a new "
            "one others are sent, and those before are void."
        ),
        arguments={
            "key": KEY,
            "contact": Annotated[ContactInput, strawberry.argument(description="The new contact.")],
            "password": Annotated[
                str,
                strawberry.argument(
                    description="Password of the account; not looked at again for a key with which it was right."
                ),
            ],
            "old_is_lost": Annotated[
                bool | None, strawberry.argument(description="Whether nothing can be received at the old contact.")
            ],
        },
        arrange=by_kind,
        access=SIGNED_IN,
    )
    confirm_contact_change = entry(
        confirm,
        ConfirmContactChangePayload,
        description=(
            "Enter the codes; the account has the new contact at once, the policy core as soon as it can be reached."
        ),
        arguments={
            "key": KEY,
            "change_id": Annotated[strawberry.ID, strawberry.argument(description="Id of the change.")],
            "new_code": Annotated[str, strawberry.argument(description="Code that came to the new contact.")],
            "old_code": Annotated[
                str,
                strawberry.argument(description="Code that came to the old contact, or the other."),
            ],
        },
        access=SIGNED_IN,
    )
