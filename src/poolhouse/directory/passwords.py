"""The password policy, and temporary passwords that meet it (behaviour file, 1.17 and gotcha 43)."""

from poolhouse.directory.pools import PasswordPolicy
from poolhouse.ports import Rng

SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
_LOWER = "abcdefghijkmnopqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_PLAIN_SYMBOLS = "!#%*+-=?@_"
_TEMPORARY_LENGTH = 12

# How the sentence begins depends on the call.
SIGN_UP = "Password did not conform with policy: "
ADMIN_CREATE = "Password did not conform with password policy: "
CHANGE = "Password does not conform to policy: "


def violation(policy: PasswordPolicy, password: str) -> str | None:
    """The first rule that the password breaks, in Cognito's order: length, lower, upper, numeric, symbol.

    That length comes first is [K] (behaviour file, section 12, 1).
    """
    if len(password) < policy.minimum_length:
        return "Password not long enough"
    for required, has, words in (
        (policy.lowercase, has_lower, "lowercase characters"),
        (policy.uppercase, has_upper, "uppercase characters"),
        (policy.numbers, has_digit, "numeric characters"),
        (policy.symbols, has_symbol, "symbol characters"),
    ):
        if required and not has(password):
            return f"Password must have {words}"
    return None


def has_lower(password: str) -> bool:
    """Only ASCII letters and digits count for the classes."""
    return any(character.isascii() and character.islower() for character in password)


def has_upper(password: str) -> bool:
    return any(character.isascii() and character.isupper() for character in password)


def has_digit(password: str) -> bool:
    return any(character.isascii() and character.isdigit() for character in password)


def has_symbol(password: str) -> bool:
    """A symbol of the list, or a space that is neither the first nor the last character."""
    return any(character in SYMBOLS for character in password) or " " in password[1:-1]


def temporary(policy: PasswordPolicy, rng: Rng) -> str:
    """A random password that meets the policy and has no characters that look alike."""
    length = max(policy.minimum_length, _TEMPORARY_LENGTH)
    must = rng.text(1, _LOWER) + rng.text(1, _UPPER) + rng.text(1, _DIGITS) + rng.text(1, _PLAIN_SYMBOLS)
    return must + rng.text(length - len(must), _LOWER + _UPPER + _DIGITS)
