"""Keys of the domain in the policy core's spelling, and which key a row belongs to.

A ``spelled_*`` function returns None for a key that cannot stand in a request: no such thing can exist, and one
impossible key must not have the whole batch refused.
"""

from __future__ import annotations

import re
from typing import Final

from adapters.policy_core import wire
from adapters.policy_core.mapping.values import isn, isn_text, number
from domain import models
from domain.errors import InvalidInput
from domain.money import Money

__all__ = [
    "client_key",
    "number_key",
    "policy_isn_key",
    "policy_number_key",
    "spelled_document",
    "spelled_isn",
    "spelled_lookup",
    "spelled_number",
    "spelled_request_id",
    "spelled_sum",
    "spelled_text",
]

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
ISN_LIMIT: Final = 10**15
SUM_LIMIT: Final = 10**15
MAX_NUMBER: Final = 40
MAX_TEXT: Final = 200


def spelled_isn(key: models.Isn) -> str | None:
    """Source: policy_core.xsd, Isn."""
    return isn_text(key) if 0 < key < ISN_LIMIT else None


def spelled_number(key: models.PolicyNumber) -> str | None:
    """Source: policy_core.xsd, PolicyNumber."""
    return key if wire.can_carry(key, MAX_NUMBER) else None


def spelled_text(key: str) -> str | None:
    """Any short text."""
    return key if wire.can_carry(key, MAX_TEXT) else None


def spelled_lookup(key: models.ClientLookup) -> tuple[str, str] | None:
    """Source: policy_core.xsd, FindClient: the element and its text."""
    for name, value, longest in (
        ("PolicyNumber", key.policy, MAX_NUMBER),
        ("Phone", key.phone, MAX_TEXT),
        ("Email", key.email, MAX_TEXT),
    ):
        if value is not None:
            return (name, value) if wire.can_carry(value, longest) else None
    return None


def spelled_document(key: models.DocumentKey) -> tuple[str, str] | None:
    """Source: policy_core.xsd, GetDocument: policy number and document id."""
    digits = key.document_id
    document_id = spelled_isn(models.Isn(int(digits))) if digits.isascii() and digits.isdecimal() else None
    policy = spelled_number(key.policy)
    return None if policy is None or document_id is None else (policy, document_id)


def spelled_request_id(request_id: str) -> wire.Node:
    """Source: policy_core.xsd, RequestId. Raises: ``InvalidInput``."""
    if not REQUEST_ID.fullmatch(request_id):
        raise InvalidInput("request_id", "not_an_id")
    return ("RequestId", request_id)


def spelled_sum(money: Money, argument: str) -> str:
    """Spell a sum of a request, ``1234,56``: roubles. Source: PROTOCOL.md, section 8. Raises: ``InvalidInput``."""
    if money.currency != "RUB" or money.rounded != money or not 0 < money.amount < SUM_LIMIT:
        raise InvalidInput(argument, "not_a_sum")
    return f"{money.amount:.2f}".replace(".", ",")


def client_key(row: wire.Client | wire.ItemError) -> models.Isn:
    """Return whose row it is."""
    return isn(row.isn, "Isn")


def policy_isn_key(row: wire.PolicyItem) -> models.Isn:
    """Return the ISN that the policy was asked by."""
    return isn(row.key.isn if row.key else None, "Key")


def policy_number_key(row: wire.PolicyItem) -> models.PolicyNumber:
    """Return the number that the policy was asked by."""
    return number(row.key.number if row.key else None, "Key")


def number_key(row: wire.InstalmentPlan | wire.DocumentList | wire.ItemError) -> models.PolicyNumber:
    """Return the number of the policy that the row belongs to."""
    return number(row.policy_number, "PolicyNumber")
