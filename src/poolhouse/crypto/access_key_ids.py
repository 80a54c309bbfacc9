"""Ids of access keys in AWS's form: they tell the account to whoever reads them, as AWS's do.

After four letters come sixteen of base32 (RFC 4648): ten bytes, of which bits 1 to 40 are the account's
number. That is what GetAccessKeyInfo answers from; it is known of AWS's ids by observation [K].
"""

import base64

TEMPORARY = "ASIA"
RANDOM_BYTES = 5

_BYTES = 10
_ACCOUNT_BITS = 40
_FREE_BITS = _BYTES * 8 - 1 - _ACCOUNT_BITS  # behind the account
_MARK = 1 << (_BYTES * 8 - 1)  # the first bit is always set


def made(prefix: str, account: str, random: bytes) -> str:
    """`random` is RANDOM_BYTES bytes; the id has 20 characters."""
    free = int.from_bytes(random, "big") & ((1 << _FREE_BITS) - 1)
    number = _MARK | int(account) << _FREE_BITS | free
    return prefix + base64.b32encode(number.to_bytes(_BYTES, "big")).decode()


def account_of(access_key_id: str) -> str | None:
    """Twelve digits; None where the id has not this form."""
    try:
        number = int.from_bytes(base64.b32decode(access_key_id[4:]), "big")
    except ValueError:
        return None
    if len(access_key_id) != 20 or not number & _MARK:
        return None
    account = (number >> _FREE_BITS) & ((1 << _ACCOUNT_BITS) - 1)
    return f"{account:012d}" if account < 10**12 else None
