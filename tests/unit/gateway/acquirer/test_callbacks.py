"""Callbacks: believed when signed lately by one of the secrets, and then only that there is news."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.acquirer.callbacks import Notice, notice
from gateway.acquirer.errors import CallbackForged, CallbackMalformed
from tests.fakes.clock import NOW

SECRET, OLD = "the secret of callbacks, new", "the secret of callbacks, old"
EVENT = "6f1c1d0e-93d0-4b6f-8b0e-0b8b3f6b7a11"
SAID: dict[str, Any] = {"order": "o-1", "state": "PAID", "amount": 12345, "paidAt": None, "event": EVENT}
BODY = orjson.dumps(SAID)
STAMP = str(int(NOW.timestamp()))


def signed(body: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def read(body: bytes = BODY, stamp: str | None = STAMP, signature: str | None = None, late_s: float = 0) -> Notice:
    right = signed(body, stamp or "") if signature is None else signature
    return notice(body, stamp, right, (SECRET, OLD), NOW + timedelta(seconds=late_s), 300)


def test_a_signed_one_names_order_and_event() -> None:
    assert read() == Notice("o-1", UUID(EVENT))


def test_it_is_as_good_the_second_time() -> None:
    assert read() == read()


def test_the_secret_before_is_good_while_it_is_set() -> None:
    assert read(signature=signed(secret=OLD)) == read()
    with pytest.raises(CallbackForged):
        notice(BODY, STAMP, signed(secret=OLD), (SECRET,), NOW, 300)


@pytest.mark.parametrize("secrets", [(), ("another",)])
def test_without_the_secret_nothing_is_good(secrets: tuple[str, ...]) -> None:
    with pytest.raises(CallbackForged, match="another signature"):
        notice(BODY, STAMP, signed(), secrets, NOW, 300)


@pytest.mark.parametrize(
    "signature",
    ["", "0" * 64, signed().upper(), signed()[:-1], signed() + "0", signed() + "\n", "ё" * 64, signed(BODY + b" ")],
)
def test_another_signature_is_forged(signature: str) -> None:
    with pytest.raises(CallbackForged):
        read(signature=signature)


@pytest.mark.parametrize("stamp", [None, "", "x", "-1", "1.5", f" {STAMP}", f"{STAMP}\n", "१२३", "9" * 40])
def test_without_a_timestamp_nothing_is_looked_at(stamp: str | None) -> None:
    with pytest.raises(CallbackForged, match="no timestamp"):
        read(stamp=stamp, signature="0" * 64)


@pytest.mark.parametrize("late_s, good", [(300, True), (-300, True), (301, False), (-301, False), (10**9, False)])
def test_it_is_good_within_the_window(late_s: float, good: bool) -> None:
    if good:
        assert read(late_s=late_s) == read()
        return
    with pytest.raises(CallbackForged, match="outside the window"):
        read(late_s=late_s)


def test_another_timestamp_is_not_signed() -> None:
    with pytest.raises(CallbackForged):
        read(stamp=str(int(STAMP) + 1), signature=signed())


@pytest.mark.parametrize("length", [0, 1, len(BODY) - 1])
def test_a_body_cut_on_its_way_is_forged(length: int) -> None:
    with pytest.raises(CallbackForged):
        read(BODY[:length], signature=signed())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        BODY[:-1],
        b"[]",
        b"null",
        b'"o-1"',
        b"[" * 16_000,
        orjson.dumps({**SAID, "order": 1}),
        orjson.dumps({**SAID, "order": ""}),
        orjson.dumps({**SAID, "order": "../o"}),
        orjson.dumps({**SAID, "order": "o\n"}),
        orjson.dumps({**SAID, "order": "o" * 65}),
        orjson.dumps({**SAID, "event": None}),
        orjson.dumps({**SAID, "event": "o-1"}),
        orjson.dumps({"order": "o-1"}),
    ],
)
def test_a_signed_body_that_is_no_notice_is_malformed(body: bytes) -> None:
    with pytest.raises(CallbackMalformed):
        read(body)


@pytest.mark.parametrize("changed", [{"state": "NEVER"}, {"amount": -1}, {"paidAt": 1}, {"more": "fields"}])
def test_what_it_says_of_the_order_is_passed_over(changed: dict[str, Any]) -> None:
    assert read(orjson.dumps(SAID | changed)) == read()


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=80))
def test_whatever_comes_is_refused_in_words_of_ours(body: bytes, stamp: str, signature: str) -> None:
    with pytest.raises(CallbackForged) as refused:
        notice(body, stamp, signature, (SECRET,), NOW, 300)
    assert refused.value.reason in {"no timestamp", "no signature", "another signature"}
