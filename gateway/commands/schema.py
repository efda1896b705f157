"""``python -m gateway schema``: print the GraphQL schema."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from schema import root

__all__ = ["add_arguments", "run"]


def add_arguments(_parser: ArgumentParser) -> None:
    """Declare the command's options: there are none."""


def run(_options: Namespace) -> int:
    """Print."""
    sys.stdout.write(root.build().as_str() + "\n")
    return 0
