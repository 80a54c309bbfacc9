"""Tags of a pool, and our settings among them."""

import pytest

from poolhouse.directory import pool_tags
from poolhouse.errors import InvalidParameter

GOOD = [
    {},
    {"env": "prod", "Poolhouse": "free text"},
    {"poolhouse:password-storage": "srp"},
    {"poolhouse:password-storage": "argon2id"},
    {"poolhouse:unreachable-triggers": "allowed"},
    {"poolhouse:unreachable-triggers": "refused"},
    {"poolhouse:lockout-free-tries": "1", "poolhouse:lockout-max-seconds": "86400"},
    {"poolhouse:lockout-free-tries": "100", "poolhouse:lockout-max-seconds": "1"},
    {f"k{n}": "" for n in range(50)},
]


@pytest.mark.parametrize("tags", GOOD)
def test_tags_within_the_rules_are_accepted(tags):
    assert pool_tags.check(tags) is None


BAD = [
    ({f"k{n}": "" for n in range(51)}, "50 tags at most"),
    ({"aws:cloudformation": "x"}, "reserved"),
    ({"AWS:x": "x"}, "reserved"),
    ({"poolhouse:colour": "red"}, "Poolhouse knows no tag poolhouse:colour"),
    ({"Poolhouse:password-storage": "argon2id"}, "Poolhouse knows no tag"),
    ({"poolhouse:password-storage": "plain"}, "must be srp or argon2id"),
    ({"poolhouse:password-storage": ""}, "must be srp or argon2id"),
    ({"poolhouse:unreachable-triggers": "yes"}, "must be refused or allowed"),
    ({"poolhouse:lockout-free-tries": "0"}, "from 1 to 100"),
    ({"poolhouse:lockout-free-tries": "101"}, "from 1 to 100"),
    ({"poolhouse:lockout-free-tries": "five"}, "from 1 to 100"),
    ({"poolhouse:lockout-free-tries": "٥"}, "from 1 to 100"),
    ({"poolhouse:lockout-free-tries": "-1"}, "from 1 to 100"),
    ({"poolhouse:lockout-max-seconds": "86401"}, "from 1 to 86400"),
    ({"poolhouse:lockout-max-seconds": "9" * 5000}, "from 1 to 86400"),
]


@pytest.mark.parametrize(("tags", "text"), BAD)
def test_tags_outside_the_rules_are_refused(tags, text):
    with pytest.raises(InvalidParameter, match=text):
        pool_tags.check(tags)


def test_an_update_that_names_no_tags_leaves_our_settings_only():
    tags = {"env": "prod", "poolhouse:password-storage": "argon2id"}

    assert pool_tags.kept_on_update(tags) == {"poolhouse:password-storage": "argon2id"}


def test_argon2id_is_stored_only_where_the_tag_says_so():
    assert pool_tags.stores_argon2id({"poolhouse:password-storage": "argon2id"})
    assert not pool_tags.stores_argon2id({"poolhouse:password-storage": "srp"})
    assert not pool_tags.stores_argon2id({})
