"""What goes to one worker as a whole: a module, and a folder whose tests ask the same processes."""

from pathlib import Path

import pytest

from tests.sharing import WHOLE, share_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "nodeid, share",
    [
        ("tests/unit/test_house.py::test_a", "tests/unit/test_house.py"),
        ("tests/unit/test_house.py::test_a[x::y]", "tests/unit/test_house.py"),
        ("tests/unit/test_house.py::TestA::test_a", "tests/unit/test_house.py"),
        ("tests/e2e/test_access.py::test_a", "tests/e2e/"),
        ("tests/faults/test_cache.py::test_a", "tests/faults/"),
        ("tests/faults/storm/test_storm.py::test_a[small]", "tests/faults/"),
    ],
    ids=str,
)
def test_a_test_is_run_together_with_what_shares_its_fixtures(nodeid: str, share: str) -> None:
    assert share_of(nodeid) == share


def test_every_folder_that_starts_everything_once_goes_to_one_worker() -> None:
    starting = [each for each in (ROOT / "tests").glob("*/conftest.py") if "def stack(" in each.read_text("utf-8")]
    assert {f"{each.parent.relative_to(ROOT)}/" for each in starting} == set(WHOLE)
