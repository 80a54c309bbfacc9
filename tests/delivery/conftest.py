"""The stores of `tests/stores.py`, and a pool with logs, for the tests in this folder."""

from collections import Counter

import pytest
from msgspec.structs import replace
from tests.delivery.logged import add_logged_pool
from tests.environment import environment
from tests.pool_parts import POOL
from tests.postgres_server import postgres_server
from tests.stores import db, empty_store_url, migrated_template, new_postgres, store_url

__all__ = ["db", "empty_store_url", "migrated_template", "new_postgres", "postgres_server", "store_url"]


@pytest.fixture
def counted():
    return Counter()


@pytest.fixture
async def logged(db, tmp_path, counted):
    """One pool whose events go to the bucket, and its failed messages to the group."""
    made = environment(db, tmp_path, email_driver="smtp")
    made = replace(made, count=lambda name, amount=1: counted.update({name: amount}))
    await add_logged_pool(made, POOL)
    return made
