"""A real PostgreSQL, really killed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from dev import postgres

GENEROUS_S = 20
RUN_AND_WAIT = """
import json, os, signal, sys, tempfile, time
from pathlib import Path
from dev import postgres
with postgres.running(Path(sys.argv[1])) as server:
    print(json.dumps([server.child.process.pid, str(server.home)]), flush=True)
    time.sleep(600)
"""


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_runs_for_the_block_on_a_socket_alone_and_leaves_nothing(tmp_path: Path) -> None:
    with postgres.running(tmp_path) as server:
        with psycopg.connect(server.address()) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        family = [server.child.process.pid, *(each.pid for each in psutil.Process(server.child.process.pid).children())]
        assert len(family) > 1
    assert not any(map(runs, family))
    assert not server.home.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a wrapper stands between")
def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", RUN_AND_WAIT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid, home = json.loads(parent.stdout.readline())
        family = [pid, *(each.pid for each in psutil.Process(pid).children())]
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + GENEROUS_S
    while any(map(runs, family)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(map(runs, family))
    subprocess.run(["rm", "-rf", home], check=True)  # noqa: S607 - as the next run would
