"""Random callers, departures, deadlines and failures: the very calls, and the very answers, of the model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.clock import Deadline
from domain.errors import SourceTimeout
from domain.ports import MISSING, Call, Read
from gateway.sources.batches import CoalescingRules
from gateway.sources.bisection import BisectionBudget
from gateway.sources.resilient.rejections import TooLate
from tests.unit.gateway.sources.coalescing_model import Model, Visit, told
from tests.unit.gateway.sources.scripted import SOURCE, Asked, Counts, Line, Upstream, coalesced, failure
from tests.unit.gateway.sources.virtual_time import LoopClock, run

KEYS = ("A", "B", "C", "D", "E", "F")
SLOT_S = 1 / 8
"""Every kind of event has its own fractions of a slot, so no two happen at once but callers who come together."""

CANCEL_S, DEADLINE_S, HOLD_S, PATIENCE_S, LATENCY_S = (2.0**-power for power in (10, 11, 12, 13, 14))
NTH_CANCEL_S, NTH_DEADLINE_S, TICK_S = 2.0**-24, 2.0**-28, 2.0**-33

Told = tuple[float, tuple[str, ...] | None]
"""When a caller was gone, and what it was told; None when it was cancelled."""


@st.composite
def scripts(draw: st.DrawFn) -> dict[str, Line]:
    poison = failure("poison")
    script = {}
    for index, key in enumerate(KEYS):
        after_s = draw(st.integers(1, 24)) * SLOT_S + LATENCY_S * 2.0**-index
        script[key] = draw(
            st.sampled_from(
                [
                    Line(after_s),
                    Line(after_s),
                    Line(after_s, MISSING),
                    Line(after_s, failure(f"record {key}")),
                    Line(after_s, SourceTimeout(SOURCE, "Get", "one attempt")),
                    Line(after_s, TooLate(SOURCE, "Get")),
                    Line(after_s, poison=poison),
                    Line(1000.0),
                ]
            )
        )
    return script


@st.composite
def visits(draw: st.DrawFn) -> list[Visit]:
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(0, 24),
                st.lists(st.sampled_from(KEYS), max_size=5),
                st.integers(1, 48),
                st.none() | st.integers(0, 24),
                st.none() | st.none() | st.integers(0, 3),
            ),
            max_size=14,
        )
    )
    return [
        Visit(
            slot * SLOT_S,
            tuple(keys),
            (slot + lasts) * SLOT_S + DEADLINE_S + index * NTH_DEADLINE_S,
            inf if leaves is None else (slot + leaves) * SLOT_S + CANCEL_S + index * NTH_CANCEL_S,
            -inf if back is None else (slot - back) * SLOT_S,
        )
        for index, (slot, keys, lasts, leaves, back) in enumerate(drawn)
    ]


rules = st.builds(
    CoalescingRules,
    max_batch=st.integers(1, 5),
    in_flight=st.integers(1, 2),
    hold_s=st.sampled_from([2, 6, 400]).map(lambda slots: slots * SLOT_S + HOLD_S),
    patience_s=st.sampled_from([0, 10]).map(lambda slots: slots * SLOT_S + PATIENCE_S),
)


@settings(max_examples=300, deadline=None)
@given(script=scripts(), visits=visits(), rules=rules, saved=st.integers(0, 2))
def test_every_call_and_every_answer_is_the_models(
    script: dict[str, Line], visits: list[Visit], rules: CoalescingRules, saved: int
) -> None:
    model = Model(script, TICK_S, rules, BisectionBudget(share=0.25, saved=saved))
    guests = model.play(visits)
    upstream, counts = Upstream(script, TICK_S), Counts()
    gone = run(played(upstream, counts, visits, rules, BisectionBudget(share=0.25, saved=saved)), sweep=False)
    assert gone == [(guest.left_s, guest.told) for guest in guests]
    assert sorted(upstream.asked, key=departure) == sorted(model.asked, key=departure)
    assert (sorted(counts.sizes), counts.joins) == (sorted(model.sizes), model.joins)
    event(f"bisections: {counts.bisections.total() > 0}")
    event(f"joined in flight: {counts.joins > 0}")
    event(f"cancelled upstream: {any(asked.cancelled for asked in upstream.asked)}")
    event(f"a key under way twice at once: {overtaken(upstream)}")


def departure(asked: Asked) -> tuple[float, float, tuple[str, ...]]:
    """Order of calls; of one instant in any order."""
    return asked.at_s, asked.since_s, asked.keys


def overtaken(upstream: Upstream) -> bool:
    """Whether a key was asked for while it was under way, for somebody who needed it newer."""
    return any(
        one is not other and one.at_s < other.at_s < one.ended_s and {*one.keys} & {*other.keys}
        for one in upstream.asked
        for other in upstream.asked
    )


async def played(
    upstream: Upstream, counts: Counts, visits: Sequence[Visit], rules: CoalescingRules, budget: BisectionBudget
) -> list[Told]:
    """Let everybody come and go; return when, and with what, in the order of the visits."""
    read = coalesced(
        upstream,
        counts,
        max_batch=rules.max_batch,
        in_flight=rules.in_flight,
        hold_s=rules.hold_s,
        patience_s=rules.patience_s,
        budget=budget,
    )
    loop = asyncio.get_running_loop()
    callers: dict[Visit, asyncio.Task[Told]] = {}
    for visit in sorted(visits, key=lambda visit: visit.at_s):
        if visit.at_s > loop.time():
            await asyncio.sleep(visit.at_s - loop.time())
        callers[visit] = asyncio.create_task(gone(read, visit))
        if visit.leaves_s < inf:
            loop.call_at(visit.leaves_s, callers[visit].cancel)
    return [await callers[visit] for visit in visits]


async def gone(read: Read[str, str], visit: Visit) -> Told:
    """Be one caller."""
    clock = LoopClock()
    try:
        not_older_than = datetime.fromtimestamp(visit.since_s, UTC) if visit.since_s > -inf else None
        call = Call(Deadline(clock, visit.until_s), not_older_than=not_older_than)
        outcomes = await read(visit.keys, call)
    except asyncio.CancelledError:
        return clock.monotonic(), None
    return clock.monotonic(), told(outcomes)
