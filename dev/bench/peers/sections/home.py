"""The home screen over the simulated systems: what each gateway can do with a second of processor time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final

from dev import queries
from dev.bench.load import Closed
from dev.bench.peers import node
from dev.bench.peers.answers import ask, differences
from dev.bench.peers.rounds import Bar, Turn, goals, pace, turns
from dev.bench.peers.run import PeersRun
from dev.bench.peers.running import Server, serving
from dev.bench.people import DEMO_ISN
from dev.bench.run import Run, faults_of
from dev.bench.spread import Spread
from dev.bench.table import Finding, Table
from dev.tokens import AUDIENCE, ISSUER

__all__ = ["measure"]

TITLE: Final = "Home screen over the live simulators"
OPERATION: Final = "home_screen"
OURS: Final = "gateway"
MERCURIUS: Final = "Mercurius + JIT by hand"
NAIVE: Final = "Strawberry, naive"
BARS: Final = (Bar(MERCURIUS, 1.3), Bar(NAIVE, 5.0))
COMPARED: Final = 3
"""So many of the viewers must be answered the same by all, besides the scripted client."""
DEADLINE_MS: Final = 10_000
HOW: Final = """\
The home screen for {viewers} viewers at once, each a client of its own who asks again as soon as the answer is there,
{answers} answers a turn ({naive} of the naive one), {rounds} rounds. Operations a second of processor time: the
gateway process's own account, user and kernel, all threads; simulators and load generator are not in it. Every answer
is checked to show its own viewer's name, policies and payouts; before that, all must answer {compared} clients with the
same content in every field of the screen, but for the instant at which the engine computed.

*Mercurius + JIT by hand* is `dev/bench/peers/node/gateway`: the same screen and nothing else, loaders, each thing asked
for once a request, undici's keep-alive pools, fast-xml-parser, jose, pino. *Strawberry, naive* is
`dev/bench/peers/home`: plain Strawberry with both caches on uvicorn, a resolver a field, nothing batched across
parents. Both check a token (the one in Node remembers those it verified, as the gateway does), keep a deadline and
limits, write a line a request, and keep valuations, which are warm for all; the gateway in Valkey, the others in their
own memory. The gateway shares calls between requests, which
is its own doing: what it costs is in the number, and what it saves."""


def measure(run: PeersRun) -> Finding:
    """Let the three take turns."""
    live = run.live()
    size = run.size
    how = HOW.format(
        viewers=size.viewers,
        answers=size.answers,
        naive=size.naive_answers,
        rounds=size.home_rounds,
        compared=COMPARED + 1,
    )
    clients = run.people.clients(size.viewers)
    with ExitStack() as running:
        servers = [running.enter_context(each) for each in started(run, live)]
        wrong = strangers(run, servers, [DEMO_ISN, *clients[:COMPARED]])
        if wrong:
            return Finding(TITLE, how, [], faults=wrong)
        found, calls, faults = raced(run, live, servers, clients)
    held = goals("home screen over the live simulators", found, OURS, BARS, by_processor_alone=True)
    return Finding(TITLE, how, [pace(f"{size.viewers} viewers", found, OURS), asked(calls)], held, faults)


@contextmanager
def ours(live: Run) -> Iterator[Server]:
    """Run the real gateway."""
    with live.fleet.gateways() as [gateway]:
        yield Server(OURS, gateway.url, gateway.child)


def started(run: PeersRun, live: Run) -> list[AbstractContextManager[Server]]:
    """Return all three, each as a context that runs it."""
    file = run.folder / "home.json"
    file.write_text(json.dumps(config(live)), encoding="utf-8")

    def by_hand(port: int) -> Sequence[str]:
        return node.command("gateway/main.js", file, str(port))

    def naive(port: int) -> Sequence[str]:
        return [sys.executable, "-m", "dev.bench.peers.home", str(file), str(port)]

    return [
        ours(live),
        serving(MERCURIUS, by_hand, run.folder, run.tick, node.ENVIRONMENT),
        serving(NAIVE, naive, run.folder, run.tick),
    ]


def config(live: Run) -> dict[str, Any]:
    """Return what the two others have to know."""
    return {
        "systems": {name: dict(section) for name, section in live.fleet.sections.items()},
        "jwks": {"keys": [live.people.issuer.key.as_dict(private=False)]},
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "deadline_ms": DEADLINE_MS,
    }


def strangers(run: PeersRun, servers: Sequence[Server], clients: Sequence[int]) -> list[str]:
    """Say who answers some clients in another way than the gateway."""
    body = run.folder / "home_screen.json"
    body.write_text(json.dumps(queries.load()[OPERATION].request), encoding="utf-8")
    first, *others = servers
    wrong = []
    for isn in clients:
        token = run.people.token(isn)
        wanted = timeless(ask(first.endpoint, body, token))
        if "errors" in wanted:
            wrong.append(f"{first.name}: {wanted['errors']}")
        for each in others:
            found = list(differences(wanted, timeless(ask(each.endpoint, body, token))))
            wrong += [f"{each.name} is not measured, client {isn}: {difference}" for difference in found[:1]]
    return wrong


def timeless(answer: bytes) -> Any:
    """Return an answer without the instants at which the engine computed."""
    return json.loads(answer, object_hook=lambda found: {**found, "asOf": ""} if "asOf" in found else found)


def raced(
    run: PeersRun, live: Run, servers: Sequence[Server], clients: Sequence[int]
) -> tuple[dict[str, list[Turn]], dict[str, list[float]], list[str]]:
    """Let the servers take turns; return the turns, the calls to the systems for one answer, and what was wrong."""
    found: dict[str, list[Turn]] = {each.name: [] for each in servers}
    calls: dict[str, list[float]] = {each.name: [] for each in servers}
    faults = []
    shots = [live.shot(OPERATION, isn) for isn in clients]
    for each in servers:
        live.load([each], shots, Closed(run.size.viewers // 8, len(shots)))
    for each in turns(servers, run.size.home_rounds):
        answers = run.size.naive_answers if each.name == NAIVE else run.size.answers
        live.fleet.admin.forget()
        before_s = each.cpu_s()
        samples = live.load([each], shots, Closed(run.size.viewers, answers))
        # An answer that failed is no work done, though it cost something.
        good = max(1, sum(one.is_good for one in samples))
        cpu_ms = (each.cpu_s() - before_s) * 1000 / good
        took_s = max(one.due_ms + one.took_ms for one in samples) / 1000
        found[each.name].append(Turn(good / took_s, cpu_ms))
        calls[each.name].append(sum(live.fleet.admin.calls().values()) / good)
        faults += faults_of(samples, each.name)
    return found, calls, faults


def asked(calls: Mapping[str, Sequence[float]]) -> Table:
    """Tell what one answer asked of the systems."""
    table = Table(("", "calls to the systems for one answer"))
    table.rows.extend((name, Spread.of(each).text(2)) for name, each in calls.items())
    return table
