import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.population.files import PIECE, SMALLEST_PDF, jpeg, pdf


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(SMALLEST_PDF, 300_000))
def test_a_pdf_has_the_size_asked_for_and_its_table_is_right(title: str, size: int) -> None:
    content = b"".join(pdf(title, size))
    assert len(content) == size
    assert content.startswith(b"%PDF-1.7\n")
    start = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n$", content)[0])
    assert content[start:].startswith(b"xref\n0 6\n")
    offsets = [int(row) for row in re.findall(rb"(\d{10}) 00000 n ", content[start:])]
    assert [content[offset:].split(b" ", 1)[0] for offset in offsets] == [b"1", b"2", b"3", b"4", b"5"]
    length, filler = re.findall(rb"/Length (\d+)>>\nstream\n(.*)\nendstream", content, re.DOTALL)[0]
    assert int(length) == len(filler)


def test_a_pdf_names_its_title() -> None:
    assert "Полис".encode("utf-16-be").hex().upper().encode() in b"".join(pdf("Полис", 4_000))


def test_a_large_pdf_comes_in_small_pieces() -> None:
    pieces = list(pdf("Отчёт", 5_000_000))
    assert sum(len(piece) for piece in pieces) == 5_000_000
    assert max(len(piece) for piece in pieces) <= PIECE


def test_titles_differ_and_so_do_the_files() -> None:
    assert all(one != other for one, other in pairwise(b"".join(pdf(title, 4_000)) for title in ("А", "Б", "В")))


@given(st.integers(64, 400_000))
def test_a_jpeg_has_the_size_asked_for_and_whole_segments(size: int) -> None:
    content = b"".join(jpeg(size))
    assert len(content) == size
    assert content[:4] == b"\xff\xd8\xff\xe0"
    place = 2
    while content[place : place + 2] != b"\xff\xd9":
        assert content[place : place + 2] in {b"\xff\xe0", b"\xff\xfe"}
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    assert place + 2 == size


def test_too_small_files_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2048"):
        list(pdf("Полис", SMALLEST_PDF - 1))
    with pytest.raises(ValueError, match="at least 64"):
        list(jpeg(63))
