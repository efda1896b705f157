"""The peers in Node: their locked packages, fetched when they are missing, and the commands that start them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dev.scripts import node

__all__ = ["ENVIRONMENT", "FOLDER", "command", "fetch", "versions"]

FOLDER: Final = Path(__file__).with_name("node")
ENVIRONMENT: Final = {"NODE_ENV": "production"}
SHOWN: Final = ("mercurius", "graphql-jit", "graphql-yoga", "graphql", "fastify", "undici", "fast-xml-parser")


def fetch() -> None:
    """Install what the lock names, unless it is there. Raises: ``SystemExit``."""
    node.installed(FOLDER)


def command(script: str, *arguments: str | Path) -> Sequence[str]:
    """Return what starts a script."""
    return [str(node.NODE), str(FOLDER / script), *map(str, arguments)]


def versions() -> str:
    """Tell what runs, and what is locked."""
    runs = subprocess.run([node.NODE, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return ", ".join([runs, *(f"{name} {node.locked(FOLDER, name)}" for name in SHOWN)])
