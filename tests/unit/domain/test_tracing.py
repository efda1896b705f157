"""Traces add up."""

from __future__ import annotations

from collections import Counter

from domain.tracing import Trace


def test_a_trace_takes_the_calls_of_others_and_the_most_callers() -> None:
    trace = Trace(Counter(GetClients=1), Counter(fresh=2), callers=1)
    trace.take(Trace(Counter(GetClients=2, FindPolicies=1), Counter(stale=1), callers=5))
    assert trace == Trace(Counter(GetClients=3, FindPolicies=1), Counter(fresh=2, stale=1), callers=5)
