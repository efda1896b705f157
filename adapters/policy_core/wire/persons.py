"""Statuses, sessions and persons as they stand in a reply: text as it came, ``None`` for what is absent or empty.

Reading a record never fails, so that one bad row cannot spoil its neighbours; ``mapping`` judges the values.
Source: contract/policy_core.xsd, the complex type of the same name unless said otherwise. A field is the element of
the same name in camel case.
"""

from __future__ import annotations

import msgspec

__all__ = [
    "Client",
    "ClientItem",
    "Consent",
    "FoundClient",
    "ItemError",
    "Person",
    "Session",
    "Status",
    "UpdatedClient",
]


class Status(msgspec.Struct, frozen=True):
    """Of a call or of one item; see PROTOCOL.md, section 7."""

    error_code: str | None = None
    error_message: str | None = None


class Session(msgspec.Struct, frozen=True):
    """Source: ResponseData of Login. Units: minutes."""

    session_id: str | None = None
    lifetime_minutes: str | None = None


class Consent(msgspec.Struct, frozen=True):
    """A consent; ``purpose`` is a code of CONSENT."""

    purpose: str | None = None
    text_version: str | None = None
    given_date: str | None = None
    expiry_date: str | None = None
    revoked_date: str | None = None


class Client(msgspec.Struct, frozen=True):
    """A person; the phone is spelled as the client wrote it."""

    isn: str | None = None
    number: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    phone: str | None = None
    phone_confirmed: str | None = None
    email: str | None = None
    email_confirmed: str | None = None
    consent: tuple[Consent, ...] = ()


class Person(msgspec.Struct, frozen=True):
    """An insured person."""

    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: str | None = None


class ClientItem(msgspec.Struct, frozen=True):
    """What the core says of one person of FindPolicies; ``policy_count`` is there when the status is 0."""

    client_isn: str | None = None
    item_status: Status | None = None
    policy_count: str | None = None


class ItemError(msgspec.Struct, frozen=True):
    """Why a key has no row: exactly one of the keys is there, as it was asked for."""

    isn: str | None = None
    policy_number: str | None = None
    item_status: Status | None = None


class FoundClient(msgspec.Struct, frozen=True):
    """Source: ResponseData of FindClient."""

    client_isn: str | None = None


class UpdatedClient(msgspec.Struct, frozen=True):
    """Source: ResponseData of UpdateContacts."""

    client_isn: str | None = None
