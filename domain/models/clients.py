"""A person who is a customer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from domain.models.identifiers import Isn

__all__ = ["Client", "Consent", "ConsentPurpose", "Contact", "ContactKind", "PersonName", "Sex"]


class Sex(StrEnum):
    """As recorded by the policy core."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class ContactKind(StrEnum):
    """Ways to reach a person."""

    PHONE = "PHONE"
    EMAIL = "EMAIL"


class ConsentPurpose(StrEnum):
    """What a consent allows."""

    PERSONAL_DATA = "PERSONAL_DATA"
    MARKETING = "MARKETING"
    ELECTRONIC_DOCUMENTS = "ELECTRONIC_DOCUMENTS"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts; ``last`` is an initial with a full stop where the viewer may not see it whole."""

    last: str
    first: str
    patronymic: str | None = None

    @property
    def full(self) -> str:
        """Last, first, patronymic, as Russian documents print it."""
        return " ".join(part for part in (self.last, self.first, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone or an e-mail.

    ``value`` is whole (E.164 or an address) and None for a viewer who may only see ``masked``.
    """

    kind: ContactKind
    value: str | None
    masked: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent given by the client; each purpose is a record of its own."""

    purpose: ConsentPurpose
    text_version: str
    given_on: date
    expires_on: date | None
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class Client:
    """A person known to the policy core.

    ``number`` is the human client number. ``birth_date`` is None for a viewer who may not see it.
    """

    isn: Isn
    number: str
    name: PersonName
    birth_date: date | None
    sex: Sex | None
    phone: Contact | None
    email: Contact | None
    consents: tuple[Consent, ...]
