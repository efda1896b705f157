"""Runs a command that dies with the process that started it, even when that one is killed with -9.

    python leash.py --parent PID -- COMMAND...

On Linux the kernel itself is asked (PR_SET_PDEATHSIG), and the wrapper becomes the command. Elsewhere the wrapper
stays, watches its parent and takes the command's whole process group along. Needs nothing but the standard library, so
that it starts quickly under ``python -I -S``.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

PR_SET_PDEATHSIG: Final = 1
LOOK_EVERY_S: Final = 0.1
KILLED_BY: Final = 128


def follow(parent: int, signum: signal.Signals) -> None:
    """Have this process receive ``signum`` when its parent, the process ``parent``, is gone or goes.

    On Linux the signal comes when the parent's *thread* that started this process ends: start children from a thread
    that lasts, such as the main one.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        # The parent may have died before the kernel was asked; then nobody would ever tell.
        if os.getppid() != parent:
            os.kill(os.getpid(), signum)
    else:
        threading.Thread(target=follow_by_looking, args=(parent, signum), daemon=True).start()


def follow_by_looking(parent: int, signum: signal.Signals) -> None:
    """Do what ``follow`` does where the kernel does not help: an orphan gets another parent."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signum)


def become(command: Sequence[str], parent: int, user: int | None = None) -> None:
    """Turn into the command, on the kernel's leash; as another user if one is given."""
    if user is not None:
        # First of all: the kernel forgets the leash when the user changes.
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    follow(parent, signal.SIGKILL)
    os.execvp(command[0], list(command))  # noqa: S606 - our own command, no shell wanted


def accompany(command: Sequence[str], parent: int) -> int:
    """Run the command as a child in this process group; kill the whole group once the parent is gone."""
    child = subprocess.Popen(list(command))
    for signum in (signal.SIGTERM, signal.SIGINT):
        # The whole group is signalled, so the command hears it itself; here it must only not end the watch.
        signal.signal(signum, lambda _number, _frame: None)
    while os.getppid() == parent:
        try:
            code = child.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            continue
        return code if code >= 0 else KILLED_BY - code
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("this process belongs to the group")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="leash", description="Run a command that dies with its parent.")
    parser.add_argument("--parent", type=int, required=True, help="process id of the parent, to notice its early death")
    parser.add_argument(
        "--user", type=int, help="number of the user, and of the group, to run it as; on Linux, by root"
    )
    parser.add_argument("--watch", action="store_true", help="watch the parent rather than ask the kernel")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(argv)
    if sys.platform != "linux" or given.watch:
        return accompany(given.command, given.parent)
    become(given.command, given.parent, given.user)
    return 0


if __name__ == "__main__":
    sys.exit(main())
