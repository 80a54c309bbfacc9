"""Pagination tokens by themselves; which listing refuses which is tested with the operations."""

import base64

import pytest

from poolhouse.drivers.clock_rng import SystemRng
from poolhouse.errors import InvalidPageToken
from poolhouse.ports import HOUR, SECOND
from poolhouse.store import paging

KEY = b"k" * 32
NOW = 1_000 * SECOND
LAST = ["ada", "sub"]


def token(key=KEY, listing="ListUsers|a"):
    return paging.seal(key, SystemRng(), NOW, listing, LAST)


def refused(text, key=KEY, now=NOW, listing="ListUsers|a"):
    with pytest.raises(InvalidPageToken):
        paging.open_token(key, now, listing, text)
    return True


def test_a_token_gives_the_key_back_and_does_not_show_it():
    made = token()

    assert paging.open_token(KEY, NOW, "ListUsers|a", made) == LAST
    assert b"ada" not in base64.b64decode(made)
    assert made != token()


def test_a_token_is_good_for_an_hour_to_the_second():
    assert paging.open_token(KEY, NOW + HOUR, "ListUsers|a", token()) == LAST
    assert refused(token(), now=NOW + HOUR + 1)


def test_a_token_opens_for_its_own_listing_and_pool_only():
    assert refused(token(), listing="ListUsers|b")
    assert refused(token(), listing="ListUsers|a ")
    assert refused(token(), key=b"j" * 32)
    assert paging.open_token(KEY, NOW, "ListUsers|a", token()) == LAST


@pytest.mark.parametrize("text", ["", "x", "====", "é", "QUFB", "Q" * 131_072, "\ud800", "AQ==" * 20])
def test_what_is_no_token_is_refused(text):
    assert refused(text)


def test_a_token_of_which_any_byte_was_changed_is_refused():
    raw = base64.b64decode(token())

    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert refused(base64.b64encode(changed).decode())
    assert refused(base64.b64encode(raw[:-1]).decode())
    assert paging.open_token(KEY, NOW, "ListUsers|a", base64.b64encode(raw).decode()) == LAST
