"""Addresses for authenticator apps, and their QR codes."""

from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pyotp
import pytest
import segno

from poolhouse.crypto import otpauth

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_an_app_reads_secret_account_and_issuer() -> None:
    address = otpauth.uri(SECRET, account="ada@example.com", issuer="Garden & Shed")

    read = pyotp.parse_uri(address)
    assert (read.secret, read.name, read.issuer) == (SECRET, "ada@example.com", "Garden & Shed")
    assert isinstance(read, pyotp.TOTP)
    assert (read.digits, read.interval) == (6, 30)


def test_names_with_odd_characters_stay_in_their_places() -> None:
    parts = urlsplit(otpauth.uri(SECRET, account="a/b?c#d&e", issuer="x%y z"))

    assert unquote(parts.path) == "/x%y z:a/b?c#d&e"
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["x%y z"]}


@pytest.mark.parametrize(
    ("secret", "account", "issuer"),
    [
        ("not base32!", "ada", "Garden"),
        ("JBSWY3DP", "ada", "Garden"),
        ("", "ada", "Garden"),
        (SECRET, "", "Garden"),
        (SECRET, "ada", ""),
        (SECRET, "ada:bob", "Garden"),
        (SECRET, "ada", "Garden:Shed"),
    ],
)
def test_what_an_app_would_not_read_is_refused(secret: str, account: str, issuer: str) -> None:
    assert otpauth.uri(SECRET, account="ada", issuer="Garden")

    with pytest.raises(ValueError, match=r"secret|Account"):
        otpauth.uri(secret, account=account, issuer=issuer)


def test_the_drawing_is_an_svg_of_the_text_alone() -> None:
    drawn = ElementTree.fromstring(otpauth.qr_svg("otpauth://totp/a:b"))  # noqa: S314 - our own text

    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    size = (segno.make("otpauth://totp/a:b", error="m", micro=False).symbol_size(scale=4, border=4))[0]
    assert drawn.attrib["width"] == drawn.attrib["height"] == str(size)
    assert "otpauth" not in otpauth.qr_svg("otpauth://totp/a:b")


def test_another_text_is_another_drawing() -> None:
    assert otpauth.qr_svg("otpauth://totp/a:b") != otpauth.qr_svg("otpauth://totp/a:c")
