"""How workers share the tests: each takes a module at a time, or a whole folder where all ask one set of processes."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

__all__ = ["ByModule"]

WHOLE: Final = ("tests/e2e/", "tests/faults/")
"""Their fixtures start everything as separate processes, once: not once in each worker."""


class ByModule(LoadScopeScheduling):  # type: ignore[misc]
    """Shares by the module that a test is of, or by its folder."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((each for each in WHOLE if nodeid.startswith(each)), None)
        return folder or nodeid.partition("::")[0]
