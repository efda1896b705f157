"""Counters of every request: counted in plain dicts, and put into Prometheus' form when they are asked for.

One increment of the client library's counter takes a lock and three calls; that is right for what is rare.
They are counted on the event loop alone, so no lock is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

__all__ = ["Distribution", "Tally"]


class Tally(Collector):
    """A counter with labels."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str], registry: CollectorRegistry) -> None:
        self._name, self._documentation, self._labels = name, documentation, labels
        self._counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
        registry.register(self)

    def inc(self, *values: str) -> None:
        """Count one for the values of the labels, in their order."""
        self._counts[values] += 1

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Return what was counted so far, in Prometheus' form."""
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        for values, count in self._counts.items():
            family.add_metric(values, count)
        yield family


class Distribution(Collector):
    """A histogram with one label. Shape: the least bound that is not below a value has it; above all is infinity."""

    def __init__(
        self, name: str, documentation: str, label: str, bounds: Sequence[float], registry: CollectorRegistry
    ) -> None:
        self._name, self._documentation, self._label, self._bounds = name, documentation, label, bounds
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(bounds) + 1))
        self._sums: defaultdict[str, float] = defaultdict(float)
        registry.register(self)

    def observe(self, value_of_label: str, value: float) -> None:
        """Count a value."""
        self._counts[value_of_label][bisect_left(self._bounds, value)] += 1
        self._sums[value_of_label] += value

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Return what was counted so far, in Prometheus' form: each bucket has all that are below it too."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=[self._label])
        names = [*map(floatToGoString, self._bounds), "+Inf"]
        for value_of_label, counts in self._counts.items():
            buckets = list(zip(names, accumulate(counts), strict=True))
            family.add_metric([value_of_label], buckets, self._sums[value_of_label])
        yield family
