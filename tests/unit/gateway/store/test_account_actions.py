"""What employees did to accounts is kept in the transaction of what they did, and changed by nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
from psycopg import errors
from sqlalchemy.exc import IntegrityError

from domain.audit import AccountAction, AccountActionKind
from domain.models import Isn
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, rows
from tests.unit.gateway.store.test_audit import connected

LOCK: Final = AccountAction(NOON, "desk-1", Isn(1), AccountActionKind.LOCK, "a stolen phone")
ALL: Final = "SELECT at, actor, client_isn, action, reason FROM account_actions ORDER BY id"


async def test_they_are_kept_as_they_were(store: PostgresStore) -> None:
    async with store.work() as work:
        for kind, reason in (("LOCK", "why"), ("UNLOCK", "x" * 500), ("PREPARE", None)):
            await work.account_actions.add(replace(LOCK, kind=AccountActionKind(kind), reason=reason))
    assert await rows(store, ALL) == [
        (NOON, "desk-1", 1, "LOCK", "why"),
        (NOON, "desk-1", 1, "UNLOCK", "x" * 500),
        (NOON, "desk-1", 1, "PREPARE", None),
    ]


async def test_one_of_what_did_not_happen_is_not_kept(store: PostgresStore) -> None:
    async def breaking_off() -> None:
        async with store.work() as work:
            await work.account_actions.add(LOCK)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await breaking_off()
    assert await rows(store, ALL) == []


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("actor", {"actor": ""}),
        ("client_isn", {"client": Isn(0)}),
        ("reason", {"reason": None}),
        ("reason", {"reason": ""}),
        ("reason", {"reason": "x" * 501}),
        ("reason", {"kind": AccountActionKind.UNLOCK, "reason": None}),
    ],
)
async def test_the_last_net_each_has_who_and_why(
    store: PostgresStore, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f"account_actions_{constraint}_check"):
        async with store.work() as work:
            await work.account_actions.add(replace(LOCK, **changes))


@pytest.mark.parametrize(
    "change",
    ["UPDATE account_actions SET actor = 'x'", "DELETE FROM account_actions", "TRUNCATE account_actions"],
)
async def test_nobody_changes_one(store: PostgresStore, database: StoreSettings, change: str) -> None:
    async with store.work() as work:
        await work.account_actions.add(LOCK)
    for beforehand in ("SELECT 1", "SET session_replication_role = replica"):
        with connected(database) as owner:
            owner.execute(beforehand)
            with pytest.raises(errors.InsufficientPrivilege, match="account_actions is added to only"):
                owner.execute(change)
    assert len(await rows(store, ALL)) == 1
