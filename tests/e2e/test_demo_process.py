"""Starting, using and ending the demo, gently and not."""

import json
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from dev.demo.stack import free_port
from tests.e2e.asking import fetch
from tests.e2e.running import READY, ROOT, demo_command, left_of, running_demo, wait_for
from tests.messages import exchange

MEMBERS = 11
"""Demo, three systems, mail and SMS, acquirer, Valkey, PostgreSQL, gateway, worker and follower.

The database's own children are not counted.
"""


def home_screen(line: str) -> object:
    """Run the printed line; where there is no curl, do exactly what it says."""
    if shutil.which("curl"):
        run = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True, cwd="/")
        return json.loads(run.stdout)
    _, silent, url, _, headers, _, body = shlex.split(line)
    assert silent == "-s"
    lines = Path(headers.removeprefix("@")).read_text(encoding="utf-8").splitlines()
    given = dict(each.split(": ", 1) for each in lines)
    return fetch("POST", url, json.loads(Path(body.removeprefix("@")).read_text(encoding="utf-8")), given)


def listening(family: Sequence[psutil.Process]) -> set[str]:
    """The addresses that the processes take connections at."""
    return {
        connection.laddr.ip
        for each in family
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_what_it_prints_works_and_it_ends_when_asked(signum: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    with running_demo(demo_command(port), tmp_path / "out") as demo:
        printed = demo.await_print(READY)
        (line,) = [each.strip() for each in printed.splitlines() if each.strip().startswith("curl ")]
        answer = home_screen(line)
        assert isinstance(answer, dict)
        contracts = answer["data"]["viewer"]["client"]["lifeContracts"]
        assert "5\u00a0000\u00a0232,42\u00a0₽" in [
            each["valuation"]["payoutAtMaturity"]["formatted"] for each in contracts
        ]
        (shown,) = [each.split()[1] for each in printed.splitlines() if each.startswith("Messages ")]
        # There may be messages already: holders of new policies get their links.
        assert b"<title>" in exchange("GET", shown)
        folder = Path(line.split("@")[1].split()[0]).parent
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(demo.members()) == MEMBERS
        assert listening(demo.family()) == {"127.0.0.1"}
        demo.signal(signum)
        assert left_of(demo) == []
        assert demo.process.wait() == 0
        assert "Stopping everything ..." in demo.printed
        assert not folder.exists()


def test_a_second_start_on_the_same_port_works_after_a_kill(tmp_path: Path) -> None:
    port = free_port()
    for run in ("first", "second"):
        with running_demo(demo_command(port), tmp_path / run) as demo:
            demo.await_print(READY)
            assert len(demo.members()) == MEMBERS
            demo.process.kill()
            assert left_of(demo) == []


@pytest.mark.parametrize("members", [2, 4, MEMBERS], ids="with {} running".format)
def test_nothing_outlives_a_make_that_is_killed(members: int, tmp_path: Path) -> None:
    recipe = shlex.join(demo_command(free_port()))
    (tmp_path / "Makefile").write_text(f"demo:\n\t@cd {shlex.quote(str(ROOT))} && exec {recipe}\n", encoding="utf-8")
    make = shutil.which("make")
    assert make, "these tests are themselves run by make"
    with running_demo([make, "demo"], tmp_path / "out", cwd=tmp_path) as demo:
        wait_for(lambda: len(demo.family()) >= 1 + members)
        demo.process.kill()
        assert left_of(demo) == []


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run(demo_command(port), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [f"Port {port} is taken; choose another: make demo PORT={port + 1}"]
    assert "Starting three legacy systems, Valkey and PostgreSQL ...\n" in run.stdout


def test_a_part_that_breaks_ends_the_rest_and_is_named_with_its_last_lines(tmp_path: Path) -> None:
    with running_demo(demo_command(free_port()), tmp_path / "out") as demo:
        demo.await_print(READY)
        (gateway,) = [each for each in demo.family() if "serve" in each.cmdline()]
        gateway.kill()
        assert left_of(demo) == []
        assert demo.process.wait() == 1
        _, told = demo.printed.split(READY)
        assert "gateway was killed by SIGKILL; its last lines:" in told
        assert "listening" in told


def test_a_wrong_port_is_told_before_anything_starts() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "dev.demo", "--port", "http"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 2
    assert "PORT must be a number from 1 to 65535, not 'http'" in run.stderr
    assert run.stdout == ""
