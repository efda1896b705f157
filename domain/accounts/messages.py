"""Messages to people, left with the transaction that they tell of and sent once that is committed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from domain.accounts.models import CodePurpose
from domain.models import ContactKind
from domain.money import Locale

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["NOBODY", "Message", "Outbox", "Template", "Topic"]

NOBODY: Final = "nobody@invalid"
"""An e-mail address that nobody has (RFC 2606: no such domain). What is left for it is never sent."""


class Template(StrEnum):
    """What is sent."""

    CODE = "CODE"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a message, not a secret
    REGISTERED = "REGISTERED"
    ACTIVATION = "ACTIVATION"
    CONTACT_CHANGED = "CONTACT_CHANGED"
    NO_ACCOUNT = "NO_ACCOUNT"
    ATTEMPTS_USED_UP = "ATTEMPTS_USED_UP"
    RENEWAL_AGREED = "RENEWAL_AGREED"
    RENEWAL_REPRICED = "RENEWAL_REPRICED"
    PAYMENT_READY = "PAYMENT_READY"
    PAYMENT_FAILED = "PAYMENT_FAILED"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a code or a link is for. A newer one for the same, to the same kind of contact, voids the one before."""

    purpose: CodePurpose
    subject: UUID


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person: by SMS to a phone, by mail to an e-mail address. ``values`` go into the template.

    ``CODE`` wants ``code`` and ``purpose`` (of ``CodePurpose``), that of a ``SIGNATURE`` ``product``, ``term`` and
    ``price`` besides, ``ACTIVATION`` wants ``link``, what is told of a renewal or a payment its ``number``, the others
    nothing.
    ``expires_at``: from when on it must not be sent any more, ``None`` for what stays true. ``topic`` is there where a
    newer message makes an older one worthless.
    """

    kind: ContactKind
    address: str
    template: Template
    locale: Locale
    values: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    topic: Topic | None = None


class Outbox(Protocol):
    """Messages that go out once the transaction is committed, however the process ends after that."""

    async def add(self, message: Message) -> None:
        """Leave a message to be sent; one that waits under the same topic, for the same kind of contact, never is."""
        ...

    async def void(self, subjects: Collection[UUID]) -> None:
        """See to it that nothing is sent of these subjects that waits; what was sent was sent."""
        ...
