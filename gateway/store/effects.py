"""What clients have done here lately, read once a request for whoever is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, String, case, cast, exists, func, literal, or_, select, union_all

from domain.accounts.contacts import ContactChangeState
from domain.clock import MOSCOW, Clock
from domain.effects import NO_EFFECTS, Effects
from domain.errors import StoreUnavailable
from domain.models import ClaimId, ContactKind, Isn
from domain.payments.models import PaymentState
from domain.ports import Call, Outcome, Read
from domain.renewals.models import PREMIUM_DIFFERS, TAKEN
from gateway.observability.logs import logger
from gateway.store.commands import HOLDING_UP
from gateway.store.store import PostgresStore
from gateway.store.tables import accounts, commands, contact_changes, payments, renewal_offers

__all__ = ["PostgresEffects", "nothing", "over"]

LATELY: Final = timedelta(days=1)
"""So long after a system was told the slowest of its replicas shows what was done, or somebody has looked into it."""
CONTACT_LATELY: Final = timedelta(hours=1)
"""For contacts less: what is laid over one hides it, also if an employee has changed it again in the core meanwhile."""

HAS_BEEN_PAID: Final = payments.c.state.in_((PaymentState.CONFIRMING, PaymentState.PAID))
INSTALMENT: Final = "instalment"
DEDUCTIBLE: Final = "deductible"
RENEWAL: Final = "renewal"
UNSIGNED: Final = "unsigned"
AGREED: Final = "agreed"
FIRST: Final = "1"
"""Number of the instalment that an agreement waits for."""


@dataclass(frozen=True, slots=True)
class PostgresEffects:
    """A read by the client's ISN; whoever has done nothing has no effects, and so has everybody while it is away."""

    store: PostgresStore
    clock: Clock

    async def __call__(self, keys: Sequence[Isn], _call: Call, /) -> Sequence[Outcome[Effects]]:
        """Answer every key."""
        try:
            async with self.store.connection() as connection:
                found = list(await connection.execute(lately(keys, self.clock.now())))
        except StoreUnavailable as away:
            logger().warning("effects not read", detail=away.detail)
            found = []
        rows: dict[int, list[Row[Any]]] = {}
        for row in found:
            rows.setdefault(row.client_isn, []).append(row)
        return [effects(rows[key]) if key in rows else NO_EFFECTS for key in keys]


async def nothing(keys: Sequence[Isn], _call: Call, /) -> Sequence[Outcome[Effects]]:
    """Answer every key where nothing is kept."""
    return [NO_EFFECTS] * len(keys)


def over(store: PostgresStore | None, clock: Clock) -> Read[Isn, Effects]:
    """Return the read over the gateway's own database."""
    return nothing if store is None else PostgresEffects(store, clock)


def lately(clients: Sequence[Isn], now: datetime) -> Any:
    """Return one query for all that clients have done."""
    since = now - LATELY
    # However long ago the money was taken: a system may have been closed for days before it could be told.
    is_untold = exists().where(commands.c.owner == payments.c.id, or_(HOLDING_UP, commands.c.ended_at > since))
    is_late = or_(payments.c.ended_at.is_(None), payments.c.ended_at > since, is_untold)
    paid = payments.c.client_isn.in_(clients), HAS_BEEN_PAID, is_late
    instalment = select(
        payments.c.client_isn,
        literal(INSTALMENT).label("kind"),
        cast(payments.c.policy_isn, String).label("subject"),
        func.coalesce(cast(payments.c.instalment, String), FIRST).label("value"),
        payments.c.paid_at.label("at"),
    ).where(*paid, payments.c.policy_isn.is_not(None))
    deductible = select(
        payments.c.client_isn, literal(DEDUCTIBLE), payments.c.claim_id, literal(None, String), payments.c.paid_at
    ).where(*paid, payments.c.claim_id.is_not(None))
    renewed = select(
        renewal_offers.c.client_isn,
        literal(RENEWAL),
        cast(renewal_offers.c.policy_isn, String),
        literal(None, String),
        renewal_offers.c.signed_at,
    ).where(
        renewal_offers.c.client_isn.in_(clients),
        renewal_offers.c.state.in_(sorted(TAKEN)),
        or_(renewal_offers.c.ended_at.is_(None), renewal_offers.c.ended_at > since),
    )
    unsigned = (
        select(
            renewal_offers.c.client_isn,
            literal(UNSIGNED),
            cast(renewal_offers.c.new_policy_isn, String),
            literal(None, String),
            renewal_offers.c.ended_at,
        )
        .join(accounts, accounts.c.id == renewal_offers.c.account_id)
        .where(accounts.c.client_isn.in_(clients), renewal_offers.c.failure == PREMIUM_DIFFERS)
    )
    agreed = (
        select(
            renewal_offers.c.client_isn,
            literal(AGREED),
            cast(renewal_offers.c.new_policy_isn, String),
            cast(renewal_offers.c.starts_on, String),
            renewal_offers.c.ended_at,
        )
        .join(accounts, accounts.c.id == renewal_offers.c.account_id)
        .where(
            accounts.c.client_isn.in_(clients),
            renewal_offers.c.new_policy_isn.is_not(None),
            renewal_offers.c.failure.is_(None),
        )
    )
    found = union_all(instalment, deductible, renewed, unsigned, agreed, changed_contacts(clients, now)).subquery()
    return select(found).order_by(found.c.at)


def changed_contacts(clients: Sequence[Isn], now: datetime) -> Any:
    """Return a query for contacts that wait to be told, or were told lately, if nothing came after them."""
    later = contact_changes.alias("later")
    is_latest = ~exists().where(
        later.c.account_id == contact_changes.c.account_id,
        later.c.kind == contact_changes.c.kind,
        later.c.number > contact_changes.c.number,
        later.c.state != ContactChangeState.BEGUN,
    )
    is_told = contact_changes.c.state == ContactChangeState.DELIVERED
    was_told = is_told & (contact_changes.c.ended_at > now - CONTACT_LATELY) & is_latest
    # One that was told is kept with the account alone.
    kept = case((contact_changes.c.kind == ContactKind.PHONE, accounts.c.phone), else_=accounts.c.email)
    return (
        select(
            accounts.c.client_isn,
            contact_changes.c.kind,
            literal(None, String),
            func.coalesce(contact_changes.c.address, kept),
            contact_changes.c.accepted_at,
        )
        .join(accounts, accounts.c.id == contact_changes.c.account_id)
        .where(
            accounts.c.client_isn.in_(clients),
            or_(contact_changes.c.state == ContactChangeState.WAITING, was_told),
        )
    )


def effects(rows: Sequence[Row[Any]]) -> Effects:
    """Gather the rows of one client, the latest last."""
    instalments: dict[tuple[Isn, int], date] = {}
    deductibles: dict[ClaimId, date] = {}
    contacts: dict[ContactKind, str] = {}
    renewed: set[Isn] = set()
    unsigned: set[Isn] = set()
    payable_until: dict[Isn, date] = {}
    for row in rows:
        day = row.at.astimezone(MOSCOW).date()
        if row.kind == INSTALMENT:
            instalments[Isn(int(row.subject)), int(row.value)] = day
        elif row.kind == DEDUCTIBLE:
            deductibles[ClaimId(row.subject)] = day
        elif row.kind == RENEWAL:
            renewed.add(Isn(int(row.subject)))
        elif row.kind == UNSIGNED:
            unsigned.add(Isn(int(row.subject)))
        elif row.kind == AGREED:
            payable_until[Isn(int(row.subject))] = date.fromisoformat(row.value)
        else:
            contacts[ContactKind(row.kind)] = row.value
    return Effects(instalments, deductibles, contacts, frozenset(renewed), frozenset(unsigned), payable_until)
