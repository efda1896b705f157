"""Removing what nobody needs any more, a few rows at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Delete, Executable, Table, delete, exists, or_, select, text

from domain.accounts.contacts import ContactChangeState
from domain.outbox.models import CommandState
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from gateway.store.tables import (
    codes,
    command_actions,
    commands,
    contact_changes,
    messages,
    payment_means,
    recoveries,
    refresh_tokens,
    registrations,
    renewal_offers,
    sessions,
    sign_in_challenges,
    wishes,
)

__all__ = ["RULES", "Before", "PostgresPurge", "removal_of"]


OVER: Final = (CommandState.DONE, CommandState.REFUSED)


@dataclass(frozen=True, slots=True)
class Before:
    """What was over before these instants is done with: ``ended`` if it was finished, ``left`` if it never was.

    ``granted`` is for wishes, ``commands`` for commands that came to an end.
    """

    ended: datetime
    left: datetime
    granted: datetime
    commands: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table are done with."""

    table: Table
    are_over: Callable[[Before], Any]


def _sessions_over(before: Before) -> Any:
    return or_(sessions.c.ended_at < before.ended, sessions.c.expires_at < before.ended)


NOT_ACTED_ON: Final = ~exists().where(command_actions.c.command_id == commands.c.id)

RULES: Final = (
    Rule(codes, lambda before: codes.c.expires_at < before.left),
    Rule(sign_in_challenges, lambda before: sign_in_challenges.c.expires_at < before.left),
    Rule(
        registrations,
        lambda before: or_(
            registrations.c.expires_at < before.ended,
            registrations.c.account_id.is_(None) & (registrations.c.expires_at < before.left),
        ),
    ),
    Rule(
        recoveries,
        lambda before: or_(
            recoveries.c.expires_at < before.ended, ~recoveries.c.is_done & (recoveries.c.expires_at < before.left)
        ),
    ),
    Rule(
        contact_changes,
        lambda before: (
            (contact_changes.c.state == ContactChangeState.BEGUN) & (contact_changes.c.expires_at < before.left)
        ),
    ),
    Rule(
        messages,
        lambda before: (
            or_(messages.c.sent_at.is_not(None), messages.c.dead_at.is_not(None)) & (messages.c.left_at < before.ended)
        ),
    ),
    # By the day until which the price was kept; what was signed is kept for good.
    Rule(
        renewal_offers,
        lambda before: renewal_offers.c.signed_at.is_(None) & (renewal_offers.c.valid_until < before.left.date()),
    ),
    # The acquirer takes no more money from them.
    Rule(payment_means, lambda before: payment_means.c.expires < before.ended.date()),
    Rule(wishes, lambda before: wishes.c.at < before.granted),
    Rule(
        commands,
        lambda before: commands.c.state.in_(OVER) & (commands.c.ended_at < before.commands) & NOT_ACTED_ON,
    ),
    # By the session, not by their own time: one that was used must be known again as long as its session lives.
    Rule(
        refresh_tokens,
        lambda before: refresh_tokens.c.session_id.in_(select(sessions.c.id).where(_sessions_over(before))),
    ),
    # After its tokens: with them it would wait for whoever has one in hand, and who has one waits for the session.
    Rule(
        sessions,
        lambda before: _sessions_over(before) & ~exists().where(refresh_tokens.c.session_id == sessions.c.id),
    ),
)
"""Nothing reads these rows after their time: a step or a code that has expired is refused like one that is unknown,
and who prepares an account voids what has expired. A wish may outlive the offer, or the change of a contact, that it
was granted with: then that has expired. Accounts, consents, changes that were accepted, payments, decisions, what was
signed, the record of what employees read, commands that are not over and those that an operator acted on are no part
of this.
"""

JOBS: Final = "procrastinate_jobs"
FAILED_JOBS: Final = text("""
DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT job.id FROM procrastinate_jobs AS job
    WHERE job.status NOT IN ('todo', 'doing') AND NOT EXISTS (
        SELECT FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.at >= :before
    )
    LIMIT :most FOR UPDATE SKIP LOCKED
)
""")
"""A defect in what is done from time to time leaves a failed job each time, and nobody tries that again."""


@dataclass(frozen=True, slots=True)
class PostgresPurge:
    """Removes rows in transactions of their own, so few at once that nobody waits long; it waits for nobody."""

    store: PostgresStore
    settings: StoreSettings

    async def batches(self, now: datetime) -> AsyncIterator[tuple[str, int]]:
        """Remove what is done with at an instant; yield table and rows of each batch. Raises: ``StoreUnavailable``."""
        settings = self.settings
        before = Before(
            now - timedelta(days=settings.keep_days),
            now - timedelta(days=settings.keep_unfinished_days),
            now - timedelta(days=settings.keep_wishes_days),
            now - timedelta(days=settings.keep_commands_days),
        )
        most = settings.purge_rows
        removals: list[tuple[str, Executable]] = [
            *((rule.table.name, removal_of(rule, before, most)) for rule in RULES),
            (JOBS, FAILED_JOBS.bindparams(before=before.ended, most=most)),
        ]
        for table, removal in removals:
            removed = most
            while removed == most:
                removed = await self._removed(removal)
                if removed:
                    yield table, removed

    async def _removed(self, removal: Executable) -> int:
        async with self.store.connection() as connection, connection.begin():
            return (await connection.execute(removal)).rowcount


def removal_of(rule: Rule, before: Before, most: int) -> Delete:
    """Return what removes so many rows at most. Those that somebody has locked are left for another time."""
    keys = rule.table.primary_key.columns
    chosen = (
        select(*keys)
        .where(rule.are_over(before))
        .limit(most)
        .with_for_update(skip_locked=True, of=rule.table)
        .cte("chosen")
    )
    return delete(rule.table).where(*(key == chosen.c[key.name] for key in keys))
