"""The cached read over a store in memory: what is kept, how long, and under which name."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.errors import Source, SourceGarbled
from domain.ports import MISSING, Outcome
from gateway.sources.cached import Cached, CachePolicy, Keyer
from gateway.sources.codec import Codec
from gateway.sources.store import Entry
from tests.unit.gateway.sources.fakes import Counts, LifeSystem, StillClock, valuation, within

POLICY = CachePolicy(read="life_valuations", fresh_s=900, missing_s=60)
CODEC = Codec(models.LifeValuation)
GARBLED = SourceGarbled(Source.LIFE_VALUATION, "valuation", "doubled row")


@dataclass(slots=True)
class Shelf:
    """A store in memory that forgets nothing, so that ages are judged by the read."""

    entries: dict[str, Entry] = field(default_factory=dict)
    looks: int = 0
    writes: int = 0

    async def get(self, read: str, names: Sequence[str]) -> Sequence[bytes | None]:
        self.looks += 1
        return [self.entries[name].data if name in self.entries else None for name in names]

    async def put(self, read: str, entries: Sequence[Entry]) -> None:
        self.writes += 1
        self.entries.update({entry.name: entry for entry in entries})


@dataclass(slots=True)
class Bench:
    """A cached read with everything around it in reach."""

    system: LifeSystem = field(default_factory=LifeSystem)
    shelf: Shelf = field(default_factory=Shelf)
    clock: StillClock = field(default_factory=StillClock)
    counts: Counts = field(default_factory=Counts)
    policy: CachePolicy = POLICY
    secret: bytes = b"s" * 32

    async def ask(self, *keys: str) -> Sequence[Outcome[models.LifeValuation]]:
        self.system.gate.set()
        keyer = Keyer(self.secret, "gateway")
        read = Cached(self.system, self.shelf, CODEC, self.policy, keyer, self.clock, self.counts)
        return await read(keys, within(30))


async def test_the_second_look_asks_nothing_upstream() -> None:
    bench = Bench()
    assert await bench.ask("P1", "P2", "P1") == [valuation("P1"), valuation("P2"), valuation("P1")]
    assert await bench.ask("P2", "P1") == [valuation("P2"), valuation("P1")]
    assert bench.system.batches == [("P1", "P2")]
    assert (bench.counts.hits, bench.counts.misses) == (2, 2)
    assert (bench.shelf.looks, bench.shelf.writes) == (2, 1)


async def test_only_unknown_keys_go_upstream_in_one_call() -> None:
    bench = Bench()
    await bench.ask("P2")
    assert await bench.ask("P1", "P2", "P3") == [valuation("P1"), valuation("P2"), valuation("P3")]
    assert bench.system.batches == [("P2",), ("P1", "P3")]


async def test_an_empty_batch_looks_nowhere() -> None:
    bench = Bench()
    assert await bench.ask() == []
    assert (bench.system.batches, bench.shelf.looks) == ([], 0)


async def test_a_failure_is_never_kept() -> None:
    bench = Bench(LifeSystem(answer=lambda key: GARBLED if key == "P1" else valuation(key)))
    assert await bench.ask("P1", "P2") == [GARBLED, valuation("P2")]
    bench.system.answer = valuation
    assert await bench.ask("P1", "P2") == [valuation("P1"), valuation("P2")]
    assert bench.system.batches == [("P1", "P2"), ("P1",)]


async def test_values_and_missing_ones_are_kept_for_their_own_time() -> None:
    bench = Bench(LifeSystem(answer=lambda key: MISSING if key == "P1" else valuation(key)))
    await bench.ask("P1", "P2")
    assert sorted(entry.kept_s for entry in bench.shelf.entries.values()) == [60, 900]
    bench.clock.seconds = 59.9
    assert await bench.ask("P1", "P2") == [MISSING, valuation("P2")]
    assert len(bench.system.batches) == 1
    bench.clock.seconds = 60
    await bench.ask("P1", "P2")
    assert bench.system.batches[1:] == [("P1",)]
    bench.clock.seconds = 900
    await bench.ask("P2")
    assert bench.system.batches[2:] == [("P2",)]


async def test_missing_ones_can_be_left_out() -> None:
    bench = Bench(LifeSystem(answer=lambda _: MISSING), policy=replace(POLICY, missing_s=0))
    assert await bench.ask("P1") == [MISSING]
    assert bench.shelf.entries == {}


async def test_a_shorter_time_after_a_change_of_settings_holds_for_old_entries_too() -> None:
    bench = Bench()
    await bench.ask("P1")
    bench.clock.seconds = 10
    bench.policy = replace(POLICY, fresh_s=5)
    await bench.ask("P1")
    assert len(bench.system.batches) == 2


async def test_a_name_shows_the_product_and_hides_the_contract() -> None:
    bench = Bench()
    await bench.ask("P10033148")
    (name,) = bench.shelf.entries
    prefix, read, version, digest = name.split(":")
    assert (prefix, read, version) == ("gateway", "life_valuations", f"1.{CODEC.fingerprint}")
    assert len(digest) == 64
    assert "10033148" not in name


@pytest.mark.parametrize(
    "change", [{"secret": b"t" * 32}, {"policy": replace(POLICY, edition=2)}, {"policy": replace(POLICY, read="other")}]
)
async def test_another_secret_edition_or_read_sees_nothing_of_it(change: dict[str, object]) -> None:
    bench = Bench()
    await bench.ask("P1")
    other = Bench(shelf=bench.shelf, **change)  # type: ignore[arg-type]
    await other.ask("P1")
    assert other.system.batches == [("P1",)]
    assert len(bench.shelf.entries) == 2


@given(junk=st.binary(max_size=64))
def test_wrong_bytes_are_a_miss_and_are_overwritten(junk: bytes) -> None:
    asyncio.run(read_over(junk))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:5],
        lambda data: data[:-1],
        lambda data: b"G0" + data[2:],
        lambda data: data.replace(b"5000232.42", b"abc"),
        lambda data: b"G1" + b"\xff" * 8 + data[10:],
        lambda data: b"G1" + b"\x00" * 8,
    ],
)
async def test_an_entry_spoilt_anywhere_is_a_miss(spoil: object) -> None:
    assert callable(spoil)
    bench = Bench()
    await bench.ask("P1")
    (entry,) = bench.shelf.entries.values()
    await read_over(spoil(entry.data))


async def read_over(junk: bytes) -> None:
    bench = Bench()
    await bench.ask("P1")
    (entry,) = bench.shelf.entries.values()
    bench.shelf.entries[entry.name] = replace(entry, data=junk)
    assert await bench.ask("P1") == [valuation("P1")]
    assert bench.shelf.entries[entry.name].data == entry.data
    assert bench.system.computations == {"P1": 2}


async def test_a_value_that_cannot_be_written_is_served_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    odd = replace(valuation("P1"), number=models.PolicyNumber("\ud800"))
    bench = Bench(LifeSystem(answer=lambda _: odd))
    with caplog.at_level(logging.DEBUG):
        assert await bench.ask("P1") == [odd]
    assert bench.shelf.entries == {}
    assert bench.counts.failures == {"encode": 1}
