"""A purge tells how many rows went, and nothing of them; broken off, it ends."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import StoreUnavailable
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.outbox.purging import Purging
from tests.fakes.clock import NOW, StillClock


@dataclass
class Kept:
    """Removes what it was told to, and may break off after it."""

    rows: list[tuple[str, int]]
    is_away: bool = False
    asked: list[datetime] = field(default_factory=list)

    async def batches(self, now: datetime) -> AsyncIterator[tuple[str, int]]:
        self.asked.append(now)
        for each in self.rows:
            yield each
        if self.is_away:
            raise StoreUnavailable("57P01")


async def run(kept: Kept) -> Metrics:
    metrics = Metrics()
    await Purging(kept, OutboxTally(metrics), StillClock()).run()
    return metrics


def counted(metrics: Metrics, table: str) -> float | None:
    return metrics.registry.get_sample_value("gateway_purged_rows_total", {"table": table})


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(each) for each in written.getvalue().splitlines()]


async def test_rows_are_counted_by_table_and_told_once(written: io.StringIO) -> None:
    kept = Kept([("codes", 500), ("codes", 3), ("sessions", 1)])
    metrics = await run(kept)
    assert kept.asked == [NOW]
    assert (counted(metrics, "codes"), counted(metrics, "sessions")) == (503, 1)
    [line] = lines(written)
    assert (line["event"], line["codes"], line["sessions"]) == ("rows purged", 503, 1)


async def test_where_nothing_is_done_with_nothing_is_told(written: io.StringIO) -> None:
    await run(Kept([]))
    assert lines(written) == []


async def test_broken_off_it_tells_what_it_had_done_and_leaves_the_rest_for_the_next_time(written: io.StringIO) -> None:
    metrics = await run(Kept([("codes", 500)], is_away=True))
    assert counted(metrics, "codes") == 500
    assert [line["event"] for line in lines(written)] == ["purge broken off", "rows purged"]
    assert lines(written)[0]["detail"] == "57P01"
