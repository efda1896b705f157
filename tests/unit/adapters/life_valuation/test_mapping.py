"""Records that contradict the contract or themselves, bent by hand from recorded ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.life_valuation import mapping, wire
from domain import models
from domain.money import Money

RECORDED = Path(__file__).parents[3] / "wire" / "life_valuation" / "recorded"


def recorded(name: str) -> Any:
    """The result of a recorded answer."""
    text = (RECORDED / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)["result"]


def contract(**bent: Any) -> models.LifeContract:
    """The demo contract with some fields bent."""
    return mapping.contract(wire.ContractRecord.of(wire.Fields(recorded("contracts_by_number")["contracts"][0] | bent)))


def valuation(**bent: Any) -> models.LifeValuation:
    """The demo contract's valuation with some fields bent."""
    record = wire.ValuationRecord.of(wire.Fields(recorded("valuation_poll")["items"][1] | bent))
    assert isinstance(record, wire.ValuationRecord)
    return mapping.valuation(record)


@pytest.mark.parametrize(
    "bent, reason",
    [
        ({"kind": "ПСЖ"}, "kind: unknown code"),
        ({"payoff": "STD+CAP"}, "payoff: unknown code"),
        ({"payoff": ""}, "payoff: unknown code"),
        ({"currency": "RUB"}, "currency: unknown code"),
        ({"end": "07.06.2023"}, "end: before the start"),
        ({"strategy": {"code": "TECH"}}, "name: left out"),
        ({"strategy": []}, "strategy: not an object"),
        ({"coupon_terms": {"barrier": "90,00", "rate": "1,00", "memory": "J", "observation_dates": []}}, "memory"),
        ({"beneficiaries": [None]}, "beneficiaries: not an object"),
        ({"premium": None}, "premium: not a grouped number"),
    ],
)
def test_contracts_that_break_the_contract(bent: dict[str, Any], reason: str) -> None:
    with pytest.raises(wire.Unreadable, match=reason):
        contract(**bent)


@pytest.mark.parametrize(
    "bent, reason",
    [
        ({"currency": "BTC"}, "currency: unknown code"),
        ({"status": "HALF"}, "status: unknown code"),
        ({"payout_at_maturity": None}, "payout_at_maturity: not a number"),
        ({"payout_at_maturity": "5 000 232,42"}, "payout_at_maturity: not a number"),
        ({"payout_at_maturity": Decimal("5000232.419")}, "payout_at_maturity: more than two places"),
        ({"as_of": "2026-01-15T12:00:00Z"}, "as_of: not a date as agreed"),
        ({"coupons": [{"observed_on": "2026-01-15", "earned": "Y", "amount": None, "paid_on": None}]}, "earned"),
    ],
)
def test_valuations_that_break_the_contract(bent: dict[str, Any], reason: str) -> None:
    with pytest.raises(wire.Unreadable, match=reason):
        valuation(**bent)


def test_spellings_that_are_allowed() -> None:
    assert contract(client_isn=Decimal("2596516901.0"), policy_isn="5000000000.0") == contract()
    assert contract(premium="4\u00a0200\u00a0000,00") == contract()
    assert valuation(payout_at_maturity=Decimal("5000232.4")).payout_at_maturity == Money(Decimal("5000232.4"))
    assert contract(currency="USD").premium == Money(Decimal(4_200_000), "USD")


def test_every_feature_of_a_payoff_has_its_code() -> None:
    assert set(contract(payoff="CAP+AVG+WORST+CPN+FX").payoff_features) == set(models.PayoffFeature)


@pytest.mark.parametrize(
    "available, reason", [(True, "E01"), (False, None)], ids=["on offer with a reason", "refused without one"]
)
def test_an_offer_and_its_reason_must_agree(available: bool, reason: str | None) -> None:
    with pytest.raises(wire.Unreadable, match="contradicts"):
        mapping.operations((wire.OperationRecord(11, available, reason),))


@pytest.mark.parametrize(
    "record, what",
    [
        (wire.OperationRecord(99, available=True, reason=None), "operation_code"),
        (wire.OperationRecord(11, available=False, reason="E99"), "reason"),
    ],
)
def test_unknown_operations_and_reasons(record: wire.OperationRecord, what: str) -> None:
    with pytest.raises(wire.Unreadable, match=f"{what}: unknown code"):
        mapping.operations((record,))


def test_a_strategy_follows_something() -> None:
    with pytest.raises(wire.Unreadable, match="underlyings: empty"):
        mapping.strategies((wire.StrategyRecord("X", "X", (), Decimal(1)),))


def swapped(row: dict[str, Any]) -> None:
    """Put another client's contract into the group."""
    row["contracts"][0]["client_isn"] = "2596516901"


def doubled(row: dict[str, Any]) -> None:
    """Put the contract in twice."""
    row["contracts"] *= 2


def illegible(row: dict[str, Any]) -> None:
    """Bend a field of the contract, and put it in twice."""
    row["contracts"][0]["premium"] = None
    row["contracts"] *= 2


def nameless(row: dict[str, Any]) -> None:
    """Take the contract's number away."""
    del row["contracts"][0]["contract"]


def no_object(row: dict[str, Any]) -> None:
    """Put something else in the contract's place."""
    row["contracts"] = [None]


@pytest.mark.parametrize(
    "bend, reason",
    [
        (swapped, "contracts: of another client"),
        (doubled, "contracts: doubled row"),
        (illegible, "contracts: doubled row"),
        (nameless, "contract: left out"),
        (no_object, "contracts: not an object"),
    ],
)
def test_a_bad_contract_of_a_client_s_group_is_one_unreadable_row_beside_the_others(
    bend: Callable[[dict[str, Any]], None], reason: str
) -> None:
    (group,) = recorded("contracts_by_client")["clients"]
    neighbour = group["contracts"][0] | {"contract": "P1"}
    bend(group)
    group["contracts"].append(neighbour)

    (read,) = wire.rows([wire.Fields(group)], wire.client_of, wire.contracts_of_client)

    assert read.key == 2_596_516_902
    assert isinstance(read.record, tuple)
    good, bad = mapping.contracts(read.record)
    assert isinstance(good, models.LifeContract)
    assert good.number == "P1"
    assert (type(bad), str(bad)) == (wire.Unreadable, reason)


@pytest.mark.parametrize(
    "bent, reason",
    [
        ({"count": Decimal(2)}, "contracts: fewer than count"),
        ({"count": "1"}, "count: not a number"),
        ({"contracts": None}, "contracts"),
    ],
)
def test_a_group_that_is_not_whole_is_unreadable(bent: dict[str, Any], reason: str) -> None:
    (group,) = recorded("contracts_by_client")["clients"]
    (read,) = wire.rows([wire.Fields(group | bent)], wire.client_of, wire.contracts_of_client)
    assert isinstance(read.record, wire.Unreadable)
    assert reason in str(read.record)


def test_more_contracts_than_counted_are_shown() -> None:
    (group,) = recorded("contracts_by_client")["clients"]
    (read,) = wire.rows([wire.Fields(group | {"count": Decimal(0)})], wire.client_of, wire.contracts_of_client)
    assert isinstance(read.record, tuple)
    assert len(read.record) == 1
