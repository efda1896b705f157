"""Whether somebody can tell, by how long an answer takes, that there is an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import Final

from dev.bench.accounts.effort import Effort, Meters
from dev.bench.accounts.holders import Holder, nobodies, sign_in
from dev.bench.load import Closed, Sample, Shot
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread, percentile, superiority, superiority_by_chance
from dev.bench.table import Goal, Table

__all__ = ["ARMS", "Told", "alternated", "apart", "measured", "pictures_wanted"]

ARMS: Final = ("existing", "unknown")
REPETITIONS: Final = 3
BLOCK_SHARE: Final = 4
WARM_UP: Final = 8
MARGIN: Final = 0.05
PERCENTS: Final = (25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one question: by arm, milliseconds, and the effort of one answer in each repetition."""

    asked: str
    times_ms: dict[str, list[float]]
    efforts: dict[str, list[Effort]]


def pictures_wanted(tries: int) -> int:
    """Return how many picture codes ``measured`` uses up."""
    return len(ARMS) * (tries + REPETITIONS * (tries // BLOCK_SHARE)) + WARM_UP


def measured(
    run: Run, meters: Meters, people: Sequence[Holder], pictures: Sequence[tuple[str, str]]
) -> tuple[list[Table], list[Goal], list[str]]:
    """Ask for accounts that are there and for those that are not, in turn."""
    solved = iter(pictures)

    def wrong_password(holder: Holder) -> Shot:
        return sign_in(holder, knows_password=False)

    def recovery(holder: Holder) -> Shot:
        id_, digits = next(solved)
        return Shot("start_recovery", holder.isn, "", {"pictureId": id_, "pictureCode": digits, "login": holder.phone})

    faults: list[str] = []
    told = [
        asked(run, meters, people, "sign-in, wrong password", wrong_password, faults),
        asked(run, meters, people, "recovery, first step", recovery, faults),
    ]
    tables, goals = apart(told)
    return tables, goals, faults


def asked(
    run: Run, meters: Meters, people: Sequence[Holder], name: str, ask: Callable[[Holder], Shot], faults: list[str]
) -> Told:
    """Ask in turn for the times, and in blocks of one arm for the effort. Faults are added to ``faults``."""
    tries = run.size.tries
    arms = {"existing": people[:tries], "unknown": nobodies(tries)}
    run.load([meters.gateway], [ask(each) for each in people[:WARM_UP]], Closed(1, WARM_UP))
    order = list(alternated(tries))
    places = {arm: iter(arms[arm]) for arm in ARMS}
    samples = in_turn(run, meters, [ask(next(places[arm])) for arm in order])
    faults += faults_of(samples, name)
    # One viewer alone: answers come in the order of the requests.
    times = {arm: [each.took_ms for each, whose in zip(samples, order, strict=True) if whose == arm] for arm in ARMS}
    efforts: dict[str, list[Effort]] = {arm: [] for arm in ARMS}
    for repetition in range(REPETITIONS):
        for arm in ARMS if repetition % 2 == 0 else ARMS[::-1]:
            shots = [ask(each) for each in arms[arm][: tries // BLOCK_SHARE]]
            before = meters.read()
            samples = in_turn(run, meters, shots)
            efforts[arm].append(meters.read().each_since(before, len(samples)))
            faults += faults_of(samples, f"{name}, {arm}")
    return Told(name, times, efforts)


def in_turn(run: Run, meters: Meters, shots: Sequence[Shot]) -> list[Sample]:
    """Send one request after the other."""
    return run.load([meters.gateway], shots, Closed(1, len(shots)))


def alternated(tries: int) -> Iterator[str]:
    """Yield whose turn it is: each arm once a pair, who goes first changes with every pair."""
    for pair, _ in zip(count(), range(tries), strict=False):
        yield from ARMS if pair % 2 == 0 else ARMS[::-1]


def apart(told: Sequence[Told]) -> tuple[list[Table], list[Goal]]:
    """Hold the arms against each other."""
    times = Table(("asked for", "account", *(f"p{part}, ms" for part in PERCENTS), "answers"))
    work = Table(("asked for", "account", "gateway CPU, ms for one", "Valkey commands", "rows written"))
    guess = Table(("asked for", "guessed right by time", "by chance alone", "difference of medians, ms"))
    goals = []
    for each in told:
        for arm in ARMS:
            took, efforts = each.times_ms[arm], each.efforts[arm]
            cells = [f"{percentile(took, part):.1f}" for part in PERCENTS]
            times.rows.append((each.asked, arm, *cells, str(len(took))))
            work.rows.append(
                (
                    each.asked,
                    arm,
                    Spread.of([one.cpu_ms for one in efforts]).text(1),
                    Spread.of([one.commands for one in efforts]).text(2),
                    Spread.of([one.rows for one in efforts]).text(2),
                )
            )
        existing, unknown = (each.times_ms[arm] for arm in ARMS)
        likely, chance = superiority(unknown, existing), superiority_by_chance(len(unknown), len(existing))
        more_ms = median(existing) - median(unknown)
        guess.rows.append((each.asked, f"{likely:.3f}", f"0.500 ± {chance:.3f}", f"{more_ms:+.2f}"))
        what = f"{each.asked}: chance that an existing account takes longer than an unknown one"
        # So few answers as a quick run has say nothing finer than chance.
        margin = max(MARGIN, chance)
        goals.append(Goal(what, f"0.5, give or take {margin:.2f}", f"{likely:.3f}", abs(likely - 0.5) <= margin))
    return [times, guess, work], goals
