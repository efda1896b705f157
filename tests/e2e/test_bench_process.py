"""Ending the bench in the middle of a measurement, gently and not."""

import signal
import sys
from pathlib import Path

from tests.e2e.running import left_of, running_demo, wait_for

COMMAND = [sys.executable, "-m", "dev.bench", "latency", "--quick"]
MEMBERS = 8
"""The bench, three legacy systems, mail and SMS, Valkey, a gateway and the process that measures."""


def test_it_ends_when_asked_and_leaves_nothing(tmp_path: Path) -> None:
    with running_demo(COMMAND, tmp_path / "out") as bench:
        wait_for(lambda: len(bench.family()) == MEMBERS)
        bench.signal(signal.SIGINT)
        assert left_of(bench) == []
        assert bench.process.wait() == 130
        assert "Stopped." in bench.printed


def test_nothing_outlives_it_when_it_is_killed(tmp_path: Path) -> None:
    with running_demo(COMMAND, tmp_path / "out") as bench:
        wait_for(lambda: len(bench.family()) == MEMBERS)
        bench.process.kill()
        assert left_of(bench) == []
