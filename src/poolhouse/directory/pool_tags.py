"""Which tags a pool may have. Tags under `poolhouse:` are settings, so they are checked as such."""

from collections.abc import Mapping

from poolhouse.directory import email_domains, risk_scale
from poolhouse.directory.pools import (
    FREE_TRIES_TAG,
    LONGEST_LOCK_TAG,
    PASSWORD_STORAGE_TAG,
    UNREACHABLE_TAG,
)
from poolhouse.errors import InvalidParameter

MOST = 50
OURS = "poolhouse:"
ARGON2ID = "argon2id"

_NUMBERS = {FREE_TRIES_TAG: (1, 100), LONGEST_LOCK_TAG: (1, 86_400)}
_SCALES = (risk_scale.POINTS_TAG, risk_scale.THRESHOLDS_TAG)
_CHOICES = {PASSWORD_STORAGE_TAG: ("srp", ARGON2ID), UNREACHABLE_TAG: ("refused", "allowed")}


def check(tags: Mapping[str, str]) -> None:
    """All tags that the pool would have. Raises `InvalidParameter`."""
    if len(tags) > MOST:
        raise InvalidParameter(f"A user pool can have {MOST} tags at most.")
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise InvalidParameter("Tag keys that start with aws: are reserved.")
        if key.lower().startswith(OURS):
            _check_ours(key, value)
    email_domains.check(tags)


def kept_on_update(tags: Mapping[str, str]) -> dict[str, str]:
    """What an UpdateUserPool that names no tags leaves: other tags fall, the pool's settings stay.

    A caller who does not know of our tags must not weaken how a pool keeps passwords.
    """
    return {key: value for key, value in tags.items() if key.startswith(OURS)}


def stores_argon2id(tags: Mapping[str, str]) -> bool:
    return tags.get(PASSWORD_STORAGE_TAG) == ARGON2ID


def allows_unreachable(tags: Mapping[str, str]) -> bool:
    """May a trigger be saved that nothing can call now?"""
    return tags.get(UNREACHABLE_TAG) == "allowed"


def _check_ours(key: str, value: str) -> None:
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            raise InvalidParameter(f"The tag {key} must be {' or '.join(_CHOICES[key])}.")
    elif key in _NUMBERS:
        low, high = _NUMBERS[key]
        if not (value.isascii() and value.isdigit() and len(value) <= 6 and low <= int(value) <= high):
            raise InvalidParameter(f"The tag {key} must be a whole number from {low} to {high}.")
    elif key in _SCALES:
        risk_scale.check(key, value)
    elif key not in email_domains.TAGS:
        known = ", ".join((*_CHOICES, *_NUMBERS, *_SCALES, *email_domains.TAGS))
        raise InvalidParameter(f"Poolhouse knows no tag {key}. Its own tags are {known}.")
