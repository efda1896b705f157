"""Turns, ratios of the same round, and bars."""

from itertools import islice

from dev.bench.peers.rounds import Bar, Turn, goals, pace, ratios, turns

FOUND = {
    "ours": [Turn(300, 2.0), Turn(200, 3.0), Turn(100, 10.0)],
    "theirs": [Turn(100, 6.0), Turn(100, 6.0), Turn(50, 20.0)],
}


def test_who_goes_first_changes_with_every_round() -> None:
    assert list(turns("abc", 3)) == [*"abc", *"bca", *"cab"]
    assert list(islice(turns("ab", 5), 8, None)) == ["a", "b"]


def test_ratios_compare_turns_of_the_same_round() -> None:
    by_time, by_processor = ratios(FOUND["ours"], FOUND["theirs"])
    assert (by_time.least, by_time.median, by_time.most) == (2.0, 2.0, 3.0)
    assert (by_processor.least, by_processor.median, by_processor.most) == (2.0, 2.0, 3.0)


def test_the_table_compares_us_with_each_but_ourselves() -> None:
    table = pace("rows", FOUND, "ours")
    assert table.rows[0] == ("ours", "200 (100..300)", "3.000 (2.000..10.000)", "", "")
    assert table.rows[1][3:] == ("2.00 (2.00..3.00)", "2.00 (2.00..3.00)")


def test_a_bar_is_met_by_time_and_by_processor_time() -> None:
    slow = {**FOUND, "ours": [Turn(each.rate / 2, each.cpu_ms) for each in FOUND["ours"]]}
    (met,) = goals("rows", FOUND, "ours", [Bar("theirs", 2.0)])
    assert (met.what, met.wanted, met.found) == (
        "rows, to theirs",
        "at least 2 times",
        "2.00 by time, 2.00 by CPU",
    )
    assert met.met
    assert not goals("rows", slow, "ours", [Bar("theirs", 2.0)])[0].met
    assert not goals("rows", FOUND, "ours", [Bar("theirs", 2.1)])[0].met


def test_a_bar_may_be_of_processor_time_alone() -> None:
    slow = {**FOUND, "ours": [Turn(1, each.cpu_ms) for each in FOUND["ours"]]}
    (held,) = goals("home", slow, "ours", [Bar("theirs", 2.0)], by_processor_alone=True)
    assert held.met
    assert held.found == "2.00 by CPU"
