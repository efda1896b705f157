"""Refusals and failures as problem documents."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dev.simulators.kit import MOSCOW, Reply

STATUSES: Mapping[str, int] = {
    "INVALID_TOKEN": 401,
    "NOT_FOUND": 404,
    "TOO_MANY_KEYS": 400,
    "INVALID_PARAMETER": 400,
    "UNKNOWN_PARAMETER": 400,
    "UNKNOWN_FIELD": 400,
    "AlreadyExecuted": 400,
    "NO_DEDUCTIBLE_DUE": 409,
    "RATE_LIMITED": 429,
    "INTERNAL": 500,
    "DATABASE_DOWN": 503,
    "MAINTENANCE": 503,
}
_HEADERS: Mapping[str, Mapping[str, str]] = {
    "INVALID_TOKEN": {"WWW-Authenticate": 'Bearer error="invalid_token"'},
    "RATE_LIMITED": {"Retry-After": "1"},
}


class Problem(Exception):
    """A refusal by its code; the detail names a parameter, never its value."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    def reply(self) -> Reply:
        """The problem under its own status."""
        return problem(self.code, STATUSES[self.code], _HEADERS.get(self.code), detail=self.detail)


def problem(code: str, status: int, headers: Mapping[str, str] | None = None, **more: str) -> Reply:
    """A problem document; empty members are left out."""
    document = {"type": "about:blank", "title": code.replace("_", " ").capitalize(), "status": status, "code": code}
    return json_reply(document | {name: text for name, text in more.items() if text}, status, headers, problem=True)


def maintenance(until: datetime, now: datetime) -> Reply:
    """The announcement of maintenance."""
    wait_s = max(1, int((until - now).total_seconds()))
    ends = until.astimezone(MOSCOW).isoformat(timespec="seconds")
    return problem("MAINTENANCE", 503, {"Retry-After": str(wait_s)}, until=ends)


def json_reply(
    document: Any, status: int = 200, headers: Mapping[str, str] | None = None, *, problem: bool = False
) -> Reply:
    """A JSON answer in UTF-8, letters unescaped."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(body, "application/problem+json" if problem else "application/json", None, status, headers or {})
