"""A customer pays: through gateway, database, worker, policy core and the bank's page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import aiohttp
import psycopg
import pytest
import redis
from psycopg import sql

from dev.demo.acquirer import CALLBACK_SECRET
from dev.demo.stack import Stack
from dev.processes import stop_all
from dev.simulators.acquirer.signing import callback_signature
from dev.tokens import Person
from tests.e2e.asking import Gateway, fetch
from tests.e2e.paying import Payer, bill_of, order_of, until

# Not among the people of other tests, with a good deal to pay.
PAYING: Final = Person("client-who-pays", 2596517092)
CARD: Final = "4276380012345674"
LITTLE: Final = """mutation($key: String!, $payable: PayableInput!) {
  startPayment(key: $key, payable: $payable) { payment { id } } }"""
RENEWAL: Final = "query($number: String!) { policy(number: $number) { renewal { eligible } } }"
STRANGER: Final = Person("client-who-pries", 2596517015)


@pytest.fixture(scope="module")
def payer(stack: Stack) -> Payer:
    return Payer.registered(stack, PAYING)


@pytest.fixture(autouse=True)
def all_well(stack: Stack) -> Iterator[None]:
    """All switches are off in the end."""
    yield
    assert stack.acquirer is not None
    for address in (stack.systems["policy_core"].admin_url, stack.acquirer.admin_url):
        fetch("DELETE", f"{address}/faults")


def ledger(stack: Stack) -> Any:
    return fetch("GET", f"{stack.systems['policy_core'].admin_url}/ledger")


def test_an_instalment_is_paid_without_entering_anything_again(payer: Payer) -> None:
    policy, part = payer.unpaid()
    begun = payer.start("first-payment", policy, part)
    assert begun["errors"] == []
    payment = payer.becomes(begun["payment"], "OPEN")
    assert payment["amount"] == part["amount"]
    payer.press(payment)
    paid = payer.becomes(payment, "PAID")
    assert paid["paidAt"] is not None
    shown = next(each for each in payer.policies() if each["id"] == policy["id"])
    assert next(each for each in shown["instalments"] if each["number"] == part["number"])["paidOn"] is not None
    issued = ["POLICY", "RECEIPT"] if policy["status"] == "AWAITING_PAYMENT" else ["RECEIPT"]
    assert kinds(shown) == sorted([*kinds(policy), *issued])
    assert not payer.is_reminded(policy, part)
    again = payer.start("second-payment", policy, part)
    assert [(each["__typename"], each["paymentId"]) for each in again["errors"]] == [("PaidAlready", payment["id"])]


def kinds(policy: Any) -> list[str]:
    """Of which kinds its documents are."""
    return sorted(each["kind"] for each in policy["documents"])


def test_two_tabs_and_a_lost_answer_are_one_payment(payer: Payer, stack: Stack) -> None:
    policy, part = payer.unpaid()
    first = payer.start("one-tab-000", policy, part)["payment"]
    second = payer.start("other-tab-0", policy, part)["payment"]
    again = payer.start("one-tab-000", policy, part)["payment"]
    assert first["id"] == second["id"] == again["id"]
    payment = payer.becomes(first, "OPEN")
    bills = [each for each in ledger(stack)["bills"] if each["number"] == bill_of(payment)]
    assert len(bills) == 1
    payer.press(payment, "decline")
    failed = payer.becomes(payment, "FAILED")
    assert (failed["failure"], failed["address"]) == ("DECLINED", None)


def test_a_key_that_is_repeated_shows_what_is_asked_for_now_as_it_is_now(payer: Payer) -> None:
    policy, part = payer.unpaid()
    payable = {"instalment": {"policyId": policy["id"], "number": part["number"]}}
    little = payer.person.ask(LITTLE, key="asked-for-more", payable=payable)["startPayment"]
    assert set(little["payment"]) == {"id"}
    payment = payer.becomes(little["payment"], "OPEN")
    again = payer.start("asked-for-more", policy, part)
    assert (again["errors"], again["payment"]) == ([], payment)
    assert (payment["state"], payment["amount"], payment["payable"]["number"]) == (
        "OPEN",
        part["amount"],
        part["number"],
    )
    payer.press(payment, "decline")
    payer.becomes(payment, "FAILED")
    after = payer.start("asked-for-more", policy, part)["payment"]
    assert after == {**payment, "state": "FAILED", "failure": "DECLINED", "address": None}
    assert payer.person.ask(LITTLE, key="asked-for-more", payable=payable)["startPayment"] == little


def test_in_maintenance_it_is_accepted_numbered_and_shown_as_waiting(payer: Payer, stack: Stack) -> None:
    core = stack.systems["policy_core"].admin_url
    policy, part = payer.unpaid()
    until = datetime.now(UTC) + timedelta(seconds=8)
    fetch("PUT", f"{core}/faults", {"fault": "maintenance", "operation": "CreateBill", "until": until.isoformat()})
    begun = payer.start("maintenance", policy, part)
    assert begun["errors"] == []
    assert (begun["payment"]["state"], begun["payment"]["address"]) == ("WAITING", None)
    assert begun["payment"]["number"] > 0
    payment = payer.becomes(begun["payment"], "OPEN")
    payer.press(payment, "decline")
    payer.becomes(payment, "FAILED")


@pytest.mark.parametrize("fault", ["callback_lost", "callback_forged", "callback_repeated"])
def test_whatever_becomes_of_the_callback_the_banks_server_is_asked(payer: Payer, stack: Stack, fault: str) -> None:
    assert stack.acquirer is not None
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": fault, "operation": "pay"})
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start(f"{fault}-key", policy, part)["payment"], "OPEN")
    payer.press(payment)
    payer.becomes(payment, "PAID")
    confirmed = [each for each in ledger(stack)["confirmations"] if each["order"] == order_of(payment)]
    assert len(confirmed) == 1


def test_an_answer_of_the_core_that_was_lost_is_one_confirmation(payer: Payer, stack: Stack) -> None:
    core = stack.systems["policy_core"].admin_url
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("lost-answer", policy, part)["payment"], "OPEN")
    lost = {"fault": "timeout_after_commit", "operation": "ConfirmPayment", "next_calls": 1, "seconds": 1}
    fetch("PUT", f"{core}/faults", lost)
    payer.press(payment)
    payer.becomes(payment, "PAID")
    confirmed = [each for each in ledger(stack)["confirmations"] if each["order"] == order_of(payment)]
    assert len(confirmed) == 1


def test_what_the_gateway_keeps_of_a_policy_is_outdated_by_the_worker(payer: Payer, gateway: Gateway) -> None:
    policy, part = payer.unpaid()

    def asked() -> int:
        """How often the core is asked about the renewal by one who reads it."""
        gateway.forget_calls()
        payer.person.ask(RENEWAL, number=policy["number"])
        return gateway.calls()["policy_core"].get("GetRenewalOptions", 0)

    payment = payer.becomes(payer.start("outdated-key", policy, part)["payment"], "OPEN")
    asked()
    assert asked() == 0
    payer.press(payment)
    payer.becomes(payment, "PAID")
    # The worker tells the cache after it has told the database.
    until(lambda: asked() == 1)
    assert asked() == 0


def test_what_was_paid_is_shown_as_paid_while_the_core_lags_behind(payer: Payer, stack: Stack) -> None:
    core = stack.systems["policy_core"].admin_url
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("lagging-core", policy, part)["payment"], "OPEN")
    fetch("PUT", f"{core}/faults", {"fault": "http_503", "operation": "ConfirmPayment"})
    payer.press(payment)
    payer.becomes(payment, "CONFIRMING")
    shown = next(each for each in payer.policies() if each["id"] == policy["id"])
    assert next(each for each in shown["instalments"] if each["number"] == part["number"])["paidOn"] is not None
    assert not payer.is_reminded(policy, part)
    fetch("DELETE", f"{core}/faults")
    payer.becomes(payment, "PAID")


def test_a_stranger_finds_nothing_to_pay_and_no_payment(payer: Payer, stack: Stack) -> None:
    policy, part = payer.unpaid()
    stranger = Payer.registered(stack, STRANGER)
    refused = stranger.start("strangers-key", policy, part)
    assert (refused["payment"], [each["__typename"] for each in refused["errors"]]) == (None, ["NothingSuch"])
    mine = payer.start("owners-key-0", policy, part)["payment"]
    assert stranger.read(mine) is None
    payer.press(payer.becomes(mine, "OPEN"), "decline")
    payer.becomes(mine, "FAILED")


async def called_back(stack: Stack, told: Mapping[str, Any], secret: str) -> int:
    """Call back as the bank does; return the answer's status."""
    body, now = json.dumps(told).encode(), str(int(datetime.now(UTC).timestamp()))
    headers = {"X-Timestamp": now, "X-Signature": callback_signature(secret, now, body)}
    url = f"{stack.url}/payments/callback"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status


READING: Final = {"string": "GET", "hash": "HGETALL", "list": "LRANGE", "set": "SMEMBERS", "zset": "ZRANGE"}
"""How each kind of value is read whole."""


def in_redis(stack: Stack) -> list[str]:
    """Every key and value that is in Redis, of whatever kind."""
    found: list[str] = []
    with redis.Redis(unix_socket_path=str(stack.redis_socket), socket_timeout=30) as server:
        for key in server.scan_iter(count=1000):
            kind = server.type(key).decode()
            bounds = (0, -1) if kind in {"list", "zset"} else ()
            value = server.execute_command(READING[kind], key, *bounds)
            found += [key.decode(errors="replace"), plain(value)]
    return found


def plain(value: Any) -> str:
    """What bytes there are, as a text; digits stay what they are in any encoding."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


@pytest.fixture
def follower(stack: Stack) -> Iterator[None]:
    """The policy core's journal is followed meanwhile."""
    child = stack.run_gateway("follow", stack.folder / "gateway.toml")
    try:
        yield
    finally:
        stop_all([child], 5)


def written_down(stack: Stack, of: Sequence[str] = ("gateway", "worker", "follow")) -> str:
    """Every row of every table, all that is in Redis, and all that our own processes have logged."""
    assert stack.database is not None
    found = [(stack.folder / f"{name}.log").read_text(encoding="utf-8") for name in of]
    found += in_redis(stack)
    with psycopg.connect(stack.database.address()) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(table))
            found += [text for (text,) in connection.execute(query)]
    return "\n".join(found)


async def test_a_card_number_that_the_bank_tells_unasked_is_written_down_nowhere(
    payer: Payer, stack: Stack, follower: None
) -> None:
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("told-unasked", policy, part)["payment"], "OPEN")
    card = {"pan": CARD, "card": {"number": CARD, "holder": "OLGA", "cvc": CARD[-3:]}, "description": f"paid by {CARD}"}
    told = {"order": order_of(payment), "state": "PAID", "amount": 1, "event": str(uuid4()), **card}
    assert await called_back(stack, told, CALLBACK_SECRET) == 204
    assert await called_back(stack, told, "another secret") == 403
    assert await called_back(stack, {**told, "order": CARD * 5}, CALLBACK_SECRET) == 400
    payer.press(payment)
    payer.becomes(payment, "PAID")
    until(lambda: "payments.check" not in written_down(stack))
    # Whatever could be shown of the policy and its payments has been asked for, and is kept.
    assert policy["id"] in {each["id"] for each in payer.policies()}
    until(lambda: "follower's turn" in (stack.folder / "follow.log").read_text(encoding="utf-8"))
    everything = written_down(stack)
    assert in_redis(stack) != []
    assert order_of(payment) in everything
    assert CARD not in everything


@pytest.mark.parametrize("state", ["PAID", "DECLINED"])
async def test_a_callback_that_comes_after_the_bank_was_asked_changes_nothing(
    payer: Payer, stack: Stack, state: str
) -> None:
    assert stack.acquirer is not None
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": "callback_lost", "operation": "pay"})
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start(f"late-{state}", policy, part)["payment"], "OPEN")
    payer.press(payment)
    paid = payer.becomes(payment, "PAID")
    before = ledger(stack)["effects"]
    told = {"order": order_of(payment), "state": state, "amount": 1, "event": str(uuid4())}
    assert await called_back(stack, told, CALLBACK_SECRET) == 204
    until(lambda: "payments.check" not in written_down(stack, of=("gateway", "worker")))
    assert payer.read(payment) == paid
    assert ledger(stack)["effects"] == before
    assert [each["order"] for each in ledger(stack)["confirmations"]].count(order_of(payment)) == 1


def test_another_sum_at_the_bank_stops_it(payer: Payer, stack: Stack) -> None:
    assert stack.acquirer is not None
    fetch("PUT", f"{stack.acquirer.admin_url}/faults", {"fault": "amount_rise", "operation": "payPage", "count": 1})
    policy, part = payer.unpaid()
    payment = payer.becomes(payer.start("another-sum", policy, part)["payment"], "OPEN")
    payer.press(payment)
    stopped = payer.becomes(payment, "STOPPED")
    assert stopped["failure"] == "AMOUNT_DIFFERS"
    assert [each for each in ledger(stack)["confirmations"] if each["order"] == order_of(payment)] == []
    refused = payer.start("another-sum-again", policy, part)
    assert [each["__typename"] for each in refused["errors"]] == ["PaymentStopped"]
