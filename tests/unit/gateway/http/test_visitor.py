"""From where a request comes, as limits count it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http.visitor import address_of


def scope(peer: str | None, *forwarded: str) -> dict[str, Any]:
    """A request's scope."""
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"client": None if peer is None else (peer, 50000), "headers": headers}


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, ["203.0.113.7"], "192.0.2.1"),
        (1, ["203.0.113.7"], "203.0.113.7"),
        (1, ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (2, ["198.51.100.1, 203.0.113.7"], "198.51.100.1"),
        (1, ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        (2, ["203.0.113.7"], "192.0.2.1"),
        (1, [], "192.0.2.1"),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(hops: int, forwarded: list[str], seen: str) -> None:
    assert address_of(scope("192.0.2.1", *forwarded), hops) == seen


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:50001", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:2", "2001:db8::/64"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_one_household_is_one_address(said: str, counted: str) -> None:
    assert address_of(scope("192.0.2.1", said), 1) == counted


def test_without_a_peer_it_is_unknown() -> None:
    assert address_of(scope(None), 0) == "unknown"
