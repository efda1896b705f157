"""Recorded bytes, and the domain values they stand for, written out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from adapters.life_valuation import mapping, wire
from domain import models
from domain.money import Money

RECORDED = Path(__file__).parent / "recorded"
DEMO = models.PolicyNumber("P10033148")
JSON = "application/json; charset=utf-8"


def result(name: str, status: int = 200) -> wire.Fields:
    answer = wire.decode_answer(status, JSON, (RECORDED / f"{name}.json").read_bytes())
    assert isinstance(answer, wire.Result)
    return answer.fields


def item(name: str) -> wire.Fields:
    (only,) = result(name).listed("items", lambda row: row)
    assert only.contract() == DEMO
    return only


def roubles(text: str) -> Money:
    return Money(Decimal(text), "RUB")


def test_contracts_by_number() -> None:
    answer = result("contracts_by_number")
    assert wire.unknown(answer) == [wire.Row("NOSUCH", wire.Unknown())]
    demo, coupons = answer.listed("contracts", wire.ContractRecord.of)
    assert mapping.contract(demo) == models.LifeContract(
        number=DEMO,
        policy_isn=models.Isn(5_000_000_000),
        holder_isn=models.Isn(2_596_516_901),
        kind=models.LifeKind.INVESTMENT,
        product="Управление капиталом (ИСЖ)",
        period=models.Period(date(2023, 6, 8), date(2026, 6, 6)),
        sum_insured=roubles("4200000.00"),
        premium=roubles("4200000.00"),
        premiums_paid=roubles("4200000.00"),
        guarantee_percent=Decimal(100),
        strategy=models.Strategy(
            "TECH",
            "Технологии будущего",
            models.Underlying("TECHX", "Индекс технологических компаний"),
            Decimal(71),
        ),
        start_level=Decimal("1845.62"),
        coupon_terms=None,
        beneficiaries=(
            models.Beneficiary(models.PersonName("Соколов", "Антон", "Константинович"), Decimal(60)),
            models.Beneficiary(models.PersonName("Фролов", "Антон", "Вячеславович"), Decimal(40)),
        ),
        payoff_features=(),
    )
    mapped = mapping.contract(coupons)
    assert mapped.payoff_features == (models.PayoffFeature.COUPONS,)
    assert mapped.coupon_terms is not None
    assert mapped.coupon_terms.barrier_percent == Decimal(90)
    assert mapped.coupon_terms.rate_percent == Decimal("3.25")
    assert mapped.coupon_terms.memory is True
    assert mapped.coupon_terms.observation_dates[:2] == (date(2025, 4, 29), date(2025, 7, 29))
    assert len(mapped.coupon_terms.observation_dates) == 12


def test_contracts_by_client() -> None:
    (row,) = wire.rows(
        result("contracts_by_client").listed("clients", lambda each: each), wire.client_of, wire.contracts_of_client
    )
    assert row.key == 2_596_516_902
    assert isinstance(row.record, tuple)
    (contract,) = mapping.contracts(row.record)
    assert isinstance(contract, models.LifeContract)
    assert (contract.number, contract.kind) == ("P23328954", models.LifeKind.UNIT_LINKED)
    assert contract.start_level == Decimal("123.9825")
    assert contract.payoff_features == ()


def test_valuations() -> None:
    done = wire.decode_poll(result("valuation_poll"))
    assert isinstance(done, wire.JobDone)
    unknown, demo, coupons = (wire.ValuationRecord.of(each) for each in done.items)
    assert unknown == wire.Failure(wire.Shape.CALCULATION, text="Договор NOSUCH не найден")
    assert isinstance(demo, wire.ValuationRecord)
    assert mapping.valuation(demo) == models.LifeValuation(
        number=DEMO,
        as_of=datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
        stale=False,
        current_level=Decimal("2340.90"),
        performance_percent=Decimal("26.8354265775"),
        guaranteed=roubles("4200000.00"),
        investment_income=roubles("800232.42"),
        available_income=roubles("661754.74"),
        payout_at_maturity=roubles("5000232.42"),
        surrender_value=roubles("4861754.74"),
        coupons=(),
        fx_rate=None,
        tax_estimate=roubles("104030.00"),
    )
    assert isinstance(coupons, wire.ValuationRecord)
    decided = mapping.valuation(coupons).coupons
    assert decided[0] == models.Coupon(
        date(2025, 4, 29), earned=True, amount=roubles("123500"), paid_on=date(2025, 5, 9)
    )
    assert decided[3] == models.Coupon(date(2026, 1, 27), earned=None, amount=None, paid_on=None)


def test_job() -> None:
    assert wire.decode_job(result("valuation_submit")) == wire.Job("71e21e8320bef78c", 0)


def test_strategies_on_offer() -> None:
    offered = mapping.strategies(item("strategies_on_offer").listed("strategies", wire.StrategyRecord.of))
    assert offered[0] == models.Strategy(
        "GOLD", "Золотой стандарт", models.Underlying("GOLDX", "Индекс золота"), Decimal(80)
    )
    basket = next(each for each in offered if each.code == "WORLD")
    assert basket.underlying == models.Underlying(
        "ASIAX+OILSX+GOLDX", "Индекс азиатских рынков / Индекс нефтегазового сектора / Индекс золота"
    )
    assert basket.participation_percent == Decimal(95)


def test_operations_on_offer() -> None:
    operations = mapping.operations(item("operations_on_offer").listed("operations", wire.OperationRecord.of))
    assert {each.kind for each in operations} == set(models.LifeOperationKind)
    assert {each.kind: each.refusal for each in operations if not each.available} == {
        models.LifeOperationKind.CHANGE_INSTALMENT_FREQUENCY: "SINGLE_PREMIUM",
        models.LifeOperationKind.PAID_UP: "SINGLE_PREMIUM",
        models.LifeOperationKind.PREMIUM_HOLIDAY: "SINGLE_PREMIUM",
    }


def test_orders() -> None:
    assert mapping.orders(item("orders").listed("orders", wire.OrderRecord.of)) == (
        models.LifeOrder(
            "LO-0-1",
            models.LifeOperationKind.DUPLICATE_DOCUMENT,
            models.LifeOrderState.DONE,
            datetime(2025, 6, 11, 5, 11, tzinfo=UTC),
        ),
        models.LifeOrder(
            "LO-0-2",
            models.LifeOperationKind.CHANGE_UNDERLYING,
            models.LifeOrderState.DONE,
            datetime(2025, 10, 15, 17, 15, tzinfo=UTC),
        ),
    )


def test_surrender_table() -> None:
    assert mapping.surrender_table(wire.SurrenderTableRecord.of(item("surrender_table"))) == (
        models.SurrenderRow(1, date(2023, 6, 8), Decimal(70), roubles("2940000.00")),
        models.SurrenderRow(2, date(2024, 6, 7), Decimal(85), roubles("3570000.00")),
        models.SurrenderRow(3, date(2025, 6, 7), Decimal(100), roubles("4200000.00")),
    )


def test_underlying_levels() -> None:
    (record,) = result("underlying_levels").listed("underlyings", wire.LevelsRecord.of)
    levels = mapping.levels(record)
    assert [each.on.day for each in levels] == [8, 9, 12, 13, 14, 15]
    assert levels[-1] == models.UnderlyingLevel(date(2026, 1, 15), Decimal("2340.90"))


def test_failures() -> None:
    assert decoded("unknown_contract") == wire.Failure(wire.Shape.CALCULATION, text="Договор не найден")
    assert decoded("invalid_data") == wire.Failure(wire.Shape.DISPATCHER, code=1001)


def decoded(name: str) -> wire.Result | wire.Failure:
    return wire.decode_answer(200, JSON, (RECORDED / f"{name}.json").read_bytes())


def test_nightly_file() -> None:
    file = wire.NightlyFile(date(2026, 1, 15))
    body = (RECORDED / "20260115.txt").read_bytes()
    rows = []
    for item in file.feed(body):
        assert not isinstance(item, wire.Unreadable)
        rows.append(mapping.nightly_row(item))
    file.finish()
    assert len(rows) == 24
    assert rows[0] == mapping.NightlyLevel(
        models.Underlying("TECHX", "Индекс технологических компаний"),
        models.UnderlyingLevel(date(2026, 1, 14), Decimal("2355.2581")),
    )
    assert rows[8] == mapping.NightlySurrender(
        DEMO, models.SurrenderRow(1, date(2023, 6, 8), Decimal(70), roubles("2940000.00"))
    )
