"""How the policy core is reached and how hard it may be pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from adapters.gate import Lane, Limits

__all__ = ["FILE", "Settings"]

FILE: Final = "GetDocument"
"""The operation that brings a file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Units: seconds and bytes. The batch limits are those of the contract; the others are ours.

    ``url`` is the service's address without a query. ``login_timeout_s`` bounds a log-in whoever waits for it.
    An answer that takes ``slow_s`` is slower than a healthy core's.
    ``max_pages`` bounds one batch of ``FindPolicies``, so a system that pages for ever is cut off.
    ``downloads`` is how many documents may be on their way at once, apart from the calls. ``max_document_bytes`` is
    of the decoded file.
    """

    url: str
    user: str
    password: str = field(repr=False)
    timeout_s: float = 5.0
    slow_s: float = 3.0
    login_timeout_s: float = 5.0
    file_timeout_s: float = 120.0
    concurrency: int = 8
    downloads: int = 16
    max_clients: int = 50
    max_policies: int = 50
    max_holders: int = 20
    max_pages: int = 200
    max_events: int = 500
    max_body_bytes: int = 8 * 1024**2
    max_document_bytes: int = 50 * 1024**2

    @property
    def limits(self) -> Limits:
        """What the transport has to keep to."""
        return Limits(
            concurrency=self.concurrency,
            timeout_s=self.timeout_s,
            max_body_bytes=self.max_body_bytes,
            slow_s=self.slow_s,
            downloads=self.downloads,
            lanes={FILE: Lane(self.downloads, self.slow_s)},
        )
