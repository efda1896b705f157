"""What the bench reads of commands in the database, and how it empties it."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from joserfc import jwt
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from dev.bench.commands.accepting import Desk
from dev.bench.commands.customers import Customer, signed_in
from dev.bench.commands.debts import Debt
from dev.bench.commands.ledger import Kept, Ledger
from dev.bench.people import People
from dev.tokens import DemoIssuer
from domain.models import Isn
from domain.outbox.models import CommandKind
from domain.payments.models import PaidInstalment, Payment
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore
from tests.unit.gateway.store.made import NOON, kept_account, rows
from tests.unit.gateway.store.made_payments import NUMBER, OPEN, kept, named, payment

KINDS = (CommandKind.CREATE_BILL, CommandKind.OPEN_ONLINE_BILL)
DONE = "UPDATE commands SET state = 'DONE', ended_at = :at WHERE id = :id"
CLOSED = """INSERT INTO payment_actions (payment_id, by, reason, at)
  VALUES (:id, 'ops', 'void by the bank''s statement', now())"""
GRANTED = "INSERT INTO wishes VALUES ('startPayment/1', 'the-first-key', sha256(''), :id, now())"
WAITING = """SELECT c.id::text, c.number, p.number, j.id, j.queue_name FROM commands c
  JOIN payments p ON p.id = c.owner JOIN procrastinate_jobs j ON j.args ->> 'id' = c.id::text
  WHERE c.state = 'WAITING' ORDER BY c.number"""
LATER = "CREATE TABLE of_a_later_revision (payment_id uuid NOT NULL REFERENCES payments)"


async def paying(store: PostgresStore, client: int, *ended_s: float) -> Payment:
    """Keep a payment of a client whose two commands, accepted at noon, ended so many seconds later."""
    owner = await kept_account(store, client)
    about = PaidInstalment(Isn(client), NUMBER, 1)
    bill = {"bill_number": f"B-{client}", "address": f"https://pay.test/{client}"}
    made = await kept(store, payment(owner.id, about, **{**OPEN, **named(client), **bill}))
    for kind, after_s in zip(KINDS, ended_s, strict=True):
        async with store.work() as work:
            id_ = await work.commands.accept(kind, made.subject, made.id, NOON)
        await told(store, DONE, id=id_, at=NOON + timedelta(seconds=after_s))
    return made


async def told(store: PostgresStore, statement: str, **given: object) -> None:
    async with store.connection() as connection, connection.begin():
        await connection.execute(text(statement), given)


async def test_a_payment_takes_until_its_last_command_is_done_and_others_do_not_count(store: PostgresStore) -> None:
    payers = [await paying(store, 1, 1, 3), await paying(store, 2, 2, 6)]
    await paying(store, 3, 100, 200)
    found = await Ledger(store, [each.account for each in payers]).opened(2, 20)
    assert sorted(found.took_s) == [3, 6]
    assert found == Kept(payments=2, commands=4, done=4, took_s=found.took_s, rate=3 / 5)


async def test_nobody_waits_for_ever_for_what_is_not_opened(store: PostgresStore) -> None:
    account = (await paying(store, 1, 1, 3)).account
    await paying(store, 2, 1, 3)
    with pytest.raises(TimeoutError):
        await Ledger(store, [account, UUID(int=0)]).opened(2, 0.3)


async def test_what_is_set_aside_waits_as_it_was_accepted_whenever_it_is_parked(store: PostgresStore) -> None:
    desk = await Desk.opened(store)
    await desk.set_aside(3)
    accepted = await rows(store, WAITING)
    assert len(accepted) == 3
    for _ in range(2):
        await desk.clear()
        assert await rows(store, WAITING) == []
        await desk.park()
        assert await rows(store, WAITING) == accepted
    assert await rows(store, "SELECT count(*) FROM procrastinate_jobs WHERE scheduled_at < now()") == [(0,)]
    assert len(await desk.accept(2)) == 2
    await paying(store, 1, 1, 3)


async def test_where_nothing_was_granted_there_is_nothing(store: PostgresStore) -> None:
    await paying(store, 1, 1, 3)
    assert await Ledger(store, [UUID(int=0)]).opened(0, 20) == Kept(payments=0, commands=0, done=0)


async def test_whoever_pays_has_an_account_and_a_session_that_their_token_is_of(
    store: PostgresStore, database: StoreSettings
) -> None:
    people = People(DemoIssuer(), 1, date(2026, 1, 15))
    assert database.address is not None
    customers = await asyncio.to_thread(signed_in, people, database.address, 3)
    said = [jwt.decode(each.token, people.issuer.key, algorithms=["Ed25519"]).claims for each in customers]
    assert [each["client_isn"] for each in said] == [each.isn for each in customers]
    tokens = sorted((each["sub"], each["sid"]) for each in said)
    assert sorted(await rows(store, "SELECT account_id::text, id::text FROM sessions WHERE ended_at IS NULL")) == tokens


def test_each_wish_is_a_new_one() -> None:
    customer = Customer(1, UUID(int=1), "token", Debt(100, 2, Decimal(5)))
    first, second = customer.wish(), customer.wish()
    assert first.variables["key"] != second.variables["key"]
    assert first.variables["payable"] == second.variables["payable"]
    assert first.variables["payable"]["instalment"]["number"] == 2


async def test_all_is_emptied_that_was_for_commands_and_what_is_only_added_to_is_guarded_again(
    store: PostgresStore,
) -> None:
    made = await paying(store, 1, 1, 3)
    await told(store, CLOSED, id=made.id)
    await told(store, GRANTED, id=made.id)
    await told(store, LATER)
    await told(store, "INSERT INTO of_a_later_revision VALUES (:id)", id=made.id)
    desk = await Desk.opened(store)
    await desk.accept(2)
    guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    before = await rows(store, guards)
    await desk.clear()
    emptied = ("payments", "commands", "wishes", "contact_changes", "payment_actions", "of_a_later_revision")
    for table in (*emptied, "procrastinate_jobs"):
        assert await rows(store, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - of the names above
    assert await rows(store, "SELECT count(*) FROM accounts") == [(2,)]
    assert await rows(store, guards) == before
    with pytest.raises(ProgrammingError, match="refused"):
        await told(store, "TRUNCATE payment_actions")
