"""Request headers by name; of two with one name the first counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.types import Scope

from gateway.http.headers import header, is_given, values


def scope(*headers: tuple[bytes, bytes]) -> Scope:
    return {"type": "http", "headers": list(headers)}


def test_a_header_is_found_by_its_name_in_lower_case() -> None:
    asked = scope((b"accept", b"*/*"), (b"accept-language", b"ru"))
    assert header(asked, b"accept-language") == "ru"
    assert header(asked, b"authorization") is None


def test_of_two_with_one_name_the_first_counts() -> None:
    asked = scope((b"authorization", b"first"), (b"accept", b"*/*"), (b"authorization", b"second"))
    assert header(asked, b"authorization") == "first"
    assert header(asked, b"accept") == "*/*"


def test_all_of_one_name_are_told_in_their_order() -> None:
    asked = scope((b"if-none-match", b'"a"'), (b"accept", b"*/*"), (b"if-none-match", b'"b"'))
    assert values(asked, b"if-none-match") == ['"a"', '"b"']
    assert values(asked, b"authorization") == []


def test_an_empty_header_is_given() -> None:
    asked = scope((b"authorization", b""))
    assert is_given(asked, b"authorization")
    assert header(asked, b"authorization") == ""
    assert not is_given(asked, b"accept")


@pytest.mark.parametrize("raw", [bytes([number]) for number in (0x80, 0xFF)] + ["имя".encode()])
def test_any_bytes_can_be_read(raw: bytes) -> None:
    read = header(scope((b"x-client-name", raw)), b"x-client-name")
    assert read is not None
    assert read.encode("latin-1") == raw


def test_headers_are_gone_through_once_a_request() -> None:
    class Counted(list[tuple[bytes, bytes]]):
        gone_through = 0

        def __reversed__(self) -> Iterator[tuple[bytes, bytes]]:
            Counted.gone_through += 1
            return super().__reversed__()

    asked: Scope = {"type": "http", "headers": Counted([(b"accept", b"*/*")])}
    for name in (b"accept", b"authorization", b"accept"):
        header(asked, name)
        is_given(asked, name)
    assert Counted.gone_through == 1


def test_requests_share_nothing() -> None:
    one, other = scope((b"authorization", b"one")), scope((b"authorization", b"other"))
    assert [header(asked, b"authorization") for asked in (one, other, one)] == ["one", "other", "one"]
