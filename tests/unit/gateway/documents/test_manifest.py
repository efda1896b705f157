"""Lists of Apollo's and Relay's tools are read, and what they say of their ids is verified."""

from __future__ import annotations

import hashlib
import json

import pytest

from gateway.documents.manifest import Algorithm, ManifestUnfit, documents
from tests.unit.gateway.documents.lists import apollo, md5, relay, sha256

TEXT = "query Name { viewer { kind } }"


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def test_a_list_of_apollo() -> None:
    assert documents(apollo(TEXT, "{ a }")) == {sha256(TEXT): TEXT, sha256("{ a }"): "{ a }"}


@pytest.mark.parametrize("hashed", [md5, sha1, sha256])
def test_a_list_of_relay_tells_its_algorithm_by_the_length_of_its_ids(hashed: object) -> None:
    listed = documents(relay(TEXT, "{ а }", hashed=hashed))
    assert list(listed.values()) == [TEXT, "{ а }"]


@pytest.mark.parametrize("content", [relay(), apollo()])
def test_a_list_may_be_empty(content: bytes) -> None:
    assert documents(content) == {}


def test_ids_made_in_another_way_are_taken_once_that_is_declared() -> None:
    content = json.dumps({"Name@1": TEXT}).encode()
    assert documents(content, Algorithm.OPAQUE) == {"Name@1": TEXT}
    with pytest.raises(ManifestUnfit, match="'Name@1' is no hash; declare the list's algorithm"):
        documents(content)


def test_the_declared_algorithm_counts() -> None:
    operations = [{"id": md5(TEXT), "body": TEXT}]
    assert documents(apollo(operations=operations), Algorithm.MD5) == {md5(TEXT): TEXT}
    with pytest.raises(ManifestUnfit, match="is not the sha256 of its document"):
        documents(apollo(operations=operations))
    with pytest.raises(ManifestUnfit, match="is not the sha1 of its document"):
        documents(relay(TEXT), Algorithm.SHA1)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "not a list of documents"),
        (b"\xff", "not a list of documents"),
        (b"[]", "not a list of documents"),
        (b'"text"', "not a list of documents"),
        (b'{"id": 5}', "not a list of documents"),
        (apollo(format="other"), "of the format 'other'; 'apollo-persisted-query-manifest' is known"),
        (apollo(version=2), "of version 2 of its format; 1 is known"),
        (apollo(version="1"), "not a list of documents"),
        (apollo(operations=[{"id": "a"}]), "not a list of documents"),
        (apollo(TEXT, TEXT), f"'{sha256(TEXT)[:16]}…' is listed twice"),
        (json.dumps({md5(TEXT): TEXT + " "}).encode(), f"'{md5(TEXT)[:16]}…' is not the md5 of its document"),
        (apollo(operations=[{"id": sha256(TEXT).upper(), "body": TEXT}]), "is not the sha256 of its document"),
        (b'{"": "{ a }"}', "'' is no hash"),
    ],
)
def test_a_list_that_cannot_be_taken(content: bytes, wrong: str) -> None:
    with pytest.raises(ManifestUnfit) as unfit:
        documents(content)
    assert wrong in str(unfit.value)


def test_no_id_is_empty_however_it_was_made() -> None:
    with pytest.raises(ManifestUnfit, match="an id is empty"):
        documents(b'{"": "{ a }"}', Algorithm.OPAQUE)
