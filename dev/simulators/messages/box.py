"""The messages that were delivered, in the order they came."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT = 500


@dataclass(slots=True)
class Kept:
    """One message as the person sees it; `n` counts from 1. `headers` are those of a letter, in their order."""

    n: int
    kind: str
    key: str
    sender: str
    address: str
    subject: str
    text: str
    at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    duplicates: int = 0

    def as_json(self) -> dict[str, Any]:
        """The message as `/messages.json` shows it."""
        return {
            "n": self.n,
            "kind": self.kind,
            "key": self.key,
            "sender": self.sender,
            "address": self.address,
            "subject": self.subject,
            "text": self.text,
            "at": self.at.isoformat(timespec="seconds"),
            "headers": [list(each) for each in self.headers],
            "duplicates": self.duplicates,
        }


@dataclass(slots=True)
class Box:
    """Keeps each message once: one whose key came before is dropped and counted."""

    _kept: deque[Kept] = field(default_factory=lambda: deque(maxlen=KEPT))
    _by_key: dict[tuple[str, str], Kept] = field(default_factory=dict)

    @property
    def duplicates(self) -> int:
        """How many were dropped, all in all."""
        return sum(each.duplicates for each in self._by_key.values())

    def keep(self, kind: str, key: str, at: datetime, **rest: Any) -> Kept:
        """Keep a message, or count one more of it; without a key each is new."""
        before = self._by_key.get((kind, key)) if key else None
        if before is not None:
            before.duplicates += 1
            return before
        kept = Kept(len(self._by_key) + 1, kind, key, at=at, **rest)
        self._by_key[kind, key or f"#{kept.n}"] = kept
        self._kept.append(kept)
        return kept

    def newest_first(self, address: str | None = None, since: int = 0) -> list[Kept]:
        """Those to an address (all when not said) that came after number `since`."""
        return [each for each in reversed(self._kept) if each.n > since and address in {None, each.address}]

    def in_ledger(self) -> Mapping[str, Any]:
        """Every message there ever was, in the order they came, without its text."""
        shown = ("n", "kind", "address", "subject", "duplicates")
        return {"messages": [{each: getattr(kept, each) for each in shown} for kept in self._by_key.values()]}

    def as_json(self, address: str | None = None, since: int = 0) -> Mapping[str, Any]:
        """Shape: {"messages": [...], "duplicates": dropped in all}, the newest first."""
        return {
            "messages": [each.as_json() for each in self.newest_first(address, since)],
            "duplicates": self.duplicates,
        }
