"""Messages to people, left with the transaction that they tell of and sent once that is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from domain.models import ContactKind
from domain.money import Locale

__all__ = ["Message", "Outbox", "Template"]


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


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person: by SMS to a phone, by mail to an e-mail address. ``values`` go into the template.

    ``CODE`` wants ``code`` and ``purpose`` (of ``CodePurpose``), ``ACTIVATION`` wants ``link``, the others nothing.
    """

    kind: ContactKind
    address: str
    template: Template
    locale: Locale
    values: Mapping[str, str] = field(default_factory=dict)


class Outbox(Protocol):
    """Messages that go out once the transaction is committed, however the process ends after that."""

    async def add(self, message: Message) -> None:
        """Leave a message to be sent."""
        ...
