"""Latency of one viewer, against a script that makes the same calls."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

import msgspec

from dev.bench.duel import Arm, Duel, Round, Turn, Visitor
from dev.bench.load.job import GOOD
from dev.bench.operations import SCREENS
from dev.bench.people import DEMO_ISN, DEMO_POLICY, HUNDRED_ISN
from dev.bench.run import Run
from dev.bench.spread import Spread
from dev.bench.table import Finding, Goal, Table

__all__ = ["GOAL", "competed", "measure", "summed_up"]

GOAL: Final = 1.10
VALUED: Final = ("home_screen", "life_page")
"""Screens that show valuations; these are measured with an empty cache too."""
REPORTED_ONLY: Final = ("hundred_policies",)

HOW: Final = """\
One viewer who asks again as soon as the answer is there. Gateway and reference answer in turn within one process and
one run; who goes first changes with every round.

The reference is `dev/bench/reference`: bare aiohttp, the same calls with the same bytes in the same order of
dependence, lxml and orjson; no schema, no access rules, no checks, no HTTP of its own. Its time ends with the bytes of
the answer; the gateway's includes the way over HTTP to it and back.

Valuations are remembered (by the gateway in its cache, by the reference in a dictionary) unless the row says cold:
then every look is that of another client, the same one for each competitor, and the engine computes for each.
Renewal offers are remembered by neither (`cache.renewals_s = 0`), so that both make the same calls.

The *eager* reference asks for some things earlier than the graph does: what hangs on a life contract beside the
contract, the holder of a hundred policies beside the policies. It is shown to tell what the order of asking costs."""


def measure(run: Run) -> Finding:
    """Let gateway and reference compete."""
    return summed_up(competed(run, SCREENS))


def competed(run: Run, screens: Sequence[str]) -> list[Turn]:
    """Let them compete on some screens."""
    # The reference asks for every offer, and both shall make the same calls.
    with run.fleet.gateways(changes={"cache": {"renewals_s": 0}}) as [gateway]:
        job, result = run.file("duel"), run.file("turns")
        duel = Duel(
            gateway.url,
            {name: dict(section) for name, section in run.fleet.sections.items()},
            {name: address.admin_url for name, address in run.fleet.stack.systems.items()},
            rounds(run, screens),
            run.size.blocks,
            run.size.turns,
            run.size.cold_turns,
            run.people.seed,
            run.people.today.isoformat(),
            str(result),
        )
        job.write_bytes(msgspec.json.encode(duel))
        run.fleet.run("duel", "dev.bench.duel", job)
    return msgspec.json.decode(result.read_bytes(), type=list[Turn])


def rounds(run: Run, screens: Sequence[str]) -> list[Round]:
    """Return what is competed in: the scripted clients' screens, and for cold ones a visitor a look."""
    looks = 1 + run.size.blocks * run.size.cold_turns
    found = []
    for operation in screens:
        isn = HUNDRED_ISN if operation == "hundred_policies" else DEMO_ISN
        found.append(Round(operation, [visitor(run, operation, isn, DEMO_POLICY)], cold=False))
        if operation in VALUED:
            strangers = [visitor(run, operation, isn, number) for isn, number in run.people.strangers(looks)]
            found.append(Round(operation, strangers, cold=True))
    return found


def visitor(run: Run, operation: str, isn: int, number: str) -> Visitor:
    """Return a client, with a policy for the pages of one policy."""
    return Visitor(isn, run.people.token(isn), {"number": number} if operation in {"policy_page", "life_page"} else {})


def summed_up(turns: Sequence[Turn], reported_only: Sequence[str] = REPORTED_ONLY) -> Finding:
    """Compare the arms, over all turns and block by block."""
    table = Table(("screen", "gateway, ms", "reference, ms", "ratio", "eager, ms", "ratio to eager"))
    goals = []
    for name in dict.fromkeys(each.round for each in turns):
        gateway, reference, eager = (times(turns, name, arm) for arm in Arm)
        ratio = ratios(gateway, reference)
        overall = flat(gateway) / flat(reference)
        table.rows.append(
            (
                name,
                spread(gateway),
                spread(reference),
                f"{overall:.3f} ({ratio.least:.3f}..{ratio.most:.3f})",
                spread(eager) if eager else "",
                f"{flat(gateway) / flat(eager):.2f}" if eager else "",
            )
        )
        if name not in reported_only:
            goals.append(Goal(f"{name}, to reference", f"at most {GOAL:.2f}", f"{overall:.3f}", overall <= GOAL))
    return Finding("Latency with one viewer", HOW, [table, asked(turns)], goals, faults(turns))


def times(turns: Sequence[Turn], name: str, arm: Arm) -> list[list[float]]:
    """Return the milliseconds of an arm, block by block."""
    blocks: dict[int, list[float]] = {}
    for each in turns:
        if each.round == name and each.arm is arm and each.block >= 0 and each.verdict == GOOD:
            blocks.setdefault(each.block, []).append(each.took_ms)
    return list(blocks.values())


def flat(blocks: Sequence[Sequence[float]]) -> float:
    """Return the median over all blocks."""
    return median(took for block in blocks for took in block)


def spread(blocks: Sequence[Sequence[float]]) -> str:
    """Write the median over all, and the least and the most of the blocks' medians."""
    medians = Spread.of([median(block) for block in blocks])
    return f"{flat(blocks):.1f} ({medians.least:.1f}..{medians.most:.1f})"


def ratios(gateway: Sequence[Sequence[float]], reference: Sequence[Sequence[float]]) -> Spread:
    """Compare block by block."""
    return Spread.of([median(ours) / median(theirs) for ours, theirs in zip(gateway, reference, strict=True)])


def asked(turns: Sequence[Turn]) -> Table:
    """Tell what one answer asks of the systems."""
    table = Table(("upstream calls of one answer", "gateway", "reference"))
    for name in dict.fromkeys(each.round for each in turns):
        table.rows.append((name, *(str(sum(calls(turns, name, arm).values())) for arm in (Arm.GATEWAY, Arm.REFERENCE))))
    return table


def calls(turns: Sequence[Turn], name: str, arm: Arm) -> dict[str, int]:
    """Return the calls that were counted before the clock ran."""
    (look,) = [each for each in turns if each.round == name and each.arm is arm and each.block < 0]
    return look.calls


def faults(turns: Sequence[Turn]) -> list[str]:
    """Say where an answer was not good, or the arms did not ask for the same."""
    bad = [f"{each.round} by the {each.arm}: {each.verdict}" for each in turns if each.verdict != GOOD]
    for name in dict.fromkeys(each.round for each in turns):
        ours, theirs = calls(turns, name, Arm.GATEWAY), calls(turns, name, Arm.REFERENCE)
        if ours != theirs:
            bad.append(f"{name}: the gateway asked {ours}, the reference {theirs}")
    return bad
