"""Tables, and the report that the run writes."""

from dev.bench.report import markdown, terminal
from dev.bench.table import Finding, Goal, Table

TABLE = Table(("screen", "ms"), [("home", "9.5"), ("a|b", "120.0")])
FINDING = Finding("Latency", "One viewer.", [TABLE], [Goal("home", "at most 2", "3", met=False)], ["1 of home failed"])


def test_a_table_for_the_terminal_has_its_numbers_in_line() -> None:
    assert list(TABLE.text()) == ["screen     ms", "home      9.5", "a|b     120.0"]


def test_a_table_in_markdown_keeps_its_cells_apart() -> None:
    assert list(TABLE.markdown()) == ["| screen | ms |", "|---|---:|", "| home | 9.5 |", "| a\\|b | 120.0 |"]


def test_the_terminal_tells_missed_goals_and_faults() -> None:
    said = list(terminal(FINDING))
    assert "  MISSED  home: 3, wanted at most 2" in said
    assert "  FAULT   1 of home failed" in said


def test_the_report_names_machine_command_goals_and_faults() -> None:
    written = markdown([("processor", "2 cores"), ("command", "`python -m dev.bench`")], [FINDING])
    assert written.startswith("# Performance\n")
    assert "| processor | 2 cores |" in written
    assert "| home | at most 2 | 3 | **missed** |" in written
    assert "## Latency\n\nOne viewer.\n\n| screen | ms |" in written
    assert "- **Fault:** 1 of home failed" in written
    assert written.endswith("\n")
