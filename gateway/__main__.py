"""The command line: ``python -m gateway COMMAND``, one of ``COMMANDS``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from gateway.commands import explain, follow, migrate, outbox, payments, rule, schema, serve, settings, warm_up, worker
from gateway.settings import SettingsError

__all__ = ["main"]

COMMANDS: Final = {
    "serve": (serve, "run the gateway"),
    "explain": (explain, "print how an operation is executed, and the code that does it"),
    "follow": (follow, "follow the policy core's journal and prepare accounts"),
    "migrate": (migrate, "bring the database to this gateway's revision"),
    "outbox": (outbox, "look at what the systems are still to do, and see to what is dead"),
    "payments": (payments, "look at stopped payments, and close those that were seen to"),
    "rule": (rule, "look at the rule by which accounts are prepared, and change it"),
    "schema": (schema, "print the GraphQL schema"),
    "settings": (settings, "print every setting with its default"),
    "warm-up": (warm_up, "compute the valuations that will be asked for this morning"),
    "worker": (worker, "send the messages that the gateway leaves"),
}
WRONG_SETTINGS: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gateway", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, (module, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsError as wrong:
        for problem in wrong.problems:
            print(f"settings: {problem}", file=sys.stderr)
        return WRONG_SETTINGS
    return code


if __name__ == "__main__":
    sys.exit(main())
