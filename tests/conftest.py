"""What tests of any folder may ask for: a database of their own. And a collector that stands back."""

import gc

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
