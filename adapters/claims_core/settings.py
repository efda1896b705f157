"""How the claims core is reached and how hard it may be pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from adapters.gate import Lane, Limits

__all__ = ["FILE", "Settings"]

FILE: Final = "getDocument"
"""The operation that brings a file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Units: seconds and bytes. The batch limits are those of the contract; the others are ours.

    ``url`` has no trailing slash. An answer that takes ``slow_s`` is slower than a healthy system's.
    ``token_timeout_s`` bounds the renewal of a token, whoever waits for it; it happens
    ``token_margin_s`` before the old one expires. ``max_pages`` bounds one batch, so a system that pages for ever is
    cut off. ``downloads`` is how many files may be on their way at once, apart from the calls.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    timeout_s: float = 5.0
    slow_s: float = 3.0
    token_timeout_s: float = 5.0
    token_margin_s: float = 30.0
    file_timeout_s: float = 120.0
    concurrency: int = 8
    downloads: int = 16
    max_ids: int = 50
    max_numbers: int = 50
    max_policies: int = 20
    page_size: int = 100
    max_pages: int = 50
    max_body_bytes: int = 8 * 1024**2
    max_file_bytes: int = 32 * 1024**2

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
