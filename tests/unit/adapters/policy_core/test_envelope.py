"""Requests carry any text that XML can carry; replies are read or refused, never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.policy_core import wire

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CARRIED = st.text(min_size=1, max_size=60).filter(lambda text: wire.can_carry(text, 60))


@given(st.lists(CARRIED, min_size=1, max_size=5))
def test_a_request_is_read_back_as_it_was_meant(texts: list[str]) -> None:
    body = wire.request("GetClients", *[("Isn", text) for text in texts], ("Key", [("Number", texts[0])]))

    (content,) = etree.fromstring(body).iterfind(f"{{{SOAP}}}Body/*")
    # XML itself turns carriage returns into line feeds; no key holds one.
    expected = [text.replace("\r\n", "\n").replace("\r", "\n") for text in [*texts, texts[0]]]
    assert [each.text for each in content.iter() if each.text] == expected
    assert etree.QName(content).localname == "GetClients"


@given(st.text(max_size=5))
def test_what_can_be_carried_is_what_xml_allows(text: str) -> None:
    try:
        etree.Element("a").text = text
        allowed = bool(text)
    except ValueError:
        allowed = False

    assert wire.can_carry(text, 5) is allowed


@given(st.binary(max_size=200))
def test_any_octets_are_refused_cleanly(octets: bytes) -> None:
    for body in (octets, b'<?xml version="1.0" encoding="windows-1251"?>' + octets):
        with pytest.raises(wire.Unreadable):
            wire.read_answer(body, "GetClients")


@given(st.data())
def test_a_reply_cut_anywhere_is_refused(data: st.DataObject) -> None:
    whole = wire.request("GetClientsResponse", ("ResponseStatus", [("ErrorCode", "0")]), ("ResponseData", []))
    cut = data.draw(st.integers(0, len(whole) - 1))

    assert wire.read_answer(whole, "GetClients").status == wire.Status("0")
    with pytest.raises(wire.Unreadable):
        wire.read_answer(whole[:cut], "GetClients")


def test_an_octet_that_the_charset_lacks_is_refused() -> None:
    whole = wire.request("GetClientsResponse", ("ResponseStatus", [("ErrorMessage", "Успешно")]))

    assert wire.read_answer(whole, "GetClients").status.error_message == "Успешно"
    with pytest.raises(wire.Unreadable, match="not well-formed"):
        wire.read_answer(whole.replace("ш".encode("windows-1251"), b"\x98"), "GetClients")


def test_twelve_levels_are_read_and_thirteen_are_not() -> None:
    def reply(depth: int) -> bytes:
        inner = "<a>" * depth + "</a>" * depth
        return wire.request("GetClientsResponse", ("ResponseStatus", []), ("ResponseData", [])).replace(
            b"<ResponseData></ResponseData>", f"<ResponseData>{inner}</ResponseData>".encode()
        )

    assert wire.read_answer(reply(8), "GetClients").data is not None
    with pytest.raises(wire.Unreadable, match="over 12 deep"):
        wire.read_answer(reply(9), "GetClients")


@pytest.mark.parametrize(
    "code, client_side",
    [("soap:Client", True), ("soap:Client.Auth", True), ("soap:NoClient", False), ("soap:Server", False), ("", False)],
)
def test_a_fault_says_whom_it_blames(code: str, client_side: bool) -> None:
    fault = wire.request("x", ("faultcode", code)).replace(
        b'<x xmlns="urn:insurer:policy-core:1">', b'<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    )
    with pytest.raises(wire.SoapFault) as raised:
        wire.read_answer(fault.replace(b"</x>", b"</s:Fault>"), "GetClients")

    assert raised.value.client_side is client_side
