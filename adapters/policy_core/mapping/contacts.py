"""Contacts on their way into the policy core."""

from __future__ import annotations

import re
from typing import Final

from adapters.policy_core import wire
from adapters.policy_core.mapping.keys import spelled_isn, spelled_request_id
from adapters.policy_core.mapping.values import isn
from domain import models
from domain.errors import InvalidInput

__all__ = ["spelled_contacts", "updated_client"]

PHONE: Final = re.compile(r"\+[0-9]{5,15}", re.ASCII)
SHORTEST_EMAIL: Final = 3
LONGEST_EMAIL: Final = 254


def spelled_contacts(
    client: models.Isn, phone: str | None, email: str | None, request_id: str
) -> list[wire.Node] | None:
    """Return the elements of a request, or None for a person that cannot be.

    Source: policy_core.xsd, UpdateContacts. Raises: ``InvalidInput`` for what the core would not read.
    """
    request = spelled_request_id(request_id)
    if phone is not None and not PHONE.fullmatch(phone):
        raise InvalidInput("phone", "not_a_phone")
    if email is not None and not (len(email) >= SHORTEST_EMAIL and wire.can_carry(email, LONGEST_EMAIL)):
        raise InvalidInput("email", "not_an_email")
    if phone is None and email is None:
        raise InvalidInput("phone", "nothing_to_write")
    spelled = spelled_isn(client)
    if spelled is None:
        return None
    given = [("Phone", phone), ("Email", email)]
    return [request, ("ClientIsn", spelled), *((name, text) for name, text in given if text)]


def updated_client(asked: models.Isn, record: wire.UpdatedClient) -> None:
    """Make sure whose contacts were written. Source: policy_core.xsd, UpdateContactsResponse."""
    if isn(record.client_isn, "ClientIsn") != asked:
        raise wire.Unreadable("another person was written")
