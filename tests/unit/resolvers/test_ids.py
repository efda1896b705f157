"""Global ids are opaque, survive a round trip, and nothing but an id is one."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers import ids


@given(st.text("ABCDEFabcdef", min_size=1), st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_what_is_encoded_is_decoded(type_name: str, internal: str) -> None:
    assert ids.decode(ids.encode(type_name, internal)) == ids.GlobalId(type_name, internal)


def test_an_id_fits_into_an_address_and_shows_no_number() -> None:
    made = ids.encode("Policy", 2596516901)

    assert re.fullmatch(r"[A-Za-z0-9_-]+", made)
    assert "2596516901" not in made


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "!",
        "Policy:1",
        "=",
        "====",
        "QQ",
        "а",
        "\ud800",
        "UG9saWN5",
        "UG9saWN5Og",
        "OjE",
        "_w",
        "A" * 5,
        " UG9saWN5OjE",
    ],
)
def test_what_is_not_an_id_is_no_object(broken: str) -> None:
    assert ids.decode(broken) is None


@given(st.text(max_size=60))
def test_no_text_makes_decoding_fail(text: str) -> None:
    decoded = ids.decode(text)

    assert decoded is None or (decoded.type_name and decoded.internal)


def test_an_id_made_here_is_read_as_it_is_written_and_of_its_type_alone() -> None:
    made = UUID("0a000000-0000-4000-8000-00000000000b")
    assert ids.uuid(ids.encode("Payment", made), "Payment") == made
    for wrong in ("", str(made), *(ids.encode("Payment", each) for each in (str(made).upper(), made.hex, made.int))):
        assert ids.uuid(wrong, "Payment") is None
    assert ids.uuid(ids.encode("Policy", made), "Payment") is None
