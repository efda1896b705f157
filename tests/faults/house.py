"""The gateway and the fault switches of the systems behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from dev.tokens import PEOPLE
from tests.e2e.asking import Gateway, fetch, post

__all__ = ["PATIENCE_S", "Failure", "House", "Seen"]

PATIENCE_S: Final = 1.0
"""What the gateway gives one legacy call here. Units: seconds."""

LASTS_S: Final = {"hang": 30, "timeout_after_commit": 30, "slow_first_byte": 30, "slow_body": 30}
"""A slow answer is slower than the gateway is patient; it ends when the gateway hangs up."""

WHOLE: Final = """
query Whole {
  viewer {
    client {
      profile { name { full } phone { masked } }
      policies(first: 50) { edges { node { number status instalments { number dueOn } } } }
      claims(first: 50) { edges { node { number status event { occurredAt } } } }
      lifeContracts { number valuation { payoutAtMaturity { amount } } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """One error, without its text. ``path`` starts below the client."""

    path: str
    code: str
    source: str
    retryable: bool
    until: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client got. ``data`` is the client's."""

    status: int
    data: dict[str, Any]
    failures: set[Failure]
    messages: set[str]


@dataclass(slots=True)
class House:
    """Breaks things, looks at what a client sees, and mends them."""

    gateway: Gateway
    _broken: set[str] = field(default_factory=set)

    def break_(self, system: str, fault: str, operation: str, **parameters: object) -> None:
        """Turn a switch on until it is mended, unless ``next_calls`` says otherwise."""
        if fault in LASTS_S:
            parameters.setdefault("seconds", LASTS_S[fault])
        switch = {"fault": fault, "operation": operation, **parameters}
        answer = fetch("PUT", f"{self._admin(system)}/faults", switch)
        assert "error" not in answer, answer
        self._broken.add(system)

    def fired(self, system: str, fault: str) -> int:
        """Return how often a fault has fired so far."""
        count: int = fetch("GET", f"{self._admin(system)}/faults")["fired"].get(fault, 0)
        return count

    def faults(self, system: str) -> set[str]:
        """Return every fault that a system can show."""
        return set(fetch("GET", f"{self._admin(system)}/health")["faults"])

    def mend(self) -> None:
        """Turn every switch off."""
        for system in self._broken:
            fetch("DELETE", f"{self._admin(system)}/faults")
        self._broken.clear()

    def look(self) -> Seen:
        """Ask for something of every system as the first client."""
        status, answer = post(
            f"{self.gateway.stack.url}/graphql",
            {"query": WHOLE},
            {"authorization": f"Bearer {self.gateway.stack.issuer.token(PEOPLE['client'])}", "accept-language": "ru"},
        )
        errors = answer.get("errors", [])
        return Seen(
            status,
            answer["data"]["viewer"]["client"],
            {failure(each) for each in errors},
            {each["message"] for each in errors},
        )

    def garbled(self, system: str) -> float:
        """Return how many garbled answers of a system the gateway has counted, of any operation."""
        counted = re.findall(
            rf'^gateway_garbled_total{{operation="\w+",source="{system}"}} (\S+)$', self.gateway.metrics(), re.MULTILINE
        )
        return sum(float(each) for each in counted)

    def _admin(self, system: str) -> str:
        return self.gateway.stack.systems[system].admin_url


def failure(error: dict[str, Any]) -> Failure:
    """Read one error; its path must lead to the client."""
    viewer, client, *path = error["path"]
    assert (viewer, client) == ("viewer", "client")
    told = error["extensions"]
    return Failure(
        ".".join(map(str, path)),
        told["code"],
        told["source"].lower(),
        told["retryable"],
        told.get("until"),
        told.get("retryAfter"),
    )
