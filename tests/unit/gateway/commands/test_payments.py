"""``python -m gateway payments``: payments that wait for a person, and the way out of those that were stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog

from dev.tokens import DemoIssuer
from domain.models import Isn, PolicyNumber
from domain.payments.models import MOST_IN_VAIN, PaidInstalment, Payment, PaymentFailure, PaymentId, PaymentState
from gateway.__main__ import main
from gateway.observability.metrics import Metrics
from gateway.payments import Alarm
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.fakes import objects
from tests.unit.gateway.commands.at_database import in_database
from tests.unit.gateway.serving import environment
from tests.unit.gateway.store.made import NOON, kept_account, rows

Ran = Callable[..., tuple[int, str, str]]
CLOSED = ("--by", "Ivanova", "--reason", "money sent back")


@pytest.fixture
def ran(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database: StoreSettings
) -> Ran:
    """Run the command; give its exit code and what it printed and complained of."""
    DemoIssuer().write_jwks(tmp_path / "jwks.json")
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> tuple[int, str, str]:
        settings = environment(tmp_path / "jwks.json", GATEWAY_STORE_ADDRESS=str(database.address))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        code = main(["payments", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


async def one_stopped(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    thing = PaidInstalment(Isn(100), PolicyNumber("P100"), 1)
    begun = Payment(PaymentId(uuid4()), 0, owner.id, Isn(7), thing, objects.rub("12000.00"), NOON)
    stopped = replace(
        begun, state=PaymentState.STOPPED, failure=PaymentFailure.AMOUNT_DIFFERS, paid_at=NOON, ended_at=NOON
    )
    async with store.work() as work:
        await work.payments.underway(thing.subject)
        await work.payments.add(stopped)


async def one_that_cannot_be_told_of(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    thing = PaidInstalment(Isn(100), PolicyNumber("P100"), 1)
    begun = Payment(PaymentId(uuid4()), 0, owner.id, Isn(7), thing, objects.rub("12000.00"), NOON)
    where: dict[str, Any] = {"bill": Isn(9), "bill_number": "B-9", "order": "o", "address": "https://pay.test/"}
    puzzling = replace(begun, state=PaymentState.OPEN, opened_at=NOON, checked_at=NOON, in_vain=MOST_IN_VAIN, **where)
    async with store.work() as work:
        await work.payments.underway(thing.subject)
        await work.payments.add(puzzling)


async def left(store: PostgresStore) -> tuple[Any, Any, bool]:
    """How the payment ended, what is kept of who closed it, and whether the same can be begun again."""
    async with store.work() as work:
        may_begin = await work.payments.underway("instalment/100/1") is None
    (ended,) = await rows(store, "SELECT state, failure FROM payments")
    return ended, await rows(store, "SELECT by, reason FROM payment_actions"), may_begin


def test_a_stopped_payment_is_listed_and_closed_by_its_number(ran: Ran, database: StoreSettings) -> None:
    in_database(database, one_stopped)
    code, listed, _ = ran("list")
    assert code == 0
    assert listed.splitlines()[1].split() == [
        "1",
        "AMOUNT_DIFFERS",
        "12000.00",
        "RUB",
        "2026-01-15",
        "09:00:00",
        "-",
        "instalment/100/1",
    ]
    assert ran("close", "1", *CLOSED) == (0, "payments: 1 is closed\n", "")
    assert in_database(database, left) == (("FAILED", "CLOSED"), [("Ivanova", "money sent back")], True)
    assert ran("list")[1].count("\n") == 1


def test_one_of_which_the_acquirer_tells_nothing_of_use_is_listed_and_can_be_closed(
    ran: Ran, database: StoreSettings
) -> None:
    in_database(database, one_that_cannot_be_told_of)
    assert ran("list")[1].splitlines()[1].split()[:2] == ["1", "NOT_TOLD"]
    assert ran("close", "1", *CLOSED) == (0, "payments: 1 is closed\n", "")
    assert in_database(database, left) == (("FAILED", "CLOSED"), [("Ivanova", "money sent back")], True)
    assert ran("list")[1].count("\n") == 1


def test_it_is_told_to_the_log_and_counted_by_that_name(database: StoreSettings) -> None:
    in_database(database, one_that_cannot_be_told_of)

    async def listed(store: PostgresStore) -> Payment:
        async with store.work() as work:
            [found] = await work.payments.for_a_person()
        return found

    metrics = Metrics()
    with structlog.testing.capture_logs() as logs:
        Alarm(metrics)(in_database(database, listed))
    assert [(each["event"], each["payment"], each["failure"]) for each in logs] == [
        ("payment needs a person", 1, "NOT_TOLD")
    ]
    assert metrics.registry.get_sample_value("gateway_payments_stopped_total", {"failure": "NOT_TOLD"}) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("2", *CLOSED), "payments: 2 is no payment that waits for a person"),
        (("1", "--by", " ", "--reason", "money sent back"), "payments: needed are --by"),
        (("1", "--by", "Ivanova", "--reason", "why"), "payments: needed are --by"),
    ],
)
def test_what_is_not_stopped_or_not_explained_stays(
    ran: Ran, database: StoreSettings, arguments: tuple[str, ...], complaint: str
) -> None:
    in_database(database, one_stopped)
    code, printed, complained = ran("close", *arguments)
    assert (code, printed) == (1, "")
    assert complained.startswith(complaint)
    assert in_database(database, left) == (("STOPPED", "AMOUNT_DIFFERS"), [], False)


def test_it_is_closed_once(ran: Ran, database: StoreSettings) -> None:
    in_database(database, one_stopped)
    assert ran("close", "1", *CLOSED)[0] == 0
    assert ran("close", "1", *CLOSED)[0] == 1


@pytest.mark.parametrize("change", ["UPDATE payment_actions SET by = 'x'", "DELETE FROM payment_actions"])
def test_who_closed_it_is_kept_for_good(ran: Ran, database: StoreSettings, change: str) -> None:
    in_database(database, one_stopped)
    ran("close", "1", *CLOSED)
    with (
        psycopg.connect(str(database.address)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="added to only"),
    ):
        connection.execute(change)
