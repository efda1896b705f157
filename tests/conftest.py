"""What tests of any folder may ask for: a database of their own."""

from tests.databases import database, empty_database, postgres_server, store, template_database

__all__ = ["database", "empty_database", "postgres_server", "store", "template_database"]
