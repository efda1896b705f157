"""What an answer to somebody who signs in, or recovers an account, must show.

A shot's ``isn`` says whose tokens must come; ``NOBODY`` is whoever must get none.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from dev.bench.facts import Facts

__all__ = ["ANSWERS", "NOBODY", "client_of"]

NOBODY: Final = 0


def signed_in(data: Mapping[str, Any]) -> object:
    """Return the client whose access token came, or what stands in the way."""
    payload = data["signIn"]
    if payload["tokens"] is None:
        return problems(payload)
    return client_of(payload["tokens"]["accessToken"])


def recovery_begun(data: Mapping[str, Any]) -> object:
    """Return what is waited for and that it was said where the code went, or what stands in the way."""
    payload = data["startRecovery"]
    if payload["progress"] is None:
        return problems(payload)
    progress = payload["progress"]
    return progress["step"], bool(progress["token"]), bool(progress["sentTo"]), problems(payload)


def problems(payload: Mapping[str, Any]) -> list[str]:
    """Return the kinds of a payload's problems."""
    return [each["__typename"] for each in payload["errors"]]


def client_of(token: str) -> int:
    """Read the client of an access token, unverified: the gateway that made it is what is measured."""
    claims = token.split(".")[1]
    found: int = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["client_isn"]
    return found


ANSWERS: Final[Mapping[str, Facts]] = {
    "sign_in": Facts(lambda _, isn: ["WrongSignIn"] if isn == NOBODY else isn, signed_in),
    "start_recovery": Facts(lambda *_: ("PHONE_CODE", True, True, []), recovery_begun),
}
"""Facts by operation."""
