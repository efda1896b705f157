"""Fetches the npm package whose audits tests/audits runs; costs nothing when it is there."""

from pathlib import Path

from dev.scripts.node import installed

if __name__ == "__main__":
    installed(Path("dev/audits"))
