"""The ledger tells what happened twice from what was only asked for twice."""

from __future__ import annotations

import pytest

from dev.simulators.kit import Ledger


def test_a_request_has_one_result_whatever_is_asked_again() -> None:
    ledger = Ledger("bills")
    assert [ledger.once("Pay", "a", lambda: "first"), ledger.once("Pay", "a", lambda: "second")] == ["first", "first"]
    assert ledger.once("Bill", "a", lambda: "another") == "another"
    assert [(each["operation"], each["asked"]) for each in ledger.as_json()["requests"]] == [("Pay", 2), ("Bill", 1)]


def test_a_request_that_fails_leaves_nothing_behind() -> None:
    ledger = Ledger("bills")
    with pytest.raises(ZeroDivisionError):
        ledger.once("Pay", "a", lambda: str(1 // 0))

    assert not ledger.is_done("Pay", "a")
    assert ledger.once("Pay", "a", lambda: "done") == "done"
    assert ledger.as_json()["requests"] == [{"operation": "Pay", "id": "a", "asked": 2, "done": True}]


def test_every_effect_is_a_row() -> None:
    ledger = Ledger("bills", "orders")
    for _ in range(2):
        ledger.note("bills", "a", bill=1)
    shown = ledger.as_json()
    assert shown["bills"] == [{"bill": 1, "request": "a"}] * 2
    assert shown["effects"] == {"bills": 2, "orders": 0}
