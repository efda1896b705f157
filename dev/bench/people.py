"""Whom the bench signs in: clients of the simulated population, each with a token of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from typing import Final
from zoneinfo import ZoneInfo

from dev.simulators.population import Population, population_on
from dev.tokens import PEOPLE, DemoIssuer, Person

__all__ = ["DEMO_ISN", "DEMO_POLICY", "FIRST_ISN", "HUNDRED_ISN", "People", "moscow_day"]

DEMO_ISN: Final = PEOPLE["client"].client_isn or 0
DEMO_POLICY: Final = "P10033148"
HUNDRED_ISN: Final = 2_596_516_999
FIRST_ISN: Final = 2_596_600_000
"""From here on the population is nothing but generated: no scripted client, none with a hundred policies."""
FIRST_STRANGER: Final = FIRST_ISN + 1_000_000


@dataclass(frozen=True, slots=True)
class People:
    """Clients of one seed and day."""

    issuer: DemoIssuer
    seed: int
    today: date
    _places: Iterator[int] = field(default_factory=lambda: count(FIRST_STRANGER))

    @property
    def population(self) -> Population:
        """What the systems know."""
        return population_on(self.seed, self.today)

    def token(self, isn: int) -> str:
        """Mint the token of a client."""
        return self.issuer.token(Person(f"bench-{isn}", isn))

    def clients(self, many: int) -> list[int]:
        """Return clients, whatever they hold; always the same ones."""
        return list(range(FIRST_ISN, FIRST_ISN + many))

    def owners(self, many: int) -> list[tuple[int, str]]:
        """Return clients who hold a life contract, and the number of one; always the same ones."""
        return self._owners(count(FIRST_ISN), many)

    def strangers(self, many: int) -> list[tuple[int, str]]:
        """Return clients like ``owners``, whom this run has never seen."""
        return self._owners(self._places, many)

    def _owners(self, places: Iterator[int], many: int) -> list[tuple[int, str]]:
        found = ((isn, contract.number) for isn in places for contract in self.population.life_contracts_of(isn)[:1])
        return list(islice(found, many))


def moscow_day() -> date:
    """Return the day that decides all relative dates."""
    return datetime.now(ZoneInfo("Europe/Moscow")).date()
