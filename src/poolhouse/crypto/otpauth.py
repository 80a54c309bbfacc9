"""Secrets on their way into an authenticator app: the `otpauth` address, and its QR code. Pure.

The form is Google Authenticator's "Key Uri Format"; every app reads it.
"""

import base64
import binascii
import io
from urllib.parse import quote, urlencode

import segno

_SHORTEST = 16  # characters of base32 (service model, SecretCodeType)


def uri(secret: str, *, account: str, issuer: str) -> str:
    """The address that an app is given.

    secret   base32 without padding, such as `SecretCode`
    account  whose codes they are, as the app lists them; issuer: of which service

    Raises `ValueError` for a secret that no app reads, and for names that an app would misread.
    """
    _check(secret)
    if not account or not issuer or ":" in account + issuer:
        raise ValueError("Account and issuer must be there and have no colon.")
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def _check(secret: str) -> None:
    try:
        base64.b32decode(secret + "=" * (-len(secret) % 8))
    except binascii.Error as error:
        raise ValueError("The secret is not base32.") from error
    if len(secret) < _SHORTEST:
        raise ValueError(f"The secret has fewer than {_SHORTEST} characters.")


def qr_svg(text: str) -> str:
    """The text as a QR code: an SVG that stands alone or inside a page, black on white, with its margin."""
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(drawn, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, nl=False)
    return drawn.getvalue().decode()
