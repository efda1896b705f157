"""``python -m gateway settings``: print every setting with its default, as a TOML file to start from."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from gateway.settings import OWN_SECTIONS
from gateway.settings.printing import as_toml
from gateway.wiring import ADAPTER_SETTINGS

__all__ = ["add_arguments", "run"]


def add_arguments(_parser: ArgumentParser) -> None:
    """Declare the command's options: there are none."""


def run(_options: Namespace) -> int:
    """Print."""
    sys.stdout.write(as_toml({**OWN_SECTIONS, **ADAPTER_SETTINGS}) + "\n")
    return 0
