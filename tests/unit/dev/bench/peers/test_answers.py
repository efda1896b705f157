"""Where two answers differ."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from dev.bench.peers.answers import differences
from dev.bench.peers.memory import world
from dev.bench.peers.running import Server
from dev.bench.peers.sections import memory
from dev.bench.peers.sections.home import timeless
from dev.processes import Child

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


def test_a_server_that_answers_otherwise_is_named_and_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    right, wrong = world.expected(1), world.expected(1)
    wrong["data"]["policies"][0]["premium"] = 1000.0
    answers = {"http://right/graphql": right, "http://wrong/graphql": wrong}
    monkeypatch.setattr(memory, "ask", lambda url, _body, _token: json.dumps(answers[url]).encode())
    servers = [Server(name, f"http://{name}", cast("Child", None)) for name in ("right", "wrong")]
    assert memory.strangers(servers, tmp_path, "", 1) == [
        "wrong is not measured: answer.data.policies[0].premium is 1000.0, must be 1000.00"
    ]
