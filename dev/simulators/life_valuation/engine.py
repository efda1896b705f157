"""What the engine answers to each operation: PROTOCOL.md, sections 2 and 5."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dev.simulators.kit import Draw, Fault
from dev.simulators.life_valuation import codes, encoding, requests
from dev.simulators.life_valuation.encoding import Json
from dev.simulators.life_valuation.failures import (
    BROKEN_OFF,
    JOBS_FULL,
    NO_QUOTES,
    UNKNOWN_CONTRACT,
    Spelling,
    calculation,
    dispatcher,
)
from dev.simulators.life_valuation.forms import date_ru, flag, level_text, money_of, money_text
from dev.simulators.life_valuation.jobs import Jobs, JobsFull
from dev.simulators.life_valuation.requests import Data, Form
from dev.simulators.population import Population
from dev.simulators.population.life_arithmetic import valuation
from dev.simulators.population.life_records import LifeContract, LifeKind, LifeOperation
from dev.simulators.population.underlyings import UNDERLYING_BY_TICKER

VERSION = "4.12"
MAX_CONTRACTS = 50
MAX_JOB = 25
MAX_TICKERS = 20
FEE = Decimal("0.01")
EXECUTED_AFTER = timedelta(days=5)

FORMS: Mapping[str, Form] = {
    "ping": Form({}),
    "contracts_by_number": requests.contracts_form(MAX_CONTRACTS),
    "contracts_by_client": Form({"clients": requests.distinct(requests.is_isn)}, "clients", MAX_CONTRACTS),
    "strategies_on_offer": requests.contracts_form(MAX_CONTRACTS),
    "operations_on_offer": requests.contracts_form(MAX_CONTRACTS),
    "orders": requests.contracts_form(MAX_CONTRACTS),
    "surrender_table": requests.contracts_form(MAX_CONTRACTS),
    "underlying_levels": Form(
        {"tickers": requests.distinct(requests.is_ticker), "days": requests.is_days}, "tickers", MAX_TICKERS
    ),
    "order_preview": Form(
        {
            "contract": requests.is_contract,
            "operation_code": requests.is_operation_code,
            "amount": requests.is_optional_money,
        }
    ),
    "valuation_submit": requests.contracts_form(MAX_JOB),
    "valuation_poll": Form({"job_id": requests.is_text}),
}


class Engine:
    """Answers operations from the population; `population` and `now` are asked at each call."""

    def __init__(
        self, population: Callable[[], Population], now: Callable[[], datetime], jobs: Jobs, spelling: Spelling
    ) -> None:
        self._population = population
        self._now = now
        self._jobs = jobs
        self._spelling = spelling

    def answer(self, operation: str, data: Data, draw: Draw) -> Json:
        """The `result` of an operation. Raises: Failure."""
        return self._answers()[operation](data, draw)

    def _answers(self) -> Mapping[str, Callable[[Data, Draw], Json]]:
        return {
            "ping": self._ping,
            "contracts_by_number": self._contracts_by_number,
            "contracts_by_client": self._contracts_by_client,
            "strategies_on_offer": self._items(self._strategies),
            "operations_on_offer": self._items(lambda terms: {"operations": self._operations(terms)}),
            "orders": self._items(lambda terms: {"orders": [encoding.order(each) for each in terms.orders]}),
            "surrender_table": self._items(
                lambda terms: {"currency": codes.ROUBLE, "rows": encoding.surrender_rows(terms)}
            ),
            "underlying_levels": self._underlying_levels,
            "order_preview": self._order_preview,
            "valuation_submit": self._valuation_submit,
            "valuation_poll": self._valuation_poll,
        }

    def _ping(self, data: Data, draw: Draw) -> Json:
        return {"engine": "life", "version": VERSION, "business_date": self._now().date().isoformat()}

    def _contracts_by_number(self, data: Data, draw: Draw) -> Json:
        known, unknown = self._known(data["contracts"])
        return {"contracts": spoilt(draw.rows([self._contract(terms) for terms in known]), draw), "unknown": unknown}

    def _contracts_by_client(self, data: Data, draw: Draw) -> Json:
        held = {isn: self._population().life_contracts_of(int(isn)) for isn in sorted(data["clients"])}
        groups = {isn: Json(client_isn=isn, count=len(found), contracts=[]) for isn, found in held.items()}
        rows = draw.rows([(isn, self._contract(terms)) for isn, found in held.items() for terms in found])
        for (isn, _), contract in zip(rows, spoilt([contract for _, contract in rows], draw), strict=True):
            groups[isn]["contracts"].append(contract)
        return {"clients": list(groups.values())}

    def _strategies(self, terms: LifeContract) -> Json:
        offered = [
            each for each in self._population().strategies if each != terms.strategy and suits(terms, each.tickers)
        ]
        return {"strategies": [encoding.strategy(each) for each in offered]}

    def _operations(self, terms: LifeContract) -> list[Json]:
        return [encoding.operation(offer) for offer in terms.operations]

    def _items(self, describe: Callable[[LifeContract], Json]) -> Callable[[Data, Draw], Json]:
        def answer(data: Data, draw: Draw) -> Json:
            known, unknown = self._known(data["contracts"])
            items = [{"contract": terms.number, **describe(terms)} for terms in known]
            return {"items": spoilt(draw.rows(items), draw), "unknown": unknown}

        return answer

    def _underlying_levels(self, data: Data, draw: Draw) -> Json:
        population, today = self._population(), self._now().date()
        since = today - timedelta(days=data["days"])
        known = [UNDERLYING_BY_TICKER[ticker] for ticker in sorted(data["tickers"]) if ticker in UNDERLYING_BY_TICKER]
        rows: list[Json] = []
        for underlying in known:
            history = population.markets.history(underlying.ticker, since, today)
            levels = [{"date": day.isoformat(), "level": level_text(level)} for day, level in history]
            rows.append({"ticker": underlying.ticker, "name": underlying.name, "levels": levels})
        unknown = [ticker for ticker in data["tickers"] if ticker not in UNDERLYING_BY_TICKER]
        return {"underlyings": draw.rows(rows), "unknown": unknown}

    def _order_preview(self, data: Data, draw: Draw) -> Json:
        ((terms,), _) = self._known([data["contract"]])
        today = self._now().date()
        wanted = codes.OPERATION_BY_CODE[data["operation_code"]]
        refusal = next(offer.refusal for offer in terms.operations if offer.operation is wanted)
        amount = money_of(data["amount"] or "") or self._whole(terms, wanted)
        return {
            "contract": terms.number,
            "operation_code": data["operation_code"],
            "available": flag(refusal is None),
            "reason": None if refusal is None else codes.REASONS[refusal],
            "currency": codes.ROUBLE,
            "amount": money_text(amount),
            "fee": money_text(amount * FEE if wanted is LifeOperation.WITHDRAW_INCOME else Decimal(0)),
            "executes_on": date_ru(today + EXECUTED_AFTER) if refusal is None else None,
        }

    def _whole(self, terms: LifeContract, wanted: LifeOperation) -> Decimal:
        """What an order brings that does not say how much."""
        value = valuation(terms, self._now().date(), self._population().markets)
        whole = {
            LifeOperation.SURRENDER: value.surrender_value,
            LifeOperation.WITHDRAW_INCOME: value.available_income,
            LifeOperation.FIX_INCOME: value.available_income,
        }
        return whole.get(wanted) or Decimal(0)

    def _valuation_submit(self, data: Data, draw: Draw) -> Json:
        try:
            job, eta_ms = self._jobs.submit(tuple(data["contracts"]))
        except JobsFull as full:
            raise dispatcher(JOBS_FULL, wait_ms=full.wait_ms) from None
        return {"job_id": job.id, "eta_ms": eta_ms}

    def _valuation_poll(self, data: Data, draw: Draw) -> Json:
        job = self._jobs.find(data["job_id"])
        if job is None:
            return {"state": "NOT_FOUND"}
        left_ms = self._jobs.left_ms(job)
        if left_ms or draw.has(Fault.STALE_READ):
            return {"state": "WAITING", "eta_ms": left_ms}
        failing = draw.victims(Fault.PARTIAL_BATCH, len(job.contracts))
        switch = draw.get(Fault.PARTIAL_BATCH)
        text = NO_QUOTES if switch and switch.code == "no_quotes" else BROKEN_OFF
        items = [
            self._failed(number, text) if index in failing else self._valued(number)
            for index, number in enumerate(job.contracts)
        ]
        return {
            "state": "DONE",
            "items": spoilt(draw.rows(sorted(items, key=lambda item: str(item["contract"]))), draw),
        }

    def _valued(self, number: str) -> Json:
        terms = self._population().life_contract(number)
        if terms is None:
            return self._failed(number, UNKNOWN_CONTRACT.replace("Договор", f"Договор {number}"))
        return encoding.valued(terms, self._now(), self._population().markets)

    def _failed(self, number: str, text: str) -> Json:
        return {"contract": number, "status": "ERROR", "error_text": self._spelling.vary(text)}

    def _contract(self, terms: LifeContract) -> Json:
        return encoding.contract(terms, self._now().date(), self._population().markets)

    def _known(self, numbers: list[str]) -> tuple[list[LifeContract], list[str]]:
        """The contracts that there are, by number, and the numbers of none. Raises: Failure when there is none."""
        found = {number: self._population().life_contract(number) for number in sorted(numbers)}
        known = [terms for terms in found.values() if terms]
        if not known:
            raise calculation(self._spelling.vary(UNKNOWN_CONTRACT))
        return known, [number for number, terms in found.items() if not terms]


def suits(terms: LifeContract, tickers: tuple[str, ...]) -> bool:
    """Whether a contract may follow these underlyings: any for an investment, one in roubles for units."""
    if terms.kind is LifeKind.UNIT_LINKED:
        return len(tickers) == 1 and UNDERLYING_BY_TICKER[tickers[0]].currency == "RUB"
    return terms.kind is LifeKind.INVESTMENT


def spoilt(rows: list[Json], draw: Draw) -> list[Json]:
    """The rows with unknown codes and float ids where such faults fire."""
    rows = [dict(row) for row in rows]
    for index in draw.victims(Fault.UNKNOWN_ENUM, len(rows)):
        unknown_code(rows[index])
    for index in draw.victims(Fault.FLOAT_ID, len(rows)):
        for name in ("policy_isn", "client_isn"):
            if name in rows[index]:
                rows[index][name] = Decimal(rows[index][name]) * Decimal("1.0")
    return rows


def unknown_code(row: Json) -> None:
    """Put a code into the row that no table has."""
    unknown: Mapping[str, Any] = {"kind": "ПСЖ", "status": "HALF", "currency": "XTS"}
    for name, code in unknown.items():
        if name in row:
            row[name] = code
            return
    for listed, name, code in (("operations", "operation_code", 99), ("orders", "state", "Утеряна")):
        if row.get(listed):
            row[listed] = [{**row[listed][0], name: code}, *row[listed][1:]]
