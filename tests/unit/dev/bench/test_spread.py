"""What many measurements come to."""

import pytest

from dev.bench.spread import Spread, percentile


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
