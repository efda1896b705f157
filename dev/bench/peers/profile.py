"""Says where the time of the works beside peers goes: ``python -m dev.bench.peers.profile [WORK]``.

``memory`` samples the gateway's server over the schema in memory, ``one-row`` the same for one row; ``executing`` and
``compiling`` the gateway's part of what is measured within one process.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from dev.bench.fleet import Fleet
from dev.bench.peers import inprocess, wrk
from dev.bench.peers.options import FULL
from dev.bench.peers.run import PeersRun
from dev.bench.peers.running import hold, keep_off_servers_core, serving
from dev.bench.peers.sections.memory import request
from dev.bench.people import DEMO_ISN, People, moscow_day
from dev.bench.profile import show
from dev.demo import Options as StackOptions
from dev.demo.folder import run_folder
from dev.demo.stack import free_port

SAMPLED: Final = ("-m", "dev.bench.sampling")
ROWS: Final = {"memory": 100, "one-row": 1}
REPEATS: Final = {"executing": (inprocess.OURS, 4_000), "compiling": (inprocess.COMPILED, 400)}
SECONDS: Final = 10.0
WARM_UP_S: Final = 2.0


def main() -> None:
    """Sample a work and print tables."""
    parser = argparse.ArgumentParser(prog="python -m dev.bench.peers.profile", description=__doc__, allow_abbrev=False)
    parser.add_argument("work", nargs="?", choices=[*ROWS, *REPEATS], default="memory")
    work = parser.parse_args().work
    with run_folder() as folder:
        fleet = Fleet(folder, StackOptions(port=free_port()), lambda: None, place=hold)
        run = PeersRun(fleet, People(fleet.stack.issuer, 1, moscow_day()), FULL)
        out = folder / "samples.json"
        found = served(run, ROWS[work], out) if work in ROWS else repeated(run, work, out)
    print(work)
    show(found)


def served(run: PeersRun, rows: int, out: Path) -> Any:
    """Load the gateway's server over the schema in memory."""
    wrk.fetch()
    keep_off_servers_core()
    body, settings, token = request(run.folder, rows), str(run.settings()), run.people.token(DEMO_ISN)

    def command(port: int) -> list[str]:
        return [sys.executable, *SAMPLED, str(out), "dev.bench.peers.memory", "ours", str(port), settings]

    with serving("gateway", command, run.folder, run.tick) as server:
        for seconds in (WARM_UP_S, SECONDS):
            server.child.signal(signal.SIGUSR1)
            wrk.shoot(server.endpoint, body, token, seconds=seconds, connections=run.size.connections, tick=run.tick)
    return json.loads(out.read_bytes())


def repeated(run: PeersRun, work: str, out: Path) -> Any:
    """Repeat one arm of a work within one process."""
    arm, repeats = REPEATS[work]
    job = run.folder / "job.json"
    told = inprocess.Job(work, 1, {arm: repeats}, str(run.folder / "turns.json"))
    job.write_bytes(msgspec.json.encode(told))
    run.fleet.run("work", "dev.bench.peers.inprocess", job, run_by=("dev.bench.sampling", str(out)))
    return json.loads(out.read_bytes())


if __name__ == "__main__":
    main()
