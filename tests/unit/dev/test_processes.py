"""Real processes, really killed."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dev.processes import Child, ChildFailed, leash, stop_all

GENEROUS_S = 20
READY = 'print(\'{"ready": true, "port": 7}\', flush=True)'
SLEEP = "import time; time.sleep(600)"


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", textwrap.dedent(code)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


@pytest.fixture
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    stop_all(started, within_s=0)


def gone(pids: list[int]) -> bool:
    """Wait until the processes are no more; a zombie is no process."""
    end = time.monotonic() + GENEROUS_S
    while left := [pid for pid in pids if alive(pid)]:
        if time.monotonic() > end:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            return False
        time.sleep(0.01)
    return True


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_ready_line_is_read_whole_from_among_other_lines(log: Path, children: list[Child]) -> None:
    child = Child.start("one", python(f"print('starting'); {READY}; {SLEEP}"), log)
    children.append(child)
    assert child.ready(GENEROUS_S) == {"ready": True, "port": 7}
    assert child.last_lines(2) == ["starting", '{"ready": true, "port": 7}']
    log.write_text('{"ready": true, "po')
    assert child.said_ready() is None


def test_a_child_that_ends_before_it_is_ready_is_told_with_its_code(log: Path) -> None:
    child = Child.start("two", python("import sys; print('no such key'); sys.exit(3)"), log)
    with pytest.raises(ChildFailed, match="two ended with code 3"):
        child.ready(GENEROUS_S)
    assert child.last_lines(5) == ["no such key"]


def test_a_child_that_is_killed_is_told_with_the_signal(log: Path) -> None:
    child = Child.start("three", python("import os; os.kill(os.getpid(), 11)"), log)
    with pytest.raises(ChildFailed, match="three was killed by SIGSEGV"):
        child.ready(GENEROUS_S)


def test_a_child_that_is_never_ready_is_told(log: Path, children: list[Child]) -> None:
    children.append(Child.start("four", python(SLEEP), log))
    with pytest.raises(ChildFailed, match="four did not become ready within"):
        children[0].ready(0.1)


def test_stopping_takes_the_deaf_and_the_grandchildren_too(log: Path) -> None:
    deaf = f"""
        import signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "{SLEEP}"])
        print('{{"ready": true, "pid": %d}}' % grandchild.pid, flush=True)
        grandchild.wait()
    """
    child = Child.start("deaf", python(deaf), log)
    grandchild = child.ready(GENEROUS_S)["pid"]
    stop_all([child], within_s=0.2)
    assert not child.is_running
    assert gone([grandchild])


def test_stopping_is_gentle_first(log: Path) -> None:
    polite = f"""
        import signal, sys
        signal.signal(signal.SIGTERM, lambda *_: (print("closing"), sys.exit(0)))
        {READY}
        signal.pause()
    """
    child = Child.start("polite", python(polite), log)
    child.ready(GENEROUS_S)
    stop_all([child], within_s=GENEROUS_S)
    assert child.process.returncode == 0
    assert child.last_lines(1) == ["closing"]


def test_children_do_not_hear_the_terminals_interrupt(log: Path, children: list[Child]) -> None:
    child = Child.start("apart", python(f"{READY}; {SLEEP}"), log)
    children.append(child)
    child.ready(GENEROUS_S)
    assert os.getpgid(child.process.pid) == child.process.pid != os.getpgrp()


PARENT = """
    import os, subprocess, sys, time
    options = sys.argv[2:]
    command = [sys.executable, "-I", "-S", sys.argv[1], *options, "--parent", str(os.getpid()), "--"]
    command += [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
    subprocess.Popen(command, start_new_session=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("options", [[], ["--watch"]], ids=["asking the kernel", "watching"])
def test_nothing_outlives_a_parent_killed_with_9(options: list[str]) -> None:
    with subprocess.Popen([*python(PARENT), leash.__file__, *options], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        family = [each.pid for each in psutil.Process(parent.pid).children(recursive=True)]
        assert pid in family
        parent.kill()
        parent.wait()
        assert gone(family)


@pytest.mark.parametrize("options", [[], ["--watch"]], ids=["asking the kernel", "watching"])
def test_a_parent_that_died_before_the_leash_was_on_leaves_nothing(options: list[str], tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    trace = tmp_path / "trace"
    command = python(f"import time; time.sleep(0.5); open({str(trace)!r}, 'w')")
    leashed = [sys.executable, "-I", "-S", leash.__file__, *options, "--parent", str(dead.pid), "--", *command]
    run = subprocess.run(leashed, check=False, timeout=GENEROUS_S, start_new_session=True)
    assert run.returncode == -signal.SIGKILL
    assert not trace.exists()


@pytest.mark.parametrize("code", [0, 3])
@pytest.mark.parametrize("options", [[], ["--watch"]], ids=["asking the kernel", "watching"])
def test_the_commands_own_ending_is_passed_on(options: list[str], code: int) -> None:
    command = python(f"import sys; sys.exit({code})")
    leashed = [sys.executable, "-I", "-S", leash.__file__, *options, "--parent", str(os.getpid()), "--", *command]
    assert subprocess.run(leashed, check=False, timeout=GENEROUS_S, start_new_session=True).returncode == code


def test_following_by_looking_signals_an_orphan() -> None:
    signalled: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: signalled.append(number))
    try:
        leash.follow_by_looking(-1, signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert signalled == [signal.SIGUSR1]
