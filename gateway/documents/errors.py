"""Documents that are not run, although the request that asks for them is well formed.

::

    DocumentRefused
    ├── DocumentUnknown     nothing is kept under this id; to be sent again with its text
    ├── AutomaticOff        nothing is ever kept under an id
    ├── HashMismatch        the id is another document's than the one sent with it
    ├── DocumentRetired     the versions that ask for it are no longer served
    └── DocumentNotTrusted  of no list, where nothing else is run
"""

from __future__ import annotations

from datetime import date

from domain.errors import GatewayError

__all__ = [
    "AutomaticOff",
    "DocumentNotTrusted",
    "DocumentRefused",
    "DocumentRetired",
    "DocumentUnknown",
    "HashMismatch",
]


class DocumentRefused(GatewayError):
    """Root of the documents that are not run."""


class DocumentUnknown(DocumentRefused):
    """Nothing is kept under this id."""


class AutomaticOff(DocumentRefused):
    """There are no lists, and nothing is kept that clients leave."""


class HashMismatch(DocumentRefused):
    """The id does not belong to the document that came with it."""


class DocumentRetired(DocumentRefused):
    """Every version that may ask for it is retired. ``last_day`` is the last on which one was served, in Moscow."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day)
        self.last_day = last_day


class DocumentNotTrusted(DocumentRefused):
    """No list has it."""
