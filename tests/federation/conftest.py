"""The stores of `tests/stores.py`, for the tests in this folder."""

from tests.postgres_server import postgres_server
from tests.stores import db, empty_store_url, migrated_template, new_postgres, store_url

__all__ = ["db", "empty_store_url", "migrated_template", "new_postgres", "postgres_server", "store_url"]
