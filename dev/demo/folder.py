"""The folder of a run: its owner's alone, gone at the end, and after a kill gone at the next start."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["run_folder"]

PREFIX: Final = "insurance-graph-"


@contextmanager
def run_folder() -> Iterator[Path]:
    """Make the folder, with mode 0700, and remove it and what runs that were killed have left."""
    sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(parent: Path) -> None:
    """Remove the folders of our own runs whose process is no more."""
    for folder in parent.glob(f"{PREFIX}*"):
        named = re.fullmatch(rf"{PREFIX}(\d+)-\w+", folder.name)
        if named and folder.lstat().st_uid == os.getuid() and not runs(int(named[1])):
            shutil.rmtree(folder, ignore_errors=True)


def runs(pid: int) -> bool:
    """Return whether there is such a process; one of somebody else's counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
