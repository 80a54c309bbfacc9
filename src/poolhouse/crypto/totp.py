"""Time-based one-time passwords (RFC 6238): HMAC-SHA1, 30 s, 6 digits, as Cognito issues them."""

import hmac

from poolhouse.ports import SECOND, Instant

STEP: Instant = 30 * SECOND
_DIGITS = 6


def matching_step(secret: bytes, code: str, now: Instant, *, drift_steps: int = 1) -> int | None:
    """Find the time step whose code is `code`, or None.

    The caller stores the step and refuses it, and all before it, from then on: a code is good once
    (RFC 6238, section 5.2).

    secret       raw bytes, not base32; 20 bytes for the secrets we issue
    drift_steps  steps of 30 s accepted on either side of `now`

    All candidates are compared in constant time. Raises nothing: a malformed code matches no step.
    """
    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        return None
    current = now // STEP
    found = None
    for step in range(max(0, current - drift_steps), current + drift_steps + 1):
        if hmac.compare_digest(code_at(secret, step), code):
            found = step
    return found


def code_at(secret: bytes, step: int) -> str:
    """The code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)
