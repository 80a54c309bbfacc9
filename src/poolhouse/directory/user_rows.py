"""One line of a user import: the user that it describes, or why there is none (9). Pure.

What a refusal says goes to the log: it names columns, never their values. The words are [K] but for
those of the auto-verified attributes.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from poolhouse.crypto import imported_hashes
from poolhouse.crypto.imported_hashes import NotAHash
from poolhouse.directory import attributes, factors, sign_up, user_csv
from poolhouse.directory.pools import Pool
from poolhouse.directory.user_csv import HASH, MFA, USERNAME, BadLine
from poolhouse.directory.users import NO_FACTORS, Factors
from poolhouse.errors import InvalidParameter
from poolhouse.wire import validate

_NOT_AUTO_VERIFIED = "The User Record does not set any of the auto verified attributes to true."
_FLAGS = ("email_verified", "phone_number_verified")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_TRUTH = {"true": True, "false": False}


class Described(Struct, frozen=True):
    """The user of a line. `username` is None where the `sub` is to be the user name."""

    username: str | None
    attributes: dict[str, str]
    factors: Factors
    password_hash: str  # empty: the user has to set a password


def read(pool: Pool, columns: Sequence[str], line: bytes, algorithm: str | None) -> Described:
    """Raises `BadLine`. `algorithm` is that of the hashes; None where the file has no column of them."""
    given = user_csv.values(user_csv.decoded(line))
    if len(given) != len(columns):
        raise BadLine("The number of columns of the line is not that of the header.")
    row = dict(zip(columns, given, strict=True))
    name, with_mfa, encoded = row.pop(USERNAME), row.pop(MFA), row.pop(HASH, "")
    _check_name(name)
    checked = _attributes(pool, name, {key: value for key, value in row.items() if value})
    return Described(
        username=sign_up.stored_username(pool, name),
        attributes=checked,
        factors=_factors(pool, checked, _truth(MFA, with_mfa)),
        password_hash=_hash(algorithm, encoded),
    )


def _check_name(name: str) -> None:
    try:
        validate.check_text("cognito-idp", "UsernameType", name, "username")
    except InvalidParameter:
        raise BadLine(f"{USERNAME} is missing, or is not a user name.") from None


def _attributes(pool: Pool, name: str, row: dict[str, str]) -> dict[str, str]:
    """What is stored: through the one filter that every attribute passes (security.md, rule 6)."""
    for flag in _FLAGS:
        if flag in row:
            row[flag] = "true" if _truth(flag, row[flag]) else "false"
    if "birthdate" in row:
        row["birthdate"] = _iso_date(row["birthdate"])
    try:
        named = sign_up.named_by(pool, name, row, otherwise=sign_up.EITHER)
        checked = attributes.for_import(pool, {**row, **named})
    except InvalidParameter as refusal:
        raise BadLine(" ".join(refusal.message.split())) from None
    if not any(
        checked.get(f"{kind}_verified") == "true" and checked.get(kind) for kind in pool.auto_verified
    ):
        raise BadLine(_NOT_AUTO_VERIFIED)
    return {**sign_up.with_flags(checked, {}), **checked}


def _truth(column: str, text: str) -> bool:
    found = _TRUTH.get(text.lower())
    if found is None:
        raise BadLine(f"{column} must be TRUE or FALSE.")
    return found


def _iso_date(text: str) -> str:
    found = _DATE.fullmatch(text)
    try:
        month, day, year = (int(part) for part in found.groups()) if found else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        raise BadLine("birthdate must be a date in the form mm/dd/yyyy.") from None


def _factors(pool: Pool, checked: Mapping[str, str], with_mfa: bool) -> Factors:
    """MFA by text message is what an import can turn on: the other factors have to be set up."""
    if pool.mfa == "ON" and not with_mfa:
        raise BadLine(f"{MFA} must be TRUE, because the user pool requires MFA.")
    if pool.mfa == "OFF" and with_mfa:
        raise BadLine(f"{MFA} must be FALSE, because MFA is off in the user pool.")
    by_text = factors.SMS in pool.mfa_factors and bool(checked.get("phone_number"))
    if with_mfa and pool.mfa == "OPTIONAL" and not by_text:
        raise BadLine(f"{MFA} is TRUE, but the user cannot get a text message.")
    return Factors(sms=True) if with_mfa and by_text else NO_FACTORS


def _hash(algorithm: str | None, encoded: str) -> str:
    if not encoded or algorithm is None:
        return ""
    try:
        imported_hashes.parse(algorithm, encoded)
    except NotAHash:
        raise BadLine(f"{HASH} is not a hash of {algorithm} that can be imported.") from None
    return encoded
