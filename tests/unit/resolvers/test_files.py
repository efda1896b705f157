"""Links are made for clients, and the access rule holds again when one is followed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import models
from domain.errors import Source, SourceError
from domain.models import ClaimFileKey, ClaimId, DocumentKey
from domain.ports import FileKey
from domain.viewer import Viewer
from resolvers import files
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.files import EXPIRES_AT, FakeLinks
from tests.fakes.holdings import rows
from tests.fakes.objects import number
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, STRANGER

DOCUMENT = DocumentKey(number(100), "1")
UPLOAD = ClaimFileKey(ClaimId("c1"), "f1")
STRANGERS: tuple[FileKey, ...] = (DocumentKey(number(300), "1"), ClaimFileKey(ClaimId("c9"), "f1"))
MISSING: tuple[FileKey, ...] = (
    DocumentKey(number(999), "1"),
    DocumentKey(number(100), "9"),
    DocumentKey(number(101), "1"),
    ClaimFileKey(ClaimId("c0"), "f1"),
    ClaimFileKey(ClaimId("c1"), "f9"),
)


def upload(key: ClaimFileKey) -> models.ClaimFile:
    return models.ClaimFile(key, "Паспорт Калининой.pdf", "application/pdf", 2048, NOW)


def claim(claim_id: str, isn: int) -> models.Claim:
    wanted = objects.required_document(files=(upload(ClaimFileKey(ClaimId(claim_id), "f1")),))
    return objects.claim(claim_id, isn, required_documents=(objects.required_document("0"), wanted))


def world() -> FakeReads:
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT), objects.client(STRANGER)),
            policies=(objects.policy(100), objects.policy(101), objects.policy(300, holder_isn=STRANGER)),
            claims=(claim("c1", 100), claim("c9", 300)),
        ),
        documents={number(100): (objects.document(100),), number(300): (objects.document(300),)},
    )


def test_a_client_gets_links_bound_to_itself_and_the_file() -> None:
    links = FakeLinks()
    context = request(world(), client(CLIENT), links=links)

    document = files.policy_document_link(objects.document(100), context)
    uploaded = files.claim_file_link(upload(UPLOAD), context)

    assert links.signed == [
        (client(CLIENT), DOCUMENT, "policy.pdf"),
        (client(CLIENT), UPLOAD, "Паспорт Калининой.pdf"),
    ]
    assert document is not None
    assert uploaded is not None
    assert document.url != uploaded.url
    assert document.expires_at == EXPIRES_AT


@pytest.mark.parametrize("viewer", [EMPLOYEE, None])
def test_nobody_else_gets_a_link(viewer: Viewer | None) -> None:
    links = FakeLinks()
    context = request(world(), viewer, links=links)

    assert files.policy_document_link(objects.document(100), context) is None
    assert files.claim_file_link(upload(UPLOAD), context) is None
    assert links.signed == []


@pytest.mark.parametrize("key", [DOCUMENT, UPLOAD])
async def test_a_client_may_open_its_own(key: FileKey) -> None:
    assert await files.may_open(request(world(), client(CLIENT)), key)


@pytest.mark.parametrize("key", [*STRANGERS, *MISSING])
async def test_a_client_may_open_neither_a_strangers_file_nor_one_that_is_not_there(key: FileKey) -> None:
    assert not await files.may_open(request(world(), client(CLIENT)), key)


@pytest.mark.parametrize(("strangers", "missing"), [(STRANGERS[0], MISSING[0]), (STRANGERS[1], MISSING[3])])
async def test_a_strangers_file_and_a_missing_one_ask_the_same(strangers: FileKey, missing: FileKey) -> None:
    asked = []
    for key in (strangers, missing):
        reads = world()
        await files.may_open(request(reads, client(CLIENT)), key)
        asked.append(reads.keys)

    assert asked[0] == asked[1]


@pytest.mark.parametrize("viewer", [EMPLOYEE, None])
@pytest.mark.parametrize("key", [DOCUMENT, UPLOAD])
async def test_nobody_else_may_open_anything_and_nothing_is_asked(viewer: Viewer | None, key: FileKey) -> None:
    reads = world()

    assert not await files.may_open(request(reads, viewer), key)
    assert reads.calls == {}


async def test_a_policy_that_changed_hands_closes_its_documents() -> None:
    reads = world()
    sold = replace(objects.policy(100), holder_isn=STRANGER)
    reads.by_name["policies_of_holder"].rows.update({CLIENT: (objects.policy(101),), STRANGER: (sold,)})

    assert not await files.may_open(request(reads, client(CLIENT)), DOCUMENT)
    assert not await files.may_open(request(reads, client(CLIENT)), UPLOAD)
    assert await files.may_open(request(reads, client(STRANGER)), DOCUMENT)


@pytest.mark.parametrize(
    ("read", "key"),
    [
        ("policies_of_holder", DOCUMENT),
        ("documents", DOCUMENT),
        ("policies_of_holder", UPLOAD),
        ("claims_of_policy", UPLOAD),
    ],
)
async def test_a_rule_that_cannot_be_checked_opens_nothing(read: str, key: FileKey) -> None:
    reads = world()
    reads.fail(read, DOWN[Source.POLICY_CORE])

    with pytest.raises(SourceError):
        await files.may_open(request(reads, client(CLIENT)), key)
