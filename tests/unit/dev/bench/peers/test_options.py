"""The command line of the bench beside peers."""

import pytest

from dev.bench.peers.options import FULL, QUICK, REPORT, parse
from dev.bench.peers.sections import SECTIONS


def test_only_a_whole_run_writes_the_report_unasked() -> None:
    whole = parse(tuple(SECTIONS), [])
    assert (whole.size, whole.report) == (FULL, REPORT)
    assert REPORT.parts[-2:] == ("docs", "peers.md")
    assert parse(tuple(SECTIONS), ["memory"]).report is None
    assert parse(tuple(SECTIONS), ["--quick"]).report is None
    assert parse(tuple(SECTIONS), ["--quick"]).size == QUICK


def test_an_unknown_section_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(tuple(SECTIONS), ["memories"])
    assert "no such section: memories; there are executor, memory, home" in capsys.readouterr().err
