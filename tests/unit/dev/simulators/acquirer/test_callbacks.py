"""Callbacks: signed, at least once, not for ever, and as the faults spoil them."""

import uuid
from typing import Any

import pytest

from dev.simulators.acquirer.signing import callback_signature
from dev.simulators.kit import Fault, Switch
from tests.unit.dev.simulators.acquirer.conftest import BACK, CALLBACK_SECRET, NOW, Bench


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    return headers["X-Signature"] == callback_signature(CALLBACK_SECRET, headers["X-Timestamp"], body)


async def settled(bench: Bench) -> None:
    """Wait until no delivery is on its way."""
    simulator: Any = bench.handle.simulator
    while simulator._callbacks._tasks:
        (task, *_) = simulator._callbacks._tasks
        await task


async def test_a_payment_is_told_signed(bench: Bench) -> None:
    await bench.press(bench.address())
    (told,) = await bench.told.wait(1)
    assert told.keys() == {"order", "state", "amount", "paidAt", "event"}
    assert (told["order"], told["state"], told["amount"]) == ("o-1", "PAID", 1_234_567)
    assert str(uuid.UUID(told["event"])) == told["event"]
    ((headers, body),) = bench.told.came
    assert is_signed(headers, body)
    assert abs(int(headers["X-Timestamp"]) - NOW.timestamp()) < 60
    await settled(bench)
    assert (await bench.ledger())["o-1"]["callbacks"] == {"sent": 1, "delivered": 1}


async def test_a_refusal_is_told_too(bench: Bench) -> None:
    await bench.press(bench.address(), "decline")
    (told,) = await bench.told.wait(1)
    assert (told["state"], told["paidAt"]) == ("DECLINED", None)


async def test_it_is_told_again_until_it_is_taken(bench: Bench) -> None:
    bench.told.answers = [503, 302, 404]
    await bench.press(bench.address())
    told = await bench.told.wait(4)
    await settled(bench)
    assert len({each["event"] for each in told}) == 1
    assert (await bench.ledger())["o-1"]["callbacks"] == {"sent": 4, "delivered": 1}


async def test_it_is_not_told_for_ever(bench: Bench) -> None:
    bench.told.answers = [500] * 100
    await bench.press(bench.address())
    await bench.told.wait(4)
    await settled(bench)
    assert (await bench.ledger())["o-1"]["callbacks"] == {"sent": 4, "delivered": 0}


@pytest.mark.parametrize(
    "fault, parameters, came",
    [
        (Fault.CALLBACK_LOST, {}, 0),
        (Fault.CALLBACK_REPEATED, {"count": 3}, 4),
        (Fault.CALLBACK_LATE, {"seconds": 0.2}, 1),
    ],
)
async def test_it_is_lost_late_or_repeated(bench: Bench, fault: Fault, parameters: dict[str, Any], came: int) -> None:
    bench.handle.switchboard.set(Switch(fault, "pay", next_calls=1, **parameters))
    assert await bench.press(bench.address()) == (303, BACK)
    assert bench.told.came == []
    await settled(bench)
    assert len(bench.told.came) == came
    assert len({body for _, body in bench.told.came}) == min(came, 1)
    assert (await bench.ledger())["o-1"]["taken"] == 1


async def test_it_comes_before_the_page_answers(bench: Bench) -> None:
    bench.handle.switchboard.set(Switch(Fault.CALLBACK_EARLY, "pay"), Switch(Fault.HTTP_500, "payPage"))
    await bench.press(bench.address())
    assert len(bench.told.came) == 1


async def test_a_forged_one_is_signed_with_another_secret(bench: Bench) -> None:
    bench.handle.switchboard.set(Switch(Fault.CALLBACK_FORGED, "pay"))
    await bench.press(bench.address())
    await bench.told.wait(1)
    ((headers, body),) = bench.told.came[:1]
    assert not is_signed(headers, body)


async def test_an_answer_that_is_lost_leaves_payment_and_callback(bench: Bench) -> None:
    bench.handle.switchboard.set(Switch(Fault.TIMEOUT_AFTER_COMMIT, "pay", seconds=0.1))
    with pytest.raises(Exception, match=r"disconnected|reset"):
        await bench.press(bench.address())
    await bench.told.wait(1)
    assert (await bench.ledger())["o-1"]["state"] == "PAID"


async def test_the_admin_port_pays_with_the_same_faults(bench: Bench) -> None:
    await bench.admin("PUT", "/faults", {"fault": "callback_lost", "operation": "pay", "next_calls": 1})
    await bench.admin("POST", "/orders/o-1/pay", {"address": bench.address()})
    await settled(bench)
    assert bench.told.came == []
