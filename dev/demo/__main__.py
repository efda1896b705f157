"""Run the demo: ``make demo`` or ``python -m dev.demo``."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from types import FrameType
from typing import Final

from dev.demo.banner import banner, curl
from dev.demo.folder import run_folder
from dev.demo.options import parse
from dev.demo.progress import Progress
from dev.demo.speaking import voices
from dev.demo.stack import PortTaken, Stack
from dev.processes import ChildFailed, leash

LOOK_EVERY_S: Final = 0.1


class Asked(Exception):
    """Somebody asked the demo to end."""


class Interrupts:
    """Remembers a request to end until it is looked for: an exception out of nowhere could leave a child behind."""

    def __init__(self) -> None:
        self._asked = False
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._ask)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(signal.SIGHUP, self._ask)

    def _ask(self, _signum: int, _frame: FrameType | None) -> None:
        self._asked = True

    def check(self) -> None:
        """Raises: ``Asked``."""
        if self._asked:
            raise Asked


def main() -> int:
    """Run until asked to end. Returns the exit code: 0 for an end that was asked for."""
    options = parse()
    interrupts = Interrupts()
    if "MAKELEVEL" in os.environ:
        # make itself may be killed; nobody would pass that on.
        leash.follow(os.getppid(), signal.SIGTERM)
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(run_folder())
        progress = Progress(sys.stdout)

        def tick() -> None:
            interrupts.check()
            progress.tick()

        stack = Stack(folder, options, tick, changes={"automatic": {"enabled": True}}, follows=True)
        cleanup.callback(stack.stop)
        try:
            run(stack, progress, interrupts)
        except Asked:
            with progress.step("\nStopping everything"):
                stack.stop()
            return 0
        except PortTaken:
            print(f"Port {options.port} is taken; choose another: make demo PORT={options.port + 1}", file=sys.stderr)
        except ChildFailed as failure:
            tell(failure)
        return 1


def run(stack: Stack, progress: Progress, interrupts: Interrupts) -> None:
    """Start everything, say how to use it, and watch it. Raises: ``Asked``, ``ChildFailed``, ``PortTaken``."""
    with progress.step("Starting three legacy systems, Valkey and PostgreSQL"):
        stack.start_backends()
    with progress.step("Starting the gateway"):
        stack.changes = {**stack.changes, **voices(stack.folder, stack.tick)}
        stack.start_gateway()
    request = curl(stack.url, *stack.files.write_request("home_screen", stack.tokens["client"]))
    print(banner(stack, request), flush=True)
    while True:
        interrupts.check()
        stack.check()
        time.sleep(LOOK_EVERY_S)


def tell(failure: ChildFailed) -> None:
    """Say which process failed, and what it said last."""
    print(f"{failure}; its last lines:", *getattr(failure, "__notes__", ["  (none)"]), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
