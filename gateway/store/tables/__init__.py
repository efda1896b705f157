"""Every table. The rules of the domain that a row can tell are constraints: they hold even against a mistake of ours.

A new table or column needs a revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from gateway.store.columns import metadata
from gateway.store.tables.audit import account_actions, personal_reads
from gateway.store.tables.commands import command_actions, commands, wishes
from gateway.store.tables.contacts import consents, contact_changes
from gateway.store.tables.feed import automatic_rules, decisions, feeds
from gateway.store.tables.identity import accounts, codes, refresh_tokens, sessions, sign_in_challenges
from gateway.store.tables.outbox import messages
from gateway.store.tables.payments import payment_actions, payment_means, payments, watched_orders
from gateway.store.tables.renewals import renewal_offers, signatures
from gateway.store.tables.steps import recoveries, registrations

__all__ = [
    "account_actions",
    "accounts",
    "automatic_rules",
    "codes",
    "command_actions",
    "commands",
    "consents",
    "contact_changes",
    "decisions",
    "feeds",
    "messages",
    "metadata",
    "payment_actions",
    "payment_means",
    "payments",
    "personal_reads",
    "recoveries",
    "refresh_tokens",
    "registrations",
    "renewal_offers",
    "sessions",
    "sign_in_challenges",
    "signatures",
    "watched_orders",
    "wishes",
]
