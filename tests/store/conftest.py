"""The stores of `tests/stores.py`, for the tests in this folder."""

import pytest
from tests.postgres_server import postgres_server
from tests.store.things import THINGS
from tests.stores import db, empty_store_url, migrated_template, new_postgres, store_url

from poolhouse.ports import Db

__all__ = ["db", "empty_store_url", "migrated_template", "new_postgres", "postgres_server", "store_url"]


@pytest.fixture
async def things(db: Db) -> Db:
    """The store, with a table to play with."""
    await db.run(lambda tx: tx.script(THINGS))
    return db
