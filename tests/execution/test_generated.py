"""Generated cases are answered as the reference answers them: a fixed slice, and what hypothesis makes smaller."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.execution.cases import TROUBLE, case_of, numbered
from tests.execution.documents import Written, documents
from tests.execution.features import FEATURES
from tests.execution.many import running
from tests.execution.reference import differences
from tests.execution.sources import Fate
from tests.execution.world import VARIATIONS, reference_schema

SLICE = 400
"""Valid cases run each time, from number 0; ``many`` runs as many as one likes."""


async def test_a_slice_of_the_numbered_cases() -> None:
    tally = await running(range(2 * SLICE), SLICE)

    assert tally.different == []
    assert tally.valid == SLICE
    assert tally.invalid / (tally.valid + tally.invalid) < 0.3, "too many documents are not valid"
    missing = {(section, name) for section, names in FEATURES.items() for name in names} - set(tally.features)
    assert missing == set(), "features that no case of the slice exercises"
    assert sum(tally.fallbacks.values()) < SLICE / 20, tally.fallbacks


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    written=documents(reference_schema()),
    seed=st.integers(0, 1000),
    trouble=st.sampled_from(TROUBLE),
    variation=st.integers(0, VARIATIONS - 1),
)
async def test_what_hypothesis_draws(written: Written, seed: int, trouble: int, variation: int) -> None:
    case = case_of(written, Fate(seed, trouble))
    assume(case is not None)
    assert case is not None
    note(f"{written.text}\n{written.variables} {written.operation_name}")
    assert await differences(variation, case) == ""


def test_a_number_is_always_the_same_case() -> None:
    assert [numbered(number) for number in range(20)] == [numbered(number) for number in range(20)]
