"""What many measurements come to."""

import random

import pytest

from dev.bench.spread import Spread, percentile, superiority, superiority_by_chance


def test_a_spread_is_told_with_its_extremes() -> None:
    assert Spread.of([3.0, 1.0, 8.0]).text(1) == "3.0 (1.0..8.0)"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(each) for each in range(1, 101)]
    assert percentile(values, 50) == 50.0
    assert percentile(values, 99) == 99.0
    assert percentile(values, 100) == 100.0
    assert percentile([7.0], 99) == 7.0


def test_few_values_give_their_worst_as_the_99th_percentile() -> None:
    assert percentile([1.0, 2.0, 30.0], 99) == 30.0


def test_nothing_measured_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 50)


def test_equals_cannot_be_told_apart() -> None:
    assert superiority([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 0.5
    assert superiority([5.0], [5.0, 5.0]) == 0.5


def test_superiority_counts_the_pairs_in_which_the_second_is_greater() -> None:
    assert superiority([1.0, 2.0], [3.0, 4.0]) == 1.0
    assert superiority([3.0, 4.0], [1.0, 2.0]) == 0.0
    # Of (2, 1), (2, 3), (4, 1) and (4, 3) one.
    assert superiority([2.0, 4.0], [1.0, 3.0]) == 0.25
    # A tie is half.
    assert superiority([2.0, 4.0], [2.0, 5.0]) == 0.625


def test_superiority_knows_no_scale_but_the_order() -> None:
    first, second = [1.0, 5.0, 9.0, 10.0], [2.0, 5.0, 11.0]
    assert superiority(first, second) == superiority([each**3 for each in first], [each**3 for each in second])
    assert superiority(first, second) == pytest.approx(1 - superiority(second, first))


def test_more_values_leave_less_to_chance() -> None:
    # Normal approximation of Mann and Whitney's U: 1.96 * sqrt((300 + 300 + 1) / (12 * 300 * 300)).
    assert superiority_by_chance(300, 300) == pytest.approx(0.04624, abs=1e-5)
    assert superiority_by_chance(1200, 1200) < superiority_by_chance(300, 300) / 1.9


def test_chance_stays_within_its_bounds_in_nineteen_of_twenty_trials() -> None:
    drawn = random.Random(7)
    bound = superiority_by_chance(60, 40)
    trials = [superiority([drawn.random() for _ in range(60)], [drawn.random() for _ in range(40)]) for _ in range(400)]
    assert 0.92 < sum(abs(each - 0.5) <= bound for each in trials) / len(trials) < 0.98


def test_nothing_measured_has_no_superiority() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        superiority([], [1.0])
