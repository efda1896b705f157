"""Counters kept in plain dicts, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from gateway.observability.tallies import Distribution, Tally

BOUNDS = (0.005, 0.5, 1.0, 10.0)
VALUES = (0.0, 0.005, 0.0051, 0.7, 1.0, 10.1)


def samples(registry: CollectorRegistry) -> Iterator[tuple[str, tuple[tuple[str, str], ...], float]]:
    """Return what a scrape reads, but for the time when a counter was made."""
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                yield sample.name, tuple(sorted(sample.labels.items())), sample.value


def test_a_tally_counts_each_set_of_labels() -> None:
    registry = CollectorRegistry()
    tally = Tally("asked", "Asked.", ["route", "status"], registry)
    for status in ("200", "404", "200"):
        tally.inc("/x", status)
    assert set(samples(registry)) == {
        ("asked_total", (("route", "/x"), ("status", "200")), 2.0),
        ("asked_total", (("route", "/x"), ("status", "404")), 1.0),
    }


def test_a_scrape_takes_nothing_away() -> None:
    registry = CollectorRegistry()
    tally = Tally("asked", "Asked.", ["route"], registry)
    tally.inc("/x")
    assert list(samples(registry)) == list(samples(registry)) != []


def test_a_distribution_reads_as_the_librarys_histogram() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    distribution = Distribution("taken_seconds", "Taken.", "route", BOUNDS, ours)
    histogram = Histogram("taken_seconds", "Taken.", ["route"], buckets=BOUNDS, registry=theirs)
    for route in ("/x", "/y"):
        for value in VALUES:
            distribution.observe(route, value)
            histogram.labels(route).observe(value)
    assert sorted(samples(ours)) == sorted(samples(theirs)) != []
