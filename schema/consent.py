"""Consents that the viewer gives and takes back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain import models
from domain.accounts import models as accounts
from resolvers.use_cases import consents as use
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.access import SIGNED_IN
from schema.account_problem import PROBLEMS, OwnerProblem
from schema.caching import ASK_AGAIN
from schema.fields import entry
from schema.key_problem import KEY
from schema.shown import shown

__all__ = ["Consenting", "GivenConsent"]

PURPOSE = Annotated[models.ConsentPurpose, strawberry.argument(description="What it allows.")]


@shown(accounts.ConsentRecord, description="A consent that the viewer gave in the account.", keep=ASK_AGAIN)
class GivenConsent:
    """Consent."""

    purpose: models.ConsentPurpose = strawberry.field(description="What it allows.")
    text_version: str = strawberry.field(description="Version of the text that was agreed to.")
    given_at: datetime = strawberry.field(description="When it was given.")
    revoked_at: datetime | None = strawberry.field(description="When it was taken back; null while it is in force.")


@shown(use.Consented, description="What the giving or taking back of a consent came to.")
class ConsentPayload:
    """Payload."""

    consents: list[GivenConsent] = strawberry.field(description="All of the viewer's, the latest first.")
    problems: list[OwnerProblem] = strawberry.field(description=PROBLEMS, name="errors")


@strawberry.type(description="How consents are given and taken back.")
class Consenting:
    """Entry points."""

    give_consent = entry(
        use.give,
        ConsentPayload,
        description="Give a consent; the same one twice is one record.",
        arguments={
            "key": KEY,
            "purpose": PURPOSE,
            "text_version": Annotated[str, strawberry.argument(description="Version of the text that is agreed to.")],
        },
        access=SIGNED_IN,
    )
    revoke_consent = entry(
        use.revoke,
        ConsentPayload,
        description="Take back what was given for a purpose; that to personal data cannot be taken back online.",
        arguments={"key": KEY, "purpose": PURPOSE},
        access=SIGNED_IN,
    )
