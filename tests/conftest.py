"""What tests of any folder may ask for: a database of their own. A collector that stands back, workers that share."""

import gc
from typing import Any

import pytest

from tests.databases import database, empty_database, postgres_server, shelf, store

__all__ = ["database", "empty_database", "postgres_server", "shelf", "store"]


def pytest_configure() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    stand_back()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or nextitem.path != item.path:
        stand_back()


def stand_back() -> None:
    """Let no collection walk over the thousands of tests and what they leave: it would hold up a server for long."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.sharing import ByModule

    return ByModule(config, log)
