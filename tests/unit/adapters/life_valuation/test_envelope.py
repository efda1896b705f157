"""Answers of every shape, and bytes that are none of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.life_valuation import wire
from adapters.life_valuation.wire import Failure, Shape

JSON = "application/json"


@pytest.mark.parametrize(
    "status, content_type, body, failure",
    [
        (
            200,
            JSON,
            '{"status":"ERROR","error_text":"Расчёт прерван"}',
            Failure(Shape.CALCULATION, None, "Расчёт прерван"),
        ),
        (200, JSON, '{"code":2001,"wait_ms":150}', Failure(Shape.DISPATCHER, 2001, "", 150)),
        (429, JSON, '{"code":2002,"message":"busy"}', Failure(Shape.DISPATCHER, 2002)),
        (200, JSON, '{"code":5000,"status":"ERROR","error_text":"x"}', Failure(Shape.DISPATCHER, 5000)),
        (403, JSON, '{"error_text":"Ключ не распознан"}', Failure(Shape.DOOR, None, "Ключ не распознан")),
        (200, JSON, '{"error_text":"Ключ не распознан"}', Failure(Shape.DOOR, None, "Ключ не распознан")),
        (400, "text/plain; charset=utf-8", "body is not JSON", Failure(Shape.PARSER)),
    ],
)
def test_failures_are_told_by_their_shape(status: int, content_type: str, body: str, failure: Failure) -> None:
    assert wire.decode_answer(status, content_type, body.encode()) == failure


def test_every_number_is_exact() -> None:
    body = b'{"status":"OK","result":{"sum":5000232.42,"whole":7,"long":0.268354265775000001}}'
    answer = wire.decode_answer(200, "application/json; charset=UTF-8", body)
    assert isinstance(answer, wire.Result)
    assert answer.fields.row == {"sum": Decimal("5000232.42"), "whole": 7, "long": Decimal("0.268354265775000001")}


@pytest.mark.parametrize(
    "status, content_type, body",
    [
        (200, "text/html; charset=utf-8", b"<html></html>"),
        (200, "", b'{"status":"OK","result":{}}'),
        (200, "application/json; charset=windows-1251", b'{"status":"OK","result":{}}'),
        (200, JSON, '{"error_text":"Ключ"}'.encode("cp1251")),
        (200, JSON, b""),
        (200, JSON, b'{"status":"OK","resu'),
        (200, JSON, b"[]"),
        (200, JSON, b"{}"),
        (200, JSON, b'{"status":"OK"}'),
        (200, JSON, b'{"status":"OK","result":[]}'),
        (200, JSON, b'{"status":"DONE","result":{}}'),
        (302, JSON, b'{"status":"OK","result":{}}'),
        (400, JSON, b'{"status":"OK","result":{}}'),
        (404, "text/plain", b"no"),
        (200, JSON, b'{"status":"OK","result":{"sum":1e9}}'),
        (200, JSON, b'{"status":"OK","result":{"sum":NaN}}'),
        (200, JSON, b'{"status":"OK","result":{"sum":-Infinity}}'),
        (200, JSON, b'{"code":"2001"}'),
        (200, JSON, b'{"code":2001.5}'),
        (200, JSON, b'{"error_text":null}'),
        (200, JSON, b"[" * 100_000),
        (200, JSON, b'{"code":' + b"9" * 5_000 + b".5}"),
    ],
)
def test_what_no_shape_fits_is_unreadable(status: int, content_type: str, body: bytes) -> None:
    with pytest.raises(wire.Unreadable):
        wire.decode_answer(status, content_type, body)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_bytes_that_are_no_answer_are_unreadable_and_nothing_else(body: bytes) -> None:
    with pytest.raises(wire.Unreadable):
        wire.decode_answer(200, JSON, body)


def test_requests_are_utf8_json() -> None:
    assert (
        wire.encode_request("k", "ping", {"text": "Ё"})
        == '{"key": "k", "operation": "ping", "data": {"text": "Ё"}}'.encode()
    )
