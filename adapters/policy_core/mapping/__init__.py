"""Records of the policy core to domain objects, pure.

Raises: ``wire.Unreadable`` for a value that breaks the contract; functions on whole batches make it an outcome.
"""

from adapters.policy_core.mapping.batches import Matched, matched, or_error, policy_item, settled
from adapters.policy_core.mapping.bills import (
    bill,
    bill_of,
    online_bill,
    paid_bill,
    spelled_bill,
    spelled_online_bill,
    spelled_payment,
)
from adapters.policy_core.mapping.clients import client, found_client
from adapters.policy_core.mapping.contacts import spelled_contacts, updated_client
from adapters.policy_core.mapping.journal import stretch
from adapters.policy_core.mapping.keys import (
    client_key,
    number_key,
    policy_isn_key,
    policy_number_key,
    spelled_document,
    spelled_isn,
    spelled_lookup,
    spelled_number,
    spelled_text,
)
from adapters.policy_core.mapping.policies import documents, instalments, policy, product_rules
from adapters.policy_core.mapping.portfolios import held
from adapters.policy_core.mapping.renewals import (
    agreement,
    quote,
    renewal,
    renewal_choices,
    spelled_quote,
    spelled_renewal,
)
from adapters.policy_core.mapping.values import isn, media_type, number, size

__all__ = [
    "Matched",
    "agreement",
    "bill",
    "bill_of",
    "client",
    "client_key",
    "documents",
    "found_client",
    "held",
    "instalments",
    "isn",
    "matched",
    "media_type",
    "number",
    "number_key",
    "online_bill",
    "or_error",
    "paid_bill",
    "policy",
    "policy_isn_key",
    "policy_item",
    "policy_number_key",
    "product_rules",
    "quote",
    "renewal",
    "renewal_choices",
    "settled",
    "size",
    "spelled_bill",
    "spelled_contacts",
    "spelled_document",
    "spelled_isn",
    "spelled_lookup",
    "spelled_number",
    "spelled_online_bill",
    "spelled_payment",
    "spelled_quote",
    "spelled_renewal",
    "spelled_text",
    "stretch",
    "updated_client",
]
