"""RSA keys of pools in this process, made once and given in turn: a tenth of a second less for each pool.

They are real keys of `jose.new_signing_key`, and pools that follow each other have different ones.
Servers in processes of their own make theirs themselves.
"""

import itertools
from collections.abc import Iterator
from functools import cache

import pytest

from poolhouse.crypto import jose

_MANY = 12  # a pool has two; more than any test makes for one pool
new_key = jose.new_signing_key


@pytest.fixture(scope="session", autouse=True)
def rsa_keys_in_turn() -> Iterator[None]:
    turns = itertools.cycle(range(_MANY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jose, "new_signing_key", lambda: _key(next(turns)))
        yield


@cache
def _key(number: int) -> bytes:
    return new_key()
