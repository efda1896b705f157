"""The matrix: each system, each of its switches, each of the consumers' operations; and a slice of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dev.simulators.kit import Fault
from domain.errors import Source
from tests.faults.matrix.house import OPERATIONS
from tests.faults.matrix.systems import switches

__all__ = ["MATRIX", "NEEDED_BY", "Case", "in_slice"]


NEEDED_BY: Final = {
    Source.POLICY_CORE: tuple(OPERATIONS),
    Source.CLAIMS_CORE: ("home_screen", "policy_page", "claim_list", "mobile_home", "client_card"),
    Source.LIFE_VALUATION: ("home_screen", "life_page", "mobile_home"),
}
"""The operations that a system has a part in."""


@dataclass(frozen=True, slots=True)
class Case:
    """A switch of a system, and an operation while it is on."""

    source: Source
    fault: Fault
    operation: str

    @property
    def is_concerned(self) -> bool:
        """Whether the operation needs the system."""
        return self.operation in NEEDED_BY[self.source]

    def __str__(self) -> str:
        return f"{self.source}-{self.fault}-{self.operation}"


MATRIX: Final = tuple(
    Case(source, fault, operation) for source in Source for fault in switches(source) for operation in OPERATIONS
)


def in_slice() -> Iterator[Case]:
    """Choose every switch of every system once, each with the next of the operations that need the system.

    One operation that does not need it is added for each system.
    """
    for source in Source:
        needed = NEEDED_BY[source]
        for index, fault in enumerate(switches(source)):
            yield Case(source, fault, needed[index % len(needed)])
        yield from (Case(source, Fault.HTTP_503, each) for each in OPERATIONS if each not in needed)
