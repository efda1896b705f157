"""A row of the table of texts."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """A template: each text in Russian and English. Subjects hold no values, they show on locked screens."""

    subject: tuple[str, str]
    sms: tuple[str, str]
    mail: tuple[str, str]
