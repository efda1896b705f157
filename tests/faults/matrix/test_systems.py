"""Each system x each fault switch x each operation of the consumers: what is not ill is whole, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from domain.errors import Source
from tests.faults.matrix.cases import MATRIX, NEEDED_BY, Case, in_slice
from tests.faults.matrix.expectations import passes
from tests.faults.matrix.house import OPERATIONS
from tests.faults.matrix.laboratory import Laboratory
from tests.faults.matrix.systems import switches

SLICE = frozenset(in_slice())


def sliced(cases: Iterable[Case]) -> Iterable[Any]:
    """Mark what runs only when the whole matrix is asked for."""
    return [pytest.param(each, id=str(each), marks=() if each in SLICE else pytest.mark.matrix) for each in cases]


@pytest.mark.parametrize("case", sliced(MATRIX))
def test_a_fault_costs_what_it_concerns_and_is_over_when_it_is_over(laboratory: Laboratory, case: Case) -> None:
    assert laboratory.lasting(case) == []


@pytest.mark.parametrize("case", sliced(each for each in MATRIX if passes(each.source, each.fault)))
def test_a_fault_of_one_call_is_not_noticed(laboratory: Laboratory, case: Case) -> None:
    assert laboratory.passing(case) == []


@pytest.mark.parametrize("source", Source)
def test_the_table_says_which_operations_need_a_system(laboratory: Laboratory, source: Source) -> None:
    assert laboratory.callers(source) == set(NEEDED_BY[source])


def test_the_slice_has_every_switch_and_every_operation() -> None:
    assert {(each.source, each.fault) for each in SLICE} == {(of, fault) for of in Source for fault in switches(of)}
    assert {(each.source, each.operation) for each in SLICE} == {(of, each) for of in Source for each in OPERATIONS}
