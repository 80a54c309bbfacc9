"""Addresses as an answer may show them (behaviour file, 2.4, 2.9 and 3.6)."""

_SHOWN_DIGITS = 4


def masked(attribute: str, destination: str) -> str:
    """`j***@g***` for an `email`, `+*******1234` for a `phone_number`."""
    return _email(destination) if attribute == "email" else _phone_number(destination)


def _email(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def _phone_number(number: str) -> str:
    """One star for each digit but the last four: this is how both forms in 3.6 come about [K]."""
    digits = number.removeprefix("+")
    hidden = max(len(digits) - _SHOWN_DIGITS, 0)
    return f"+{'*' * hidden}{digits[hidden:]}" if hidden else f"+{'*' * len(digits)}"
