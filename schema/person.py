"""Names, contacts, consents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from domain import models
from resolvers import privacy
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.caching import PART
from schema.fields import computed
from schema.shown import shown

__all__ = ["Beneficiary", "ClientProfile", "Consent", "Contact", "Participant", "PersonName"]


@shown(models.PersonName, description="A person's name in parts.", keep=PART)
class PersonName:
    """Name."""

    last: str = strawberry.field(description="Surname; its initial alone for viewers who may not see it.")
    first: str = strawberry.field(description="First name.")
    patronymic: str | None = strawberry.field(description="Patronymic, if the person has one.")
    full: str = strawberry.field(description="Surname, first name, patronymic in one line.")


@shown(models.Contact, description="A way to reach a person.", keep=PART)
class Contact:
    """Phone or e-mail."""

    kind: models.ContactKind = strawberry.field(description="Phone or e-mail.")
    masked: str = strawberry.field(description="With the telling part covered: `+7 *** ***-45-67`.")
    value = computed(
        privacy.contact_value,
        str | None,
        description="In full: E.164 or an address. For the person and employees who see it whole; null for others.",
    )
    confirmed: bool = strawberry.field(description="Whether the person has proved it theirs.")


@shown(models.Consent, description="A consent the client gave, one record per purpose.", keep=PART)
class Consent:
    """Consent."""

    purpose: models.ConsentPurpose = strawberry.field(description="What it allows.")
    text_version: str = strawberry.field(description="Version of the text agreed to.")
    given_on: date = strawberry.field(description="Day it was given.")
    expires_on: date | None = strawberry.field(description="Last day it holds; null if it does not end.")
    revoked_on: date | None = strawberry.field(description="Day it was revoked.")


@shown(models.Client, description="What the policy core knows of the person behind a client.")
class ClientProfile:
    """Person."""

    number: str = strawberry.field(description="Client number, as printed in letters.")
    name = computed(privacy.name, PersonName, description="Name.")
    birth_date = computed(
        privacy.birth_date, date | None, description="Birth date; null for employees who do not see it whole."
    )
    sex: models.Sex | None = strawberry.field(description="Sex on record.")
    phone: Contact | None = strawberry.field(description="Phone.")
    email: Contact | None = strawberry.field(description="E-mail.")
    consents: list[Consent] = strawberry.field(description="Consents, each purpose a record of its own.")


@shown(models.Participant, description="A person's part in a policy.", keep=PART)
class Participant:
    """Participant."""

    role: models.ParticipantRole = strawberry.field(description="Which part.")
    name = computed(privacy.name, PersonName, description="Name.")
    share: Decimal | None = strawberry.field(description="Share of a beneficiary, in percent.")


@shown(models.Beneficiary, description="Who is paid from a life contract.", keep=PART)
class Beneficiary:
    """Beneficiary."""

    name = computed(privacy.name, PersonName, description="Name.")
    share: Decimal = strawberry.field(description="Share in percent.")
