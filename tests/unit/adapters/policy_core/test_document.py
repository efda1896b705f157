"""A document is the same however its reply is cut into pieces and its base64 into lines."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.policy_core import wire

LIMIT = 10_000
HEAD = (
    '<?xml version="1.0" encoding="windows-1251"?>\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    '<s:Body><GetDocumentResponse xmlns="urn:insurer:policy-core:1"><ResponseStatus><ErrorCode>0</ErrorCode>'
    "<ErrorMessage>Успешно</ErrorMessage></ResponseStatus><ResponseData><FileName>полис.pdf</FileName>"
    "<MediaType>application/pdf</MediaType>"
).encode("windows-1251")
TAIL = b"</ResponseData></GetDocumentResponse></s:Body></s:Envelope>"


def reply(content: bytes, size: str = "") -> bytes:
    """A whole reply around base64."""
    return HEAD + size.encode() + b"<Content>" + content + b"</Content>" + TAIL


def read(*pieces: bytes, limit: int = LIMIT) -> tuple[bytes, wire.DocumentReader]:
    """Read a reply piece by piece to its end."""
    reader = wire.DocumentReader(limit)
    file = b"".join([reader.feed(piece) for piece in pieces])
    reader.finish()
    return file, reader


def cut(whole: bytes, size: int) -> Iterator[bytes]:
    """Pieces of one size."""
    return (whole[start : start + size] for start in range(0, len(whole), size))


@given(
    st.binary(max_size=2_000), st.integers(1, 300), st.integers(1, 90), st.sampled_from([b"", b"\n", b"\r\n", b" \t"])
)
def test_a_file_survives_any_pieces_and_lines(file: bytes, piece: int, line: int, separator: bytes) -> None:
    encoded = separator.join(cut(base64.b64encode(file), line))

    found, reader = read(*cut(reply(encoded, f"<Size>{len(file)}</Size>"), piece))

    assert found == file
    assert (reader.status, reader.media_type, reader.size) == (
        wire.Status("0", "Успешно"),
        "application/pdf",
        str(len(file)),
    )


@given(st.data())
def test_a_reply_cut_anywhere_is_refused(data: st.DataObject) -> None:
    whole = reply(base64.b64encode(b"%PDF-" * 20))
    end = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(wire.Unreadable):
        read(*cut(whole[:end], 50))


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"QUJD!UJD", "content is not base64"),
        ("QUJDЖUJD".encode("windows-1251"), "content is not base64"),
        (b"QUI=QUJD", "content is not base64"),
        (b"QUJDQ", "base64 breaks off"),
        (b"QUJD<a/>", "content out of place"),
        (b"QUJD</Content><Content>QUJD", "content out of place"),
        (b"QUJD" * 3_334, "file is over 10000 bytes"),
    ],
)
def test_what_is_no_file_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(wire.Unreadable, match=problem):
        read(reply(content))


def test_padding_ends_a_file_even_across_pieces() -> None:
    whole = reply(b"QUJD" * 1_000 + b"QUI=QUJD")
    split = whole.index(b"=QUJD") + 1

    with pytest.raises(wire.Unreadable, match="text after the end of base64"):
        read(whole[:split], whole[split:])


def test_a_file_of_another_size_than_announced_is_refused() -> None:
    with pytest.raises(wire.Unreadable, match="announced size"):
        read(reply(b"QUJD", "<Size>4</Size>"))


def test_content_before_the_status_is_refused() -> None:
    early = reply(b"QUJD").replace(b"<ErrorCode>0</ErrorCode>", b"")

    with pytest.raises(wire.Unreadable, match="content out of place"):
        read(early)


def test_a_dtd_is_refused_wherever_it_comes() -> None:
    whole = reply(b"QUJD").replace(b"?>\n", b"?>" + b"\n" * 300 + b'<!DOCTYPE s [<!ENTITY a "b">]>')

    with pytest.raises(wire.Unreadable, match="DTD"):
        read(*cut(whole, 100))


def test_deep_nesting_and_endless_texts_are_refused() -> None:
    with pytest.raises(wire.Unreadable, match="over 12 deep"):
        read(HEAD + b"<a>" * 10)
    with pytest.raises(wire.Unreadable, match="MediaType is too long"):
        read(HEAD.replace(b"application/pdf", b"a" * 100_000) + TAIL)


def test_an_error_without_content_is_a_status() -> None:
    _, reader = read((HEAD + TAIL).replace(b">0<", b">200<"))

    assert not reader.in_content
    assert reader.status.error_code == "200"


def test_a_fault_is_told() -> None:
    fault = HEAD[: HEAD.index(b"<GetDocument")] + b"<s:Fault><faultcode>soap:Client</faultcode></s:Fault>"

    with pytest.raises(wire.SoapFault) as raised:
        read(fault + b"</s:Body></s:Envelope>")

    assert raised.value.client_side
