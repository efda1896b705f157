"""Replies written by hand that no core should send, and what becomes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.errors import SourceError, SourceGarbled, SourceInMaintenance, SourceUnavailable
from domain.models import ClientLookup, Instalment, Isn, PolicyNumber
from domain.ports import MISSING
from tests.wire.policy_core.replay import CALL, HEADERS, envelope, recorded, replaying

DEMO = Isn(2596516901)
NEIGHBOUR = Isn(2596516908)
CLIENTS = recorded("get_clients.xml")
BOMB = b"""<?xml version="1.0" encoding="windows-1251"?>
<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<b>&b;</b>"""
OUTSIDE = b"""<?xml version="1.0" encoding="windows-1251"?>
<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/hostname">]><b>&a;</b>"""
UNDECLARED = CLIENTS.partition(b"?>")[2]
AS_UTF8 = CLIENTS.decode("windows-1251").encode()


@pytest.mark.parametrize(
    "body, detail",
    [
        (b"", "XML declaration does not say windows-1251"),
        (CLIENTS[: len(CLIENTS) // 2], "not well-formed XML"),
        (BOMB, "DTD in a reply"),
        (OUTSIDE, "DTD in a reply"),
        (UNDECLARED, "XML declaration does not say windows-1251"),
        (AS_UTF8, "octets are UTF-8 under a windows-1251 declaration"),
        (AS_UTF8.replace(b"windows-1251", b"utf-8"), "XML declaration does not say windows-1251"),
        (CLIENTS.replace("Попов".encode("windows-1251"), b"\x98"), "not well-formed XML"),
        (CLIENTS.replace(b"GetClientsResponse", b"GetPoliciesResponse"), "reply to another operation"),
        (b'<?xml version="1.0" encoding="windows-1251"?><Envelope/>', "not a SOAP envelope"),
        (envelope("GetClients", "<Client>" + "<a>" * 10 + "</a>" * 10 + "</Client>"), "elements nest over 12 deep"),
        (envelope("GetClients", "").replace(b"ResponseStatus", b"Status"), "no ResponseStatus"),
        (envelope("GetClients", "").replace(b"ResponseData", b"Data"), "no ResponseData"),
        (envelope("GetClients", "", "<ErrorCode>777</ErrorCode>"), "status with no known error code"),
        (envelope("GetClients", "", ""), "status with no known error code"),
    ],
)
async def test_a_reply_that_cannot_be_read_is_garbled_for_every_key(body: bytes, detail: str) -> None:
    adapter, transport = replaying("GetClients", body)

    found = await adapter.clients([DEMO, NEIGHBOUR], CALL)

    assert [(type(each), getattr(each, "detail", "")) for each in found] == [(SourceGarbled, detail)] * 2
    assert transport.observer.garbles == [("GetClients", detail)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "headers, status, outcome",
    [
        ({"Content-Type": "text/xml; charset=utf-8"}, 200, SourceGarbled),
        (HEADERS, 404, SourceGarbled),
        (HEADERS, 302, SourceGarbled),
        (HEADERS, 503, SourceUnavailable),
        ({"Content-Type": "text/html"}, 200, SourceGarbled),
    ],
)
async def test_a_reply_that_is_framed_wrongly_is_refused(
    headers: dict[str, str], status: int, outcome: type[SourceError]
) -> None:
    adapter, _ = replaying("GetClients", CLIENTS, status=status, headers=headers)

    assert [type(each) for each in await adapter.clients([DEMO], CALL)] == [outcome]


async def test_a_status_500_without_soap_is_unavailable() -> None:
    adapter, _ = replaying("GetClients", b"Internal Server Error", status=500, headers={"Content-Type": "text/plain"})

    (found,) = await adapter.clients([DEMO], CALL)

    assert isinstance(found, SourceUnavailable)
    assert found.retryable


@pytest.mark.parametrize("content_type", ["text/html", "text/xml; charset=windows-1251"])
async def test_a_page_of_maintenance_tells_its_end(content_type: str) -> None:
    page = "<!DOCTYPE html><title>Технические работы</title><p>Закрыто до 24.11.2026 07:30</p>".encode()
    adapter, _ = replaying("GetClients", page, headers={"Content-Type": content_type})

    (found,) = await adapter.clients([DEMO], CALL)

    assert isinstance(found, SourceInMaintenance)
    assert found.until == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("content_type", ["text/html", "text/xml; charset=windows-1251"])
async def test_another_page_is_garbled(content_type: str) -> None:
    adapter, _ = replaying("GetClients", b"<html>Sign in</html>", headers={"Content-Type": content_type})

    assert [type(each) for each in await adapter.clients([DEMO], CALL)] == [SourceGarbled]


async def test_an_end_of_maintenance_that_never_comes_is_unknown() -> None:
    text = "<ErrorCode>503</ErrorCode><ErrorMessage>Технические работы до 31.02.2026 06:00</ErrorMessage>"
    adapter, _ = replaying("GetClients", envelope("GetClients", "", text))

    (found,) = await adapter.clients([DEMO], CALL)

    assert isinstance(found, SourceInMaintenance)
    assert found.until is None


@pytest.mark.parametrize(
    "change, detail",
    [
        ((b"<Sex>", b"<Sex>?"), "Sex has an unknown code"),
        ((b"03.04.1988", b"1988-04-03"), "BirthDate is misspelled"),
        ((b"03.04.1988", b"31.02.1988"), "BirthDate is no day of the calendar"),
        ((b"+7 910 7060348", b"12"), "Phone is not a phone"),
        ((b"@example.org", b""), "Email is not an e-mail"),
        ((b"<PhoneConfirmed>Y", b"<PhoneConfirmed>1"), "PhoneConfirmed has an unknown code"),
        ((b"<Purpose>2", b"<Purpose>9"), "Purpose has an unknown code"),
        ((b"<Number>C9852614</Number>", b""), "Number is absent"),
    ],
)
async def test_one_bad_value_garbles_its_own_item_alone(change: tuple[bytes, bytes], detail: str) -> None:
    assert change[0] in CLIENTS
    adapter, transport = replaying("GetClients", CLIENTS.replace(*change, 1))

    demo, neighbour, _ = await adapter.clients([DEMO, NEIGHBOUR, Isn(7)], CALL)

    assert (type(demo), getattr(demo, "detail", "")) == (SourceGarbled, detail)
    assert getattr(neighbour, "isn", None) == NEIGHBOUR
    assert transport.observer.garbles == [("GetClients", detail)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("lossy", [b"2.5965169e+09", b"2596516901.5", b"2596516901", b"-1.0", b""])
async def test_a_row_without_a_readable_key_leaves_its_own_key_garbled_and_is_counted(lossy: bytes) -> None:
    adapter, transport = replaying("GetClients", CLIENTS.replace(b"2596516901.0", lossy))

    neighbour, demo, unknown = await adapter.clients([NEIGHBOUR, DEMO, Isn(7)], CALL)

    assert getattr(neighbour, "isn", None) == NEIGHBOUR
    assert (type(demo), getattr(demo, "detail", "")) == (SourceGarbled, "no row and no error")
    assert unknown is MISSING
    (told, _) = transport.observer.garbles  # type: ignore[attr-defined]
    assert told[1].startswith("a row without a key: Isn ")


async def test_a_row_that_is_left_out_without_a_word_is_garbled_for_its_key_alone() -> None:
    row = CLIENTS[CLIENTS.index(b"<Client>") : CLIENTS.index(b"</Client>") + 9]
    adapter, transport = replaying("GetClients", CLIENTS.replace(row, b""))

    demo, neighbour, unknown = await adapter.clients([DEMO, NEIGHBOUR, Isn(7)], CALL)

    assert (type(demo), getattr(demo, "detail", "")) == (SourceGarbled, "no row and no error")
    assert getattr(neighbour, "isn", None) == NEIGHBOUR
    assert unknown is MISSING
    assert transport.observer.garbles == [("GetClients", "no row and no error")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "status, outcome",
    [(200, type(MISSING)), (510, SourceUnavailable), (0, SourceGarbled), (1, SourceGarbled), (100, SourceGarbled)],
)
async def test_an_error_stands_for_a_row(status: int, outcome: type) -> None:
    told = CLIENTS.replace(b"<ErrorCode>200", b"<ErrorCode>%d" % status)
    adapter, _ = replaying("GetClients", told)

    demo, neighbour, asked = await adapter.clients([DEMO, NEIGHBOUR, Isn(7)], CALL)

    assert [getattr(each, "isn", None) for each in (demo, neighbour)] == [DEMO, NEIGHBOUR]
    assert type(asked) is outcome


async def test_a_row_and_an_error_for_one_key_contradict_each_other() -> None:
    adapter, _ = replaying("GetClients", CLIENTS.replace(b"<Isn>7.0<", b"<Isn>2596516901.0<"))

    demo, neighbour = await adapter.clients([DEMO, NEIGHBOUR], CALL)

    assert (type(demo), getattr(demo, "detail", "")) == (SourceGarbled, "a row came twice")
    assert getattr(neighbour, "isn", None) == NEIGHBOUR


async def test_a_doubled_row_is_garbled_for_its_key_alone() -> None:
    row = CLIENTS[CLIENTS.index(b"<Client>") : CLIENTS.index(b"</Client>") + 9]
    adapter, _ = replaying("GetClients", CLIENTS.replace(row, row + row))

    demo, neighbour = await adapter.clients([DEMO, NEIGHBOUR], CALL)

    assert (type(demo), getattr(demo, "detail", "")) == (SourceGarbled, "a row came twice")
    assert getattr(neighbour, "isn", None) == NEIGHBOUR


async def test_a_row_nobody_asked_for_is_passed_over_and_counted() -> None:
    adapter, transport = replaying("GetClients", CLIENTS)

    (demo,) = await adapter.clients([DEMO], CALL)

    assert getattr(demo, "isn", None) == DEMO
    # The neighbour's row, and the error of a third.
    assert transport.observer.garbles == [("GetClients", "a row that was not asked for")] * 2  # type: ignore[attr-defined]


async def test_a_policy_that_is_not_the_one_asked_for_is_garbled() -> None:
    swapped = recorded("get_policies_by_number.xml").replace(b"<Number>P10033148", b"<Number>P10033149")
    adapter, _ = replaying("GetPolicies", swapped)

    assert [type(each) for each in await adapter.policies_by_number([PolicyNumber("P10033148")], CALL)] == [
        SourceGarbled
    ]


@pytest.mark.parametrize(
    "change, detail",
    [
        ((b"<ItemStatus><ErrorCode>510", b"<ItemStatus><ErrorCode>100"), "ItemStatus speaks of the session"),
        ((b"<ItemStatus><ErrorCode>510", b"<ItemStatus><ErrorCode>0"), "Policy is absent"),
        ((b"<ItemStatus><ErrorCode>510", b"<ItemStatus><ErrorCode>1"), "status with no known error code"),
    ],
)
async def test_an_item_status_that_makes_no_sense_is_garbled(change: tuple[bytes, bytes], detail: str) -> None:
    adapter, transport = replaying("GetPolicies", recorded("get_policies_locked.xml").replace(*change))

    (found,) = await adapter.policies([Isn(5000000000)], CALL)

    assert (type(found), getattr(found, "detail", "")) == (SourceGarbled, detail)
    assert [operation for operation, _ in transport.requests] == ["Login", "GetPolicies"]


async def test_answers_about_another_object_are_garbled() -> None:
    adapter, _ = replaying("GetRenewalOptions", recorded("get_renewal_options.xml"))
    assert [type(each) for each in await adapter.renewals([PolicyNumber("P1")], CALL)] == [SourceGarbled]

    adapter, _ = replaying("GetProductRules", recorded("get_product_rules.xml"))
    assert [type(each) for each in await adapter.product_rules(["OSAGO"], CALL)] == [SourceGarbled]

    adapter, _ = replaying("GetProductRules", envelope("GetProductRules", ""))
    assert [type(each) for each in await adapter.product_rules(["OSAGO"], CALL)] == [SourceGarbled]


async def test_instalments_with_one_number_twice_are_garbled() -> None:
    twice = recorded("get_instalments.xml").replace(b"<No>2</No>", b"<No>3</No>")
    adapter, _ = replaying("GetInstalments", twice)

    split, single = await adapter.instalments([PolicyNumber("K23815851"), PolicyNumber("P10033148")], CALL)

    assert isinstance(split, SourceGarbled)
    assert isinstance(single, tuple)
    assert isinstance(single[0], Instalment)


async def test_an_empty_plan_and_an_empty_list_are_nothing_to_show() -> None:
    number = "<PolicyNumber>p 1</PolicyNumber>"
    status = "<ItemStatus><ErrorCode>200</ErrorCode></ItemStatus>"
    unknown = f"<ItemError><PolicyNumber>P2</PolicyNumber>{status}</ItemError>"
    adapter, _ = replaying("GetInstalments", envelope("GetInstalments", f"<Plan>{number}</Plan>{unknown}"))
    assert await adapter.instalments([PolicyNumber("P1"), PolicyNumber("P2")], CALL) == [(), MISSING]

    adapter, _ = replaying("GetDocumentList", envelope("GetDocumentList", f"<List>{number}</List>{unknown}"))
    assert await adapter.documents([PolicyNumber("P1"), PolicyNumber("P2")], CALL) == [(), MISSING]


async def test_keys_that_cannot_stand_in_a_request_are_missing_unasked() -> None:
    adapter, transport = replaying("GetClients", CLIENTS)

    assert await adapter.clients([Isn(0), Isn(-1), Isn(10**15)], CALL) == [MISSING] * 3
    assert (
        await adapter.instalments([PolicyNumber(""), PolicyNumber("\x00"), PolicyNumber("A" * 41)], CALL)
        == [MISSING] * 3
    )
    assert await adapter.client_lookups([ClientLookup(), ClientLookup(phone="\ud800")], CALL) == [MISSING] * 2
    assert await adapter.product_rules(["\x1b"], CALL) == [MISSING]
    assert transport.requests == []
