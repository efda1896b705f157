"""The library in use, read again without a stop: a library that cannot be taken leaves the old one in place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.documents.folder import ManifestsUnfit
from gateway.documents.library import Library
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["Shelf"]


class Shelf:
    """Holds the library. ``read`` makes one, and is called here once at start.

    Raises: ``ManifestsUnfit``, from its making alone.
    """

    def __init__(self, read: Callable[[], Library], metrics: Metrics) -> None:
        self._read = read
        self._metrics = metrics
        self._reloading = threading.Lock()
        self._tell: Callable[[], None] = _nobody
        self._library = self._counted(read())

    @property
    def library(self) -> Library:
        """The library as it is now; take it once a request."""
        return self._library

    @contextmanager
    def telling(self, tell: Callable[[], None]) -> Iterator[None]:
        """Within, tell of each library that takes the place of another, in the thread that read it."""
        self._tell = tell
        try:
            yield
        finally:
            self._tell = _nobody

    def reload(self) -> bool:
        """Read everything again; return whether it was taken. May run in a thread beside the one that serves."""
        with self._reloading:
            try:
                library = self._read()
            except ManifestsUnfit as unfit:
                logger().error("documents kept as they were", problems=unfit.problems)
                self._metrics.manifest_reloads.labels("refused").inc()
                return False
            self._library = self._counted(library)
        logger().info("documents reloaded", releases=len(library.releases))
        self._metrics.manifest_reloads.labels("taken").inc()
        self._tell()
        return True

    def reload_aside(self) -> threading.Thread:
        """Read everything again in a thread of its own: it takes longer than a request may be held up."""
        thread = threading.Thread(target=self.reload, name="documents", daemon=True)
        thread.start()
        return thread

    def _counted(self, library: Library) -> Library:
        self._metrics.trusted_documents.set(len(list(library.texts())))
        return library


def _nobody() -> None:
    """Tell nobody."""
