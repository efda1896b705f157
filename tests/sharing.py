"""How workers share the tests: each takes a module at a time, or a whole folder where all ask one set of processes."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

__all__ = ["WHOLE", "ByModule", "share_of"]

WHOLE: Final = ("tests/e2e/", "tests/faults/")
"""Their fixtures start everything as separate processes, once: not once in each worker."""


class ByModule(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out shares."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """Return the name of what a test is run together with."""
    folder = next((each for each in WHOLE if nodeid.startswith(each)), None)
    return folder or nodeid.partition("::")[0]
