"""What the suite holds for a tenant: the population's claims, with what was written since the start."""

from collections.abc import Callable, Iterator, Sequence

from dev.simulators.claims_core.deductibles import Deductibles
from dev.simulators.claims_core.problems import Problem
from dev.simulators.claims_core.queries import ClaimsQuery
from dev.simulators.population import Population
from dev.simulators.population.claim_records import Claim, ClaimFile, RepairStation
from dev.simulators.population.keys import folded

RETAIL = "RETAIL"


class Books:
    """The population's claims belong to the retail tenant; any other tenant's books are empty.

    Those of a replica that `lags` show each claim before what happened to it last.
    """

    def __init__(self, population: Population, tenant: str, deductibles: Deductibles, *, lags: bool = False) -> None:
        self._population = population
        self._empty = tenant != RETAIL
        self._shown = deductibles.behind if lags else deductibles.shown

    def claim(self, claim_id: str) -> Claim:
        """One claim. Raises: Problem for an unknown one and for another tenant's, which look alike."""
        found = None if self._empty else self._population.claim(claim_id)
        if found is None:
            raise Problem("NOT_FOUND")
        return self._shown(found)

    def claims(self, query: ClaimsQuery) -> list[tuple[str, Claim]]:
        """Claims with the key that each was asked for by, in the order of their ids, which is no order."""
        if self._empty:
            return []
        look_up = self._look_ups()[query.parameter]
        found = [(key, self._shown(claim)) for key in query.keys for claim in look_up(key)]
        return sorted(found, key=lambda pair: pair[1].id)

    def file(self, claim_id: str, file_id: str) -> ClaimFile:
        """An uploaded file. Raises: Problem."""
        files = (file for document in self.claim(claim_id).documents for file in document.files)
        found = next((file for file in files if file.id == file_id), None)
        if found is None:
            raise Problem("NOT_FOUND")
        return found

    def stations(self, city: str) -> list[RepairStation]:
        """The stations of a city given in small letters; they serve every tenant."""
        return [station for station in self._population.stations if station.city.casefold() == city]

    def _look_ups(self) -> dict[str, Callable[[str], Sequence[Claim]]]:
        population = self._population
        return {
            "ids": lambda key: some(population.claim(key)),
            "numbers": lambda key: some(population.claim_by_number(key)),
            "policyNumbers": lambda key: tuple(self._of_policy(key)),
        }

    def _of_policy(self, key: str) -> Iterator[Claim]:
        # Only the folded spelling is a key here; the population itself takes any.
        if folded(key) == key:
            yield from self._population.claims_of(key)


def some(found: Claim | None) -> tuple[Claim, ...]:
    """A claim as a list of one, or of none."""
    return (found,) if found else ()
