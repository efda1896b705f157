"""Where two answers differ."""

from typing import Any

import pytest

from dev.bench.peers.answers import differences
from dev.bench.peers.sections.home import timeless

ANSWER = {"data": {"rows": [{"id": "1", "of": None}, {"id": "2", "of": 2}]}}


def test_the_order_of_entries_is_no_difference() -> None:
    other = {"data": {"rows": [{"of": None, "id": "1"}, {"of": 2, "id": "2"}]}}
    assert list(differences(ANSWER, other)) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"id": "1", "of": None}, {"id": "2", "of": 3}], "answer.data.rows[1].of is 3, must be 2"),
        ([{"id": "1", "of": None}, {"id": "2", "of": "2"}], "answer.data.rows[1].of is 2, must be 2"),
        ([{"id": "1"}, {"id": "2", "of": 2}], "answer.data.rows[0] is {'id': '1'}, must be {'id': '1', 'of': None}"),
        ([], "answer.data.rows is [], must be [{'id': '1', 'of': None}, {'id': '2', 'of': 2}]"),
    ],
)
def test_each_place_is_named(rows: Any, said: str) -> None:
    assert list(differences(ANSWER, {"data": {"rows": rows}})) == [said]


def test_errors_are_a_difference() -> None:
    assert list(differences(ANSWER, {**ANSWER, "errors": []})) != []


def test_the_instant_of_a_computation_is_left_out() -> None:
    one, other = (f'{{"v": [{{"asOf": "{at}", "stale": false}}]}}'.encode() for at in ("10:00", "11:00"))
    assert timeless(one) == timeless(other) == {"v": [{"asOf": "", "stale": False}]}
