"""What each of the system's codes, statuses and media types means to us."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import adapters.claims_core
from adapters.claims_core import errors
from adapters.replies import Reply
from domain.errors import (
    GatewayError,
    NotFound,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceUnavailable,
)

CONTRACT = Path(adapters.claims_core.__file__).with_name("contract") / "openapi.yaml"
JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}


def of_reply(status: int, headers: dict[str, str], body: bytes = b"{}", *due: str) -> GatewayError | None:
    return errors.of_reply("listClaims", Reply(status, headers, body), body, due or (errors.JSON_TYPE,))


def test_every_code_of_the_contract_is_known() -> None:
    written = set(re.findall(r"^ +\| `([A-Za-z_]+)` \|", CONTRACT.read_text(), re.MULTILINE))
    assert written == errors.CODES.keys()


@pytest.mark.parametrize(
    "code, error, retryable",
    [
        ("INVALID_TOKEN", SourceUnavailable, True),
        ("TOO_MANY_KEYS", SourceUnavailable, False),
        ("INVALID_PARAMETER", SourceUnavailable, False),
        ("UNKNOWN_PARAMETER", SourceUnavailable, False),
        ("UNKNOWN_FIELD", SourceUnavailable, False),
        ("RATE_LIMITED", SourceThrottled, True),
        ("RECORD_LOCKED", SourceUnavailable, True),
        ("INTERNAL", SourceUnavailable, True),
        ("DATABASE_DOWN", SourceUnavailable, True),
        ("CORRUPT_RECORD", SourceGarbled, False),
        ("MAINTENANCE", SourceInMaintenance, True),
        ("SURPRISE", SourceGarbled, False),
    ],
)
def test_codes(code: str, error: type[GatewayError], retryable: bool) -> None:
    found = errors.of_code("listClaims", code)
    assert type(found) is error
    assert getattr(found, "retryable", None) is retryable


def test_not_found_is_no_failure_of_the_source() -> None:
    assert isinstance(errors.of_code("getDocument", "NOT_FOUND"), NotFound)
    assert isinstance(errors.of_source("listClaims", NotFound()), SourceGarbled)


def test_an_unknown_code_is_not_repeated() -> None:
    assert "Иванов" not in str(errors.of_code("listClaims", "Иванов"))


def test_what_is_due_is_no_failure() -> None:
    assert of_reply(200, JSON) is None
    assert of_reply(200, {"Content-Type": 'Application/JSON; charset="UTF-8"'}) is None
    assert of_reply(200, {"Content-Type": "image/png"}, b"", "image/png", "image/jpeg") is None
    assert errors.of_reply("ping", Reply(204, {}, b""), b"", ()) is None


@pytest.mark.parametrize(
    "status, headers",
    [
        (200, {"Content-Type": "text/html"}),
        (200, {"Content-Type": "application/json; charset=windows-1251"}),
        (200, {}),
        (202, JSON),
        (204, {}),
        (302, {"Location": "/login"}),
        (404, {"Content-Type": "text/html"}),
        (401, {"Content-Type": "text/plain"}),
    ],
)
def test_what_is_not_due_is_garbled(status: int, headers: dict[str, str]) -> None:
    assert isinstance(of_reply(status, headers), SourceGarbled)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_balancer_speaks_for_the_system(status: int) -> None:
    failure = of_reply(status, {"Content-Type": "text/plain", "Retry-After": "12"}, b"wait")
    assert isinstance(failure, SourceUnavailable)
    assert failure.retry_after_s == 12


def test_a_problem_counts_under_any_status() -> None:
    for status in (200, 500, 503):
        failure = of_reply(status, PROBLEM, b'{"title":"x","status":503,"code":"DATABASE_DOWN"}')
        assert isinstance(failure, SourceUnavailable)
        assert failure.detail == "DATABASE_DOWN"
    limited = of_reply(429, PROBLEM | {"Retry-After": "3"}, b'{"code":"RATE_LIMITED"}')
    assert isinstance(limited, SourceUnavailable)
    assert limited.retry_after_s == 3


def test_maintenance_ends_at_an_instant_in_utc_or_nobody_knows_when() -> None:
    announced = of_reply(503, PROBLEM, b'{"code":"MAINTENANCE","until":"2026-01-15T06:00:00+03:00"}')
    assert isinstance(announced, SourceInMaintenance)
    assert announced.until == datetime(2026, 1, 15, 3, tzinfo=UTC)
    assert announced.until.tzinfo is UTC
    open_ended = of_reply(503, PROBLEM, b'{"code":"MAINTENANCE"}')
    assert isinstance(open_ended, SourceInMaintenance)
    assert open_ended.until is None


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"code":1}', b'{"code":"MAINTENANCE","until":"soon"}', b"\xff"])
def test_a_problem_that_cannot_be_read_is_garbled(body: bytes) -> None:
    assert isinstance(of_reply(503, PROBLEM, body), SourceGarbled)


def test_refused_credentials_are_a_mistake_of_ours() -> None:
    for status in (400, 401):
        failure = errors.of_credentials("issueToken", Reply(status, JSON, b'{"error":"invalid_client"}'))
        assert isinstance(failure, SourceUnavailable)
        assert not failure.retryable
    assert errors.of_credentials("issueToken", Reply(503, JSON, b"")) is None
    assert errors.of_credentials("issueToken", Reply(401, PROBLEM, b"")) is None
