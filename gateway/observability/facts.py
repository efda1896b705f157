"""What is known of the request at hand, for every line that is written while it is served.

One mutable dict a request, in one context variable: setting a variable for each fact costs more than all of the facts.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextvars import ContextVar, Token
from typing import Any, Final

__all__ = ["begin", "end", "known", "merged", "note"]

_FACTS: Final[ContextVar[dict[str, Any] | None]] = ContextVar("gateway_request_facts", default=None)


def begin(facts: dict[str, Any]) -> Token[dict[str, Any] | None]:
    """Begin to serve a request of which some facts are known; give what is returned to ``end``."""
    return _FACTS.set(facts)


def end(begun: Token[dict[str, Any] | None]) -> None:
    """End what ``begin`` began."""
    _FACTS.reset(begun)


def note(**facts: Any) -> None:
    """Add facts to the request at hand; outside of one they are nobody's."""
    noted = _FACTS.get()
    if noted is not None:
        noted.update(facts)


def known(name: str) -> Any:
    """Return a fact of the request at hand, None for one that is not known."""
    return (_FACTS.get() or {}).get(name)


def merged(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the facts to a line (a structlog processor); what the line itself says goes before them."""
    noted = _FACTS.get()
    return {**noted, **event} if noted else event
