"""The nightly file in pieces, cut, bent and lying."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.life_valuation.wire import NightlyFile, NightlyItem, NightlySurrenderRecord, Unreadable

DAY = date(2026, 1, 15)
FILE = Path(__file__).parents[3] / "wire" / "life_valuation" / "recorded" / "20260115.txt"
LINES = FILE.read_bytes().splitlines(keepends=True)


def read(body: bytes, pieces: int = 1) -> list[NightlyItem]:
    """Decode a file that comes in pieces of equal size."""
    file = NightlyFile(DAY)
    size = max(1, -(-len(body) // pieces))
    items = [item for start in range(0, len(body), size) for item in file.feed(body[start : start + size])]
    file.finish()
    return items


def joined(lines: list[bytes]) -> bytes:
    return b"".join(lines)


def line(text: str) -> bytes:
    return text.ljust(96).encode("cp866") + b"\r\n"


@given(st.integers(1, 3_000))
def test_pieces_make_no_difference(pieces: int) -> None:
    assert read(joined(LINES), pieces) == read(joined(LINES))
    assert len(read(joined(LINES), pieces)) == len(LINES) - 2


@pytest.mark.parametrize("drop", [0, len(LINES) - 1])
def test_a_file_without_its_ends_is_unreadable(drop: int) -> None:
    with pytest.raises(Unreadable):
        read(joined([*LINES[:drop], *LINES[drop + 1 :]]))


@given(st.integers(0, len(joined(LINES)) - 1))
def test_a_file_cut_anywhere_is_unreadable(length: int) -> None:
    with pytest.raises(Unreadable):
        read(joined(LINES)[:length])


@pytest.mark.parametrize(
    "lines, reason",
    [
        ([*LINES, LINES[1]], "line behind the trailer"),
        ([*LINES[:2], *LINES[3:]], "trailer counts other rows"),
        ([LINES[0], *LINES], "header out of place"),
        ([line("00202601142026011505124802"), *LINES[1:]], "file of another day"),
        ([line("00202601152026011505124803"), *LINES[1:]], "layout version is not 02"),
        ([*LINES[:-1], line(f"99{'8':>9}{'16':>9}{'26 798 400,01':>24}")], "trailer sums to another amount"),
        ([*LINES[:-1], line("99 many")], "whole number expected at 3"),
        ([*LINES[:3], b"x" * 200], "line without an end"),
    ],
)
def test_a_file_that_contradicts_itself_is_unreadable(lines: list[bytes], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(joined(lines))


def test_types_added_later_are_skipped() -> None:
    assert read(joined([*LINES[:3], line("31 something new"), *LINES[3:]])) == read(joined(LINES))


@pytest.mark.parametrize(
    "number, bent, reason",
    [
        (2, LINES[2].replace(b" 6 667,6416", b" 6.667,6416"), "grouped number expected at 63"),
        (2, LINES[2].replace(b"6 667,6416", b"  6 667,64"), "level has less than 4 places"),
        (2, LINES[2].replace(b"14012026", b"99012026"), "date expected at 55"),
        (9, LINES[9].replace(b"P10033148", b"P1003314?"), "not a contract number"),
        (9, LINES[9].replace(b"  108.06.2023", b"  x08.06.2023"), "whole number expected at 23"),
        (9, LINES[9].replace(b"08.06.2023", b" 8.06.2023"), "date expected at 26"),
        (9, LINES[9][:-3] + b"\r\n", "line is not 96 octets"),
    ],
)
def test_a_bent_line_spoils_itself_alone(number: int, bent: bytes, reason: str) -> None:
    assert bent != LINES[number]
    items = read(joined([*LINES[:number], bent, *LINES[number + 1 :]]))
    broken = [item for item in items if isinstance(item, Unreadable)]
    assert [str(each) for each in broken] == [reason]
    assert len(items) == len(LINES) - 2


def test_rows_are_cut_by_position() -> None:
    row = read(joined(LINES))[8]
    assert row == NightlySurrenderRecord(
        contract="P10033148",
        year=1,
        starts=date(2023, 6, 8),
        percent=Decimal(70),
        amount=Decimal("2940000.00"),
        currency="RUR",
    )
