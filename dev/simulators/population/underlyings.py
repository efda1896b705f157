"""Underlyings, strategies and currencies with a level for every day, computed from the day alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dev.simulators.population.dice import mix
from dev.simulators.population.life_records import Strategy, Underlying

LEVEL_PLACES = Decimal("0.0001")
DEMO_TICKER = "TECHX"
DEMO_START_LEVEL = Decimal("1845.62")
DEMO_LEVEL = Decimal("2340.90")

UNDERLYINGS = (
    Underlying(DEMO_TICKER, "Индекс технологических компаний", "RUB"),
    Underlying("GOLDX", "Индекс золота", "RUB"),
    Underlying("DIVRX", "Индекс дивидендных акций", "RUB"),
    Underlying("MEDIX", "Индекс фармацевтики и медицины", "USD"),
    Underlying("ECOLX", "Индекс чистой энергетики", "USD"),
    Underlying("ASIAX", "Индекс азиатских рынков", "CNY"),
    Underlying("OILSX", "Индекс нефтегазового сектора", "RUB"),
    Underlying("BONDX", "Индекс государственных облигаций", "RUB"),
)
STRATEGIES = (
    Strategy("TECH", "Технологии будущего", (DEMO_TICKER,), Decimal(71)),
    Strategy("GOLD", "Золотой стандарт", ("GOLDX",), Decimal(80)),
    Strategy("DIVIDENDS", "Дивидендные истории", ("DIVRX",), Decimal(65)),
    Strategy("HEALTHCARE", "Медицина и здоровье", ("MEDIX",), Decimal(60)),
    Strategy("ECOLOGY", "Чистая энергия", ("ECOLX",), Decimal("57.5")),
    Strategy("WORLD", "Три рынка", ("ASIAX", "OILSX", "GOLDX"), Decimal(95)),
    Strategy("BONDS", "Надёжный доход", ("BONDX",), Decimal(110)),
)
STRATEGY_BY_CODE = {strategy.code: strategy for strategy in STRATEGIES}
UNDERLYING_BY_TICKER: Mapping[str, Underlying] = {underlying.ticker: underlying for underlying in UNDERLYINGS}

_BASES = {
    DEMO_TICKER: Decimal(2_000),
    "GOLDX": Decimal(6_400),
    "DIVRX": Decimal(880),
    "MEDIX": Decimal(1_520),
    "ECOLX": Decimal(340),
    "ASIAX": Decimal(4_150),
    "OILSX": Decimal(7_700),
    "BONDX": Decimal(121),
    "USD": Decimal(88),
    "CNY": Decimal("12.1"),
}
_CALM = {"BONDX", "USD", "CNY"}
_WAVES = ((512, 180_000), (128, 70_000), (32, 35_000), (8, 15_000), (1, 5_000))
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Markets:
    """Levels as a population sees them; the demo contract's underlying passes through its start and present level."""

    seed: int
    today: date
    demo_start: date

    def level(self, ticker: str, day: date) -> Decimal:
        """Closing level of an underlying, or roubles for one unit of a currency; at week-ends that of Friday."""
        session = trading_day(day)
        raw = self._raw(ticker, session)
        if ticker == DEMO_TICKER:
            raw *= self._demo_correction(session)
        return raw.quantize(LEVEL_PLACES)

    def history(self, ticker: str, since: date, until: date) -> list[tuple[date, Decimal]]:
        """Levels of the trading days from `since` to `until`, both included, the oldest first."""
        days = (since + timedelta(days=offset) for offset in range((until - since).days + 1))
        return [(day, self.level(ticker, day)) for day in days if trading_day(day) == day]

    def _raw(self, ticker: str, day: date) -> Decimal:
        ordinal = day.toordinal()
        millionths = sum(
            _wave(mix(self.seed) ^ mix(int.from_bytes(ticker.encode())), ordinal, period, height)
            for period, height in _WAVES
        )
        growth = (ordinal - date(2024, 1, 1).toordinal()) * 130
        swing = (millionths + growth) // (4 if ticker in _CALM else 1)
        return _BASES[ticker] * (_MILLION + swing) / _MILLION

    def _demo_correction(self, day: date) -> Decimal:
        """A factor, linear in time, that leads the demo underlying through its two known levels."""
        start, end = trading_day(self.demo_start), trading_day(self.today)
        first = DEMO_START_LEVEL / self._raw(DEMO_TICKER, start)
        last = DEMO_LEVEL / self._raw(DEMO_TICKER, end)
        passed = min(max((day - start).days, 0), (end - start).days)
        return first + (last - first) * passed / (end - start).days


def trading_day(day: date) -> date:
    """The day itself, or the Friday before a week-end."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _wave(topic: int, ordinal: int, period: int, height: int) -> int:
    """Value noise: hashed levels every `period` days, a straight line between them."""
    step, passed = divmod(ordinal, period)
    here, there = (mix(topic ^ (node << 10 | period)) % (2 * height) - height for node in (step, step + 1))
    return here + (there - here) * passed // period
