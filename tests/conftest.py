"""What tests of any folder may ask for: a database of their own. And a collector that stands back."""

import gc

from tests.databases import database, empty_database, postgres_server, shelf, store

__all__ = ["database", "empty_database", "postgres_server", "shelf", "store"]


def pytest_configure() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Let no full collection walk over the thousands of tests: it would hold up a server for a quarter of a second."""
    gc.collect()
    gc.freeze()
    gc.enable()
