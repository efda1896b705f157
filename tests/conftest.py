"""What tests of any folder may ask for: a database of their own."""

from tests.databases import database, empty_database, postgres_server, shelf, store

__all__ = ["database", "empty_database", "postgres_server", "shelf", "store"]
