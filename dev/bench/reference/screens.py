"""The screens by their operations' names."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from dev.bench.reference import home, pages
from dev.bench.reference.upstream import Upstream

__all__ = ["HAS_SHORTER_PATH", "Reference"]

HAS_SHORTER_PATH: Final = frozenset({"life_page", "hundred_policies"})
"""Screens on which an eager script asks for something earlier than the graph does."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Answers operations as the script does."""

    upstream: Upstream
    today: date

    async def answer(self, operation: str, isn: int, variables: Mapping[str, Any], *, eager: bool) -> bytes:
        """Return a screen's JSON."""
        return orjson.dumps({"data": await self._screen(operation, isn, variables, eager)})

    def _screen(self, operation: str, isn: int, variables: Mapping[str, Any], eager: bool) -> Awaitable[dict[str, Any]]:
        upstream, today = self.upstream, self.today
        match operation:
            case "home_screen":
                return home.home_screen(upstream, isn, today)
            case "policy_page":
                return pages.policy_page(upstream, isn, today, variables["number"])
            case "claim_list":
                return pages.claim_list(upstream, isn, today)
            case "life_page":
                return pages.life_page(upstream, isn, today, variables["number"], eager=eager)
            case "hundred_policies":
                return pages.hundred_policies(upstream, isn, today, eager=eager)
            case _:
                raise LookupError(operation)
