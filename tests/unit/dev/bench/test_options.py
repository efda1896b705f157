"""The command line of the bench."""

from pathlib import Path

import pytest

from dev.bench.options import FULL, QUICK, REPORT, parse

KNOWN = ("latency", "memory")


def test_only_a_whole_run_writes_the_report_unasked() -> None:
    whole = parse(KNOWN, [])
    assert (whole.size, whole.report) == (FULL, REPORT)
    assert parse(KNOWN, ["latency"]).report is None
    assert parse(KNOWN, ["--quick"]).report is None
    assert parse(KNOWN, ["latency", "--report", "here.md"]).report == Path("here.md")


def test_quick_is_a_part_of_full() -> None:
    assert parse(KNOWN, ["--quick"]).size == QUICK
    assert QUICK.requests < FULL.requests
    assert QUICK.memory_marks[-1] < FULL.memory_marks[-1] == 100_000
    assert FULL.readers == 1_000
    assert FULL.viewers == 64


def test_an_unknown_section_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(KNOWN, ["latencies"])
    assert "no such section: latencies; there are latency, memory" in capsys.readouterr().err
