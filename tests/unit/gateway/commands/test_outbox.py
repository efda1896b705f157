"""``python -m gateway outbox``: what operators see of commands, and what they do with them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from dev.tokens import DemoIssuer
from domain.models import Isn, PolicyNumber
from domain.outbox.models import CommandKind, CommandState
from domain.payments.models import PaidInstalment, Payment, PaymentId, PaymentState
from gateway.__main__ import main
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.fakes import objects
from tests.unit.gateway.commands.at_database import in_database
from tests.unit.gateway.serving import environment
from tests.unit.gateway.store import test_contact_changes
from tests.unit.gateway.store.made import NOON, kept_account, rows

Ran = Callable[..., tuple[int, str, str]]
BILL, CONFIRM = CommandKind.CREATE_BILL, CommandKind.CONFIRM_PAYMENT
DECIDED = ("--by", "Ivanova", "--reason", "paid by hand")
OF_ITS = "WHERE args ->> 'id' = (SELECT id::text FROM commands WHERE number = :number)"
CHANGES = {
    2: "UPDATE procrastinate_jobs SET scheduled_at = '2999-01-15T12:00:00+03'",
    3: "UPDATE procrastinate_jobs SET status = 'doing'",
    4: "DELETE FROM procrastinate_jobs",
}
NOWHERE = "postgresql://gateway:pw-1@127.0.0.1:1/gateway"


@pytest.fixture
def ran(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database: StoreSettings
) -> Ran:
    """Run the command; give its exit code and what it printed and complained of."""
    DemoIssuer().write_jwks(tmp_path / "jwks.json")
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, address: str | None = str(database.address)) -> tuple[int, str, str]:
        changed = {} if address is None else {"GATEWAY_STORE_ADDRESS": address}
        for name, value in environment(tmp_path / "jwks.json", **changed).items():
            monkeypatch.setenv(name, value)
        code = main(["outbox", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


async def commands(store: PostgresStore, *states: CommandState) -> None:
    """Keep a command in each state; the first is number 1."""
    for number, state in enumerate(states):
        async with store.work() as work:
            id_ = await work.commands.accept(BILL, f"subject {number}", uuid4(), NOON)
            if state is not CommandState.WAITING:
                await work.commands.end(id_, state, NOON, None if state is CommandState.DONE else "NotFound")


async def confirmation(store: PostgresStore) -> None:
    """Keep a payment whose confirmation waits."""
    owner, id_ = await kept_account(store), PaymentId(uuid4())
    payable = PaidInstalment(Isn(100), PolicyNumber("P100"), 1)
    paid = Payment(id_, 0, owner.id, Isn(1), payable, objects.rub("12000.00"), NOON)
    async with store.work() as work:
        await work.payments.underway(payable.subject)
        await work.payments.add(replace(paid, state=PaymentState.CONFIRMING, paid_at=NOON))
        await work.commands.accept(CONFIRM, payable.subject, id_, NOON)


def listed(out: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()[:3]) for line in out.splitlines()]


def test_the_dead_are_listed_before_those_that_wait_and_what_is_over_is_not(ran: Ran, database: StoreSettings) -> None:
    in_database(database, lambda store: commands(store, CommandState.WAITING, CommandState.DONE, CommandState.DEAD))
    code, out, told = ran("list")
    assert (code, told) == (0, "")
    assert listed(out) == [
        ("number", "kind", "state"),
        ("3", "CREATE_BILL", "DEAD"),
        ("1", "CREATE_BILL", "WAITING"),
    ]
    assert out.splitlines()[1].split()[3:] == ["1", "2026-01-15", "09:00:00", "NotFound", "operator", "subject", "2"]


def test_one_state_is_listed_alone(ran: Ran, database: StoreSettings) -> None:
    in_database(database, lambda store: commands(store, CommandState.WAITING, CommandState.DONE))
    assert listed(ran("list", "--state", "DONE")[1])[1:] == [("2", "CREATE_BILL", "DONE")]


def test_one_kind_or_one_subject_is_listed_alone(ran: Ran, database: StoreSettings) -> None:
    async def kept(store: PostgresStore) -> None:
        async with store.work() as work:
            for kind, subject in ((BILL, "one"), (CONFIRM, "one"), (BILL, "other")):
                await work.commands.accept(kind, subject, uuid4(), NOON)

    def numbers(*chosen: str) -> list[str]:
        return [number for number, _, _ in listed(ran("list", *chosen)[1])[1:]]

    in_database(database, kept)
    assert numbers("--kind", "CREATE_BILL") == ["1", "3"]
    assert numbers("--subject", "one") == ["1", "2"]
    assert numbers("--subject", "one", "--kind", "CREATE_BILL", "--state", "WAITING") == ["1"]
    assert numbers("--subject", "on") == []


def test_each_is_listed_with_what_it_waits_for(ran: Ran, database: StoreSettings) -> None:
    async def kept(store: PostgresStore) -> None:
        await commands(store, *[CommandState.WAITING] * 4, CommandState.DEAD, CommandState.DONE)
        async with store.work() as work:
            for subject in ("subject 1", "subject 4", "subject 5"):
                await work.commands.accept(CONFIRM, subject, uuid4(), NOON)
        async with store.connection() as connection, connection.begin():
            for number, change in CHANGES.items():
                await connection.execute(text(f"{change} {OF_ITS}"), {"number": number})

    in_database(database, kept)
    lines = ran("list")[1].splitlines() + ran("list", "--state", "DONE")[1].splitlines()[1:]
    waits = lines[0].index("waits for"), lines[0].index("subject")
    assert {line.split()[0]: line[slice(*waits)].strip() for line in lines[1:]} == {
        "1": "worker",
        "2": "try 2999-01-15 09:00:00",
        "3": "answer",
        "4": "job",
        "5": "operator",
        "6": "-",
        "7": "behind 2",
        "8": "behind 5",
        "9": "worker",
    }


@pytest.mark.parametrize("limit", ["0", "-1", "many", "100001"])
def test_a_limit_that_is_none_is_told(ran: Ran, capsys: pytest.CaptureFixture[str], limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        ran("list", f"--limit={limit}")
    assert ended.value.code == 2
    assert f"a whole number from 1 to 100000 is wanted: {limit}" in capsys.readouterr().err


def test_a_list_that_was_cut_says_so(ran: Ran, database: StoreSettings) -> None:
    in_database(database, lambda store: commands(store, *[CommandState.WAITING] * 3, CommandState.DEAD))
    lines = ran("list", "--limit", "2")[1].splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["4", "1"]
    assert lines[3:] == ["… and 2 more"]


@pytest.mark.parametrize("state", [CommandState.DEAD, CommandState.WAITING])
def test_one_is_tried_now(ran: Ran, database: StoreSettings, state: CommandState) -> None:
    in_database(database, lambda store: commands(store, state))
    assert ran("retry", "1", *DECIDED) == (0, "outbox: 1 is tried now\n", "")
    assert in_database(database, lambda store: rows(store, "SELECT state FROM commands")) == [("WAITING",)]
    kept = "SELECT action, by, reason FROM command_actions"
    assert in_database(database, lambda store: rows(store, kept)) == [("RETRY", "Ivanova", "paid by hand")]


@pytest.mark.parametrize(
    ("first", "told", "jobs"), [(CommandState.DEAD, "is dead", 0), (CommandState.WAITING, "is tried now", 1)]
)
def test_who_has_one_tried_that_is_held_up_is_told_by_which(
    ran: Ran, database: StoreSettings, first: CommandState, told: str, jobs: int
) -> None:
    async def two_of_one_subject(store: PostgresStore) -> None:
        async with store.work() as work:
            ids = [await work.commands.accept(BILL, "one", uuid4(), NOON) for _ in range(2)]
            await work.commands.accept(BILL, "another", uuid4(), NOON)
            if first is CommandState.DEAD:
                await work.commands.end(ids[0], first, NOON, "NotFound")
        async with store.connection() as connection, connection.begin():
            await connection.exec_driver_sql("DELETE FROM procrastinate_jobs")

    in_database(database, two_of_one_subject)
    assert ran("retry", "2", *DECIDED) == (0, f"outbox: 2 comes after 1, which {told}\n", "")
    left = "SELECT number FROM procrastinate_jobs JOIN commands ON commands.id::text = args ->> 'id'"
    assert in_database(database, lambda store: rows(store, left)) == [(1,)] * jobs


def test_a_confirmation_is_given_up_with_an_alarm(ran: Ran, database: StoreSettings) -> None:
    in_database(database, confirmation)
    code, out, told = ran("drop", "1", *DECIDED)
    assert (code, out) == (0, "outbox: 1 is given up\n")
    alarm = json.loads(told)
    assert (alarm["event"], alarm["payment"], alarm["failure"]) == ("payment needs a person", 1, "NOT_CONFIRMED")
    assert in_database(database, lambda store: rows(store, "SELECT state FROM payments")) == [("STOPPED",)]


def test_a_change_of_a_contact_is_given_up_with_its_command(ran: Ran, database: StoreSettings) -> None:
    async def changed(store: PostgresStore) -> None:
        await test_contact_changes.accepted(store, (await kept_account(store)).id)

    in_database(database, changed)
    assert ran("drop", "1", *DECIDED) == (0, "outbox: 1 is given up\n", "")
    left = "SELECT state, failure, address FROM contact_changes"
    assert in_database(database, lambda store: rows(store, left)) == [("DEAD", "DROPPED", None)]


def test_what_is_over_or_was_never_there_is_nobodys_business(ran: Ran, database: StoreSettings) -> None:
    in_database(database, lambda store: commands(store, CommandState.DONE))
    for number in ("1", "7"):
        assert ran("drop", number, *DECIDED) == (1, "", f"outbox: {number} is no command that is dead or waits\n")


@pytest.mark.parametrize("number", ["-1", "9223372036854775808", "one", "1\u0662"])
def test_what_is_no_number_is_told(ran: Ran, capsys: pytest.CaptureFixture[str], number: str) -> None:
    with pytest.raises(SystemExit) as ended:
        ran("retry", *DECIDED, "--", number)
    assert ended.value.code == 2
    assert f"no number that is listed: {number}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (" ", "paid by hand"),
        ("Ivanova", "why "),
        ("Ivanova", "x" * 201),
        ("Ivanov\udcff", "paid by hand"),
        ("Ivanova", "paid\nby hand"),
    ],
)
def test_who_and_why_are_needed(ran: Ran, database: StoreSettings, by: str, reason: str) -> None:
    in_database(database, lambda store: commands(store, CommandState.DEAD))
    code, _, told = ran("drop", "1", "--by", by, "--reason", reason)
    needed = "--by, and --reason in 5 to 200 characters, each one line that can be read"
    assert (code, told) == (1, f"outbox: needed are {needed}\n")
    assert in_database(database, lambda store: rows(store, "SELECT state FROM commands")) == [("DEAD",)]


def test_a_database_that_was_never_migrated_is_told(ran: Ran, empty_database: StoreSettings) -> None:
    code, out, told = ran("list", address=str(empty_database.address))
    assert (code, out) == (2, "")
    assert told.startswith("settings: store: ")
    assert "python -m gateway migrate" in told


def test_without_a_database_it_says_so(ran: Ran) -> None:
    code, _, told = ran("list", address=None)
    assert (code, told) == (2, "settings: store.address: missing; without a database there are no commands\n")
    code, _, told = ran("list", address=NOWHERE)
    assert (code, told) == (1, "outbox: the database cannot be had (OperationalError)\n")
