"""A PostgreSQL database for the tests in this folder."""

from tests.postgres_server import postgres_server
from tests.stores import new_postgres

__all__ = ["new_postgres", "postgres_server"]
