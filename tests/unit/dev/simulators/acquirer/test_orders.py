"""Orders: signed addresses, states, and money that is taken once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dev.simulators.acquirer.signing import signature
from dev.simulators.kit import Fault, Switch
from tests.unit.dev.simulators.acquirer.conftest import BACK, NOW, SECRET, Bench

pytestmark = pytest.mark.usefixtures("bench")


def charge(order: str, token: str, amount: int = 500, bill: str = "B-8") -> dict[str, Any]:
    signed = signature(SECRET, order, bill, str(amount), token)
    return {"token": token, "amount": amount, "bill": bill, "signature": signed}


async def remembered(bench: Bench) -> str:
    await bench.press(bench.address("first"), "remember", "kingfisher")
    _, order = await bench.ask("GET", "/orders/first")
    return str(order["means"]["token"])


async def test_an_order_is_unknown_until_its_page_is_opened_and_then_new(bench: Bench) -> None:
    assert await bench.ask("GET", "/orders/o-1") == (404, {"code": "UNKNOWN"})
    for _ in range(2):
        assert (await bench.page(bench.address()))[0] == 200
    told = {"order": "o-1", "state": "NEW", "amount": 1_234_567, "paidAt": None, "means": None}
    assert await bench.ask("GET", "/orders/o-1") == (200, told)
    assert list(await bench.ledger()) == ["o-1"]


async def test_paid_once_however_often_the_button_is_pressed(bench: Bench) -> None:
    pressed = await asyncio.gather(*(bench.press(bench.address()) for _ in range(10)))
    assert set(pressed) == {(303, BACK)}
    _, order = await bench.ask("GET", "/orders/o-1")
    assert (order["state"], order["paidAt"][:16]) == ("PAID", "2026-01-15T09:00")
    assert order["means"] is None
    assert (await bench.ledger())["o-1"]["taken"] == 1


async def test_a_declined_order_stays_so(bench: Bench) -> None:
    assert await bench.press(bench.address(), "decline") == (303, BACK)
    await bench.press(bench.address(), "pay")
    shown = (await bench.ledger())["o-1"]
    assert (shown["state"], shown["taken"]) == ("DECLINED", 0)


async def test_an_order_expires_from_its_first_visit(bench: Bench) -> None:
    await bench.page(bench.address())
    bench.clock.move(now=NOW + timedelta(seconds=1201))
    status, location = await bench.press(bench.address())
    assert (status, location) == (409, None)
    assert "Время на оплату вышло" in (await bench.page(bench.address()))[1]
    assert (await bench.ledger())["o-1"] | {"taken": 0, "state": "EXPIRED"} == (await bench.ledger())["o-1"]


@pytest.mark.parametrize("visited", [True, False])
async def test_a_cancelled_order_cannot_be_paid_known_or_not(bench: Bench, visited: bool) -> None:
    if visited:
        await bench.page(bench.address())
    for _ in range(2):
        status, order = await bench.ask("POST", "/orders/o-1/cancel")
        assert (status, order["state"], order["amount"]) == (200, "CANCELLED", 1_234_567 if visited else 0)
    assert await bench.press(bench.address()) == (409, None)
    assert "Платёж отменён" in (await bench.page(bench.address()))[1]
    assert (await bench.ledger())["o-1"]["taken"] == 0


async def test_a_paid_order_is_not_cancelled(bench: Bench) -> None:
    await bench.press(bench.address())
    assert (await bench.ask("POST", "/orders/o-1/cancel"))[1]["state"] == "PAID"


async def test_a_forged_address_opens_nothing(bench: Bench) -> None:
    good = bench.address()
    forged = [
        good.replace("amount=1234567", "amount=1"),
        good.replace("order=o-1", "order=o-2"),
        bench.address(secret="another"),
        bench.address("a/../b"),
        bench.address(back="javascript:alert(1)"),
        bench.address(back="https://a.example@evil.example/"),
        good.partition("&signature")[0],
        f"{bench.handle.url}/pay",
    ]
    for url in forged:
        status, page = await bench.page(url)
        assert status == 403
        assert "недействительна" in page
    assert await bench.ledger() == {}


async def test_an_order_has_one_bill_and_one_amount(bench: Bench) -> None:
    await bench.page(bench.address())
    assert (await bench.page(bench.address(amount=1)))[0] == 409
    assert await bench.press(bench.address(bill="B-8")) == (409, None)


async def test_a_remembered_card_pays_another_order_once(bench: Bench) -> None:
    token = await remembered(bench)
    for _ in range(3):
        status, order = await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token))
        assert (status, order["state"], order["amount"]) == (200, "PAID", 500)
    assert (await bench.ledger())["o-2"]["taken"] == 1
    assert await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token, 501)) == (409, {"code": "ORDER_DIFFERS"})


async def test_the_ledger_says_by_whose_card_an_order_was_charged_and_how_often_that_was_wanted(bench: Bench) -> None:
    token = await remembered(bench)
    bench.handle.switchboard.set(Switch(Fault.IN_BAND_ERROR, "chargeOrder", next_calls=1))
    for order in ("declined", "paid", "paid"):
        await bench.ask("POST", f"/orders/{order}/charge", charge(order, token))
    ledger = await bench.ledger()
    told = {name: [ledger[name][each] for each in ("remembered", "charged", "charges")] for name in ledger}
    assert told == {"first": [True, None, 0], "declined": [False, None, 1], "paid": [False, "first", 2]}
    assert token not in str(ledger)


async def test_a_card_that_the_bank_forgets_pays_no_more(bench: Bench) -> None:
    token = await remembered(bench)
    for forgotten in (True, False):
        assert await bench.admin("POST", "/orders/first/forget") == (200, {"forgotten": forgotten})
    assert await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token)) == (422, {"code": "UNKNOWN_MEANS"})


async def test_a_card_that_the_bank_blocks_is_declined(bench: Bench) -> None:
    token = await remembered(bench)
    assert await bench.admin("POST", "/orders/first/block") == (200, {"blocked": True})
    assert await bench.admin("POST", "/orders/none/block") == (200, {"blocked": False})
    status, order = await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token))
    assert (status, order["state"]) == (200, "DECLINED")
    assert (await bench.ledger())["o-2"]["taken"] == 0


async def test_what_is_remembered_has_a_name_and_a_last_day(bench: Bench) -> None:
    token = await remembered(bench)
    _, order = await bench.ask("GET", "/orders/first")
    assert order["means"] == {"token": token, "title": "Карта «Зимородок»", "expires": "2030-12-31"}
    bench.clock.move(now=NOW.replace(year=2031))
    assert await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token)) == (422, {"code": "UNKNOWN_MEANS"})


async def test_a_charge_that_is_none_is_refused(bench: Bench) -> None:
    token = await remembered(bench)
    good = charge("o-2", token)
    bodies: list[tuple[Any, str]] = [
        (charge("o-2", "unknown"), "UNKNOWN_MEANS"),
        (good | {"amount": 499}, "WRONG_SIGNATURE"),
        (charge("o-3", token), "WRONG_SIGNATURE"),
        (good | {"pan": "1"}, "UNKNOWN_FIELD"),
        ([], "UNKNOWN_FIELD"),
        (good | {"amount": True}, "INVALID_FIELD"),
        (good | {"amount": 0}, "INVALID_FIELD"),
    ]
    for body, code in bodies:
        assert await bench.ask("POST", "/orders/o-2/charge", body) == (422, {"code": code})
    assert "o-2" not in await bench.ledger()


async def test_a_cancelled_order_is_not_charged(bench: Bench) -> None:
    token = await remembered(bench)
    await bench.ask("POST", "/orders/o-2/cancel")
    assert (await bench.ask("POST", "/orders/o-2/charge", charge("o-2", token)))[1]["state"] == "CANCELLED"
    assert (await bench.ledger())["o-2"]["taken"] == 0


async def test_who_has_not_the_secret_learns_nothing(bench: Bench) -> None:
    await bench.page(bench.address())
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/charge")):
        assert await bench.ask(method, f"/orders/o-1{path}", secret="x") == (401, {"code": "INVALID_SECRET"})
    assert (await bench.ledger())["o-1"]["state"] == "NEW"


async def test_an_order_may_be_dearer_than_its_bill(bench: Bench) -> None:
    bench.handle.switchboard.set(Switch(Fault.AMOUNT_RISE, "payPage", count=250))
    await bench.page(bench.address())
    await bench.press(bench.address())
    shown = (await bench.ledger())["o-1"]
    assert (shown["asked"], shown["amount"]) == (1_234_567, 1_234_817)


async def test_the_admin_port_pays_without_the_page(bench: Bench) -> None:
    assert (await bench.admin("POST", "/orders/o-1/pay"))[0] == 404
    for _ in range(2):
        status, shown = await bench.admin("POST", "/orders/o-1/pay", {"address": bench.address()})
        assert (status, shown["state"], shown["taken"]) == (200, "PAID", 1)
    bodies: list[Any] = [{"address": bench.address("o-2")}, {"address": "x"}, {"action": "steal"}, {"x": "y"}, []]
    for body in bodies:
        assert (await bench.admin("POST", "/orders/o-1/pay", body))[0] == 400
    await bench.admin("POST", "/orders/o-3/pay", {"address": bench.address("o-3"), "action": "remember"})
    assert (await bench.ask("GET", "/orders/o-3"))[1]["means"]["title"] == "Карта «Синица»"


async def test_only_what_has_ended_is_paid_late_and_once_with_a_callback(bench: Bench) -> None:
    assert (await bench.admin("POST", "/orders/o-1/pay-late"))[0] == 404
    await bench.page(bench.address())
    assert (await bench.admin("POST", "/orders/o-1/pay-late"))[0] == 404
    await bench.press(bench.address(), "decline")
    status, shown = await bench.admin("POST", "/orders/o-1/pay-late")
    assert (status, shown["state"], shown["taken"]) == (200, "PAID", 1)
    assert [each["state"] for each in await bench.told.wait(2)] == ["DECLINED", "PAID"]
    assert (await bench.admin("POST", "/orders/o-1/pay-late"))[0] == 404
    assert (await bench.ledger())["o-1"]["taken"] == 1
