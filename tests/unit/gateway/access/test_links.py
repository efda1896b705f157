"""Links to documents: what they open, and what opens nothing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey

from domain import models
from domain.viewer import Viewer, ViewerKind
from gateway.access.errors import LinkExpired, LinkInvalid
from gateway.access.links import DocumentLinks, OpenedLink
from gateway.settings import Links
from gateway.settings.declaring import Secret
from tests.fakes.clock import NOW, StillClock

VIEWER = Viewer(ViewerKind.CLIENT, "client-1", models.Isn(2596516901))
FILE = models.DocumentKey(models.PolicyNumber("P10033148"), "17")
KEY = "0123456789012345678901234567890123456789"
ROOT = "https://graph.example/documents/"


def links(clock: StillClock | None = None, key: str = KEY, ttl_s: int = 300) -> DocumentLinks:
    return DocumentLinks(Links(key=Secret(key), ttl_s=ttl_s), "https://graph.example/", clock or StillClock())


def token(made: DocumentLinks | None = None) -> str:
    return (made or links()).sign(VIEWER, FILE, "Полис.pdf").url.removeprefix(ROOT)


@pytest.mark.parametrize("viewer", [VIEWER, Viewer(ViewerKind.EMPLOYEE, "employee-1")])
@pytest.mark.parametrize("file", [FILE, models.ClaimFileKey(models.ClaimId("c-1"), "f-1")])
def test_a_link_opens_what_it_was_made_for(viewer: Viewer, file: models.DocumentKey | models.ClaimFileKey) -> None:
    signed = links().sign(viewer, file, "Полис №1.pdf")
    assert signed.url.startswith(ROOT)
    assert signed.expires_at == NOW.replace(minute=NOW.minute + 5)
    assert links().open(signed.url.removeprefix(ROOT)) == OpenedLink(viewer, file, "Полис №1.pdf")


def test_the_address_tells_nothing_and_is_safe_in_a_path() -> None:
    made = token()
    assert made.replace("-", "").replace("_", "").replace(".", "").isalnum()
    shown = b"".join(base64.urlsafe_b64decode(part + "===") for part in made.split("."))
    assert b"P10033148" not in shown
    assert b"client-1" not in shown
    assert token() != made


def test_a_link_ends_on_the_second() -> None:
    clock = StillClock()
    made = token(links(clock, ttl_s=60))
    clock.advance(59)
    assert links(clock).open(made).viewer == VIEWER
    clock.advance(1)
    with pytest.raises(LinkExpired):
        links(clock).open(made)


def test_a_link_under_another_key_is_none() -> None:
    with pytest.raises(LinkInvalid) as refused:
        links(key=KEY[::-1]).open(token())
    assert not isinstance(refused.value, LinkExpired)


def test_the_key_is_derived_for_links_alone() -> None:
    """Encrypting under the setting itself must not make a link, whoever else comes to use it."""
    forged = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, b"{}", OctKey.import_key(KEY[:32]))
    with pytest.raises(LinkInvalid):
        links().open(forged)


@given(position=st.integers(min_value=0, max_value=10_000), letter=st.sampled_from("ABCabc012_-."))
def test_a_changed_link_is_none(position: int, letter: str) -> None:
    made = token()
    place = position % len(made)
    changed = made[:place] + letter + made[place + 1 :]
    if base64_equal(made, changed):
        return
    with pytest.raises(LinkInvalid):
        links().open(changed)


def base64_equal(one: str, other: str) -> bool:
    """Whether two tokens say the same: the last letter of a part has bits that mean nothing."""
    try:
        decoded = [[base64.urlsafe_b64decode(part + "===") for part in each.split(".")] for each in (one, other)]
    except ValueError:
        return False
    return decoded[0] == decoded[1]


@given(st.text(max_size=400) | st.from_regex(r"[\w-]{0,60}(\.[\w-]{0,60}){4}", fullmatch=True))
def test_garbage_is_never_anything_but_invalid(text: str) -> None:
    with pytest.raises(LinkInvalid):
        links().open(text)


def test_a_link_that_is_too_long() -> None:
    with pytest.raises(LinkInvalid, match="too long"):
        links().open("x" * 5000)
