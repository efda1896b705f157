"""The nightly file, written from NIGHTLY.md."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dev.simulators.life_valuation import codes
from dev.simulators.life_valuation.forms import CENT, grouped, money_text, percent_text, with_places
from dev.simulators.population import Population
from dev.simulators.population.keys import client_isn
from dev.simulators.population.life_records import LifeContract

CODE_PAGE = "cp866"
WIDTH = 96
READY_AT = time(6)
KEPT = timedelta(days=7)


def available(day: date, now: datetime) -> bool:
    """Whether the file of a day is there now."""
    if day == now.date():
        return now.time() >= READY_AT
    return now.date() - KEPT <= day < now.date()


async def pieces(day: date, population: Population, clients: int) -> AsyncIterator[bytes]:
    """The file of a day, line by line; it holds the contracts of the first clients."""
    for line in lines(day, population, clients):
        yield line


def lines(day: date, population: Population, clients: int) -> Iterator[bytes]:
    """Header, levels, surrender tables, trailer."""
    made_at = datetime.combine(day, time(5, 12, 48))
    yield _line("00", f"{day:%Y%m%d}", f"{made_at:%Y%m%d%H%M%S}", "02")
    close = day - timedelta(days=1)
    for underlying in population.underlyings:
        level = with_places(population.markets.level(underlying.ticker, close))
        yield _line(
            "10",
            f"{underlying.ticker:<12.12}",
            f"{underlying.name:<40.40}",
            f"{close:%d%m%Y}",
            f"{grouped(level):>20}",
            codes.ROUBLE if underlying.currency == "RUB" else underlying.currency,
        )
    count, total = 0, Decimal(0)
    for terms in _contracts(population, clients):
        for amount, line in _surrender_lines(terms):
            count, total = count + 1, total + amount
            yield line
    yield _line("99", f"{len(population.underlyings):>9}", f"{count:>9}", f"{money_text(total):>24}")


def _contracts(population: Population, clients: int) -> Iterator[LifeContract]:
    for n in range(clients):
        yield from population.life_contracts_of(client_isn(n))


def _surrender_lines(terms: LifeContract) -> Iterator[tuple[Decimal, bytes]]:
    for row in terms.surrender_table:
        amount = (terms.premiums_total * row.percent / 100).quantize(CENT)
        yield (
            amount,
            _line(
                "20",
                f"{terms.number:<20}",
                f"{row.year:>3}",
                f"{row.starts_on:%d.%m.%Y}",
                f"{percent_text(row.percent):>9}",
                f"{money_text(amount):>20}",
                codes.ROUBLE,
            ),
        )


def _line(*fields: str) -> bytes:
    text = "".join(fields)
    assert len(text) <= WIDTH
    return text.ljust(WIDTH).encode(CODE_PAGE) + b"\r\n"
