"""A schema in memory over HTTP: what each server needs for a request when nothing has to be waited for."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

from dev.bench.peers import node, wrk
from dev.bench.peers.answers import ask, differences
from dev.bench.peers.memory import world
from dev.bench.peers.rounds import Bar, Turn, goals, pace, turns
from dev.bench.peers.run import PeersRun
from dev.bench.peers.running import Command, Server, serving
from dev.bench.people import DEMO_ISN
from dev.bench.table import Finding, Goal, Table

__all__ = ["measure"]

TITLE: Final = "In-memory schema over HTTP"
OURS: Final = "gateway"
MERCURIUS: Final = "Mercurius + JIT"
STRAWBERRY: Final = "Strawberry"
BARS: Final[Mapping[int, Sequence[Bar]]] = {
    100: (Bar(MERCURIUS, 2.5),),
    1: (Bar(MERCURIUS, 1.0), Bar(STRAWBERRY, 5.0)),
}
"""Rows of the answer -> what must be reached."""
WARM_UP_S: Final = 2.0
HOW: Final = """\
wrk asks for the same operation again and again over {connections} connections; peers take turns of {seconds:g} s,
{rounds} rounds, and who goes first changes with each. Every server is one process held to one core; wrk has the other.
Answers a second are wrk's; processor time is the server process's own, all threads, user and kernel, from the
operating system's account, divided by the answers. Ratios compare turns of the same round; both must reach the bar.

The schema is `dev/bench/peers/memory/schema.graphql`: policies with ten scalar values (two of them days, one an exact
decimal) and the client who holds each, loaded by batch. The operation takes the number of rows as a variable. Before
anything is measured each server must give the same answer, and a shorter one under load is a fault.

The gateway is the whole application with this schema in place of its own: its middleware, an Ed25519 token (one that
was verified is remembered, as always), limits, a deadline and an access log to a file, all on. The others do none of
these here, and are set up as their documentation says for production: Strawberry's ASGI application with both document
caches, its DataLoader and orjson; Ariadne's with a cached parser and validator and an aiodataloader; both on uvicorn
with uvloop and httptools, as the gateway. graphql-yoga with its caches on Node's server; Mercurius on Fastify with
`jit: 1` and a loader."""


def measure(run: PeersRun) -> Finding:
    """Let all peers answer."""
    how = HOW.format(connections=run.size.connections, seconds=run.size.seconds, rounds=run.size.rounds)
    tables: list[Table] = []
    held: list[Goal] = []
    faults: list[str] = []
    with ExitStack() as running:
        servers = [running.enter_context(each) for each in started(run)]
        token = run.people.token(DEMO_ISN)
        for rows, bars in BARS.items():
            body = request(run.folder, rows)
            wrong = strangers(servers, body, token, rows)
            if wrong:
                return Finding(TITLE, how, tables, held, wrong)
            found, bad = raced(run, servers, body, token)
            faults += bad
            what = f"{rows} {'row' if rows == 1 else 'rows'}"
            tables.append(pace(what, found, OURS))
            held += goals(f"in-memory schema over HTTP, {what}", found, OURS, bars)
    return Finding(TITLE, how, tables, held, faults)


def started(run: PeersRun) -> list[AbstractContextManager[Server]]:
    """Return all servers, each as a context that runs it."""
    data = run.folder / "memory.json"
    data.write_text(json.dumps(world.plain()), encoding="utf-8")
    settings, sdl = str(run.settings()), str(world.FOLDER / "schema.graphql")

    def python(peer: str, *more: str) -> Command:
        return lambda port: [sys.executable, "-m", "dev.bench.peers.memory", peer, str(port), *more]

    def script(file: str) -> Command:
        return lambda port: node.command(file, data, sdl, str(port))

    commands = {
        OURS: python("ours", settings),
        MERCURIUS: script("memory/mercurius.js"),
        STRAWBERRY: python("strawberry"),
        "graphql-yoga": script("memory/yoga.js"),
        "Ariadne": python("ariadne"),
    }
    return [serving(name, command, run.folder, run.tick, node.ENVIRONMENT) for name, command in commands.items()]


def request(folder: Path, rows: int) -> Path:
    """Write a request's body."""
    file = folder / f"policies-{rows}.json"
    body = {"query": world.DOCUMENT, "operationName": world.OPERATION, "variables": {"first": rows}}
    file.write_text(json.dumps(body), encoding="utf-8")
    return file


def strangers(servers: Sequence[Server], body: Path, token: str, rows: int) -> list[str]:
    """Say whose answers are not what they must be."""
    wanted = world.expected(rows)
    return [
        f"{each.name} is not measured: {difference}"
        for each in servers
        for difference in list(differences(wanted, json.loads(ask(each.endpoint, body, token))))[:1]
    ]


def raced(run: PeersRun, servers: Sequence[Server], body: Path, token: str) -> tuple[dict[str, list[Turn]], list[str]]:
    """Let the servers take turns; return the turns and what was wrong."""
    found: dict[str, list[Turn]] = {each.name: [] for each in servers}
    faults = []
    lengths = {each.name: len(ask(each.endpoint, body, token)) for each in servers}
    for each in servers:
        shot(run, each, body, token, WARM_UP_S)
    for each in turns(servers, run.size.rounds):
        before_s = each.cpu_s()
        shots = shot(run, each, body, token, run.size.seconds)
        cpu_ms = (each.cpu_s() - before_s) * 1000 / max(1, shots.requests)
        found[each.name].append(Turn(shots.rate, cpu_ms))
        if fault := shots.fault(lengths[each.name]):
            faults.append(f"{each.name}: {fault}")
    return found, faults


def shot(run: PeersRun, server: Server, body: Path, token: str, seconds: float) -> wrk.Shots:
    """Load one server for a time. Raises: ``WrkFailed``."""
    return wrk.shoot(server.endpoint, body, token, seconds=seconds, connections=run.size.connections, tick=run.tick)
