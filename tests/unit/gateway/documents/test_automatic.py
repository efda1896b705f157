"""What clients leave by hash is kept within its bytes, the latest used for longest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.documents.automatic import Automatic, hash_of


def kept(automatic: Automatic, *texts: str) -> list[bool]:
    return [automatic.get(hash_of(text)) == text for text in texts]


def test_the_least_recently_used_goes_first() -> None:
    automatic = Automatic(8)
    for text in ("aaaa", "bbbb"):
        automatic.keep(hash_of(text), text)
    assert automatic.get(hash_of("aaaa")) == "aaaa"
    automatic.keep(hash_of("ccc"), "ccc")
    assert kept(automatic, "aaaa", "bbbb", "ccc") == [True, False, True]
    assert automatic.bytes == 7


def test_a_document_larger_than_all_room_is_not_kept_and_drives_nothing_out() -> None:
    automatic = Automatic(4)
    automatic.keep(hash_of("aaaa"), "aaaa")
    automatic.keep(hash_of("яяя"), "яяя")
    assert kept(automatic, "aaaa", "яяя") == [True, False]


def test_none_is_kept_where_there_is_no_room() -> None:
    automatic = Automatic(0)
    automatic.keep(hash_of("a"), "a")
    assert not automatic.is_on
    assert kept(automatic, "a") == [False]


@given(st.lists(st.text(max_size=12), max_size=30), st.integers(0, 40))
def test_it_never_holds_more_than_its_bytes(texts: list[str], most: int) -> None:
    automatic = Automatic(most)
    for text in texts:
        automatic.keep(hash_of(text), text)
        held = {each for each in texts if automatic.get(hash_of(each)) == each}
        assert sum(len(each.encode()) for each in held) == automatic.bytes <= most
