"""The picture of a page: of the factor that the page is about, where the brand has one. Pure."""

from collections.abc import Mapping

from poolhouse.oauth.pages.face import NO_PICTURE, Brand, Picture
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import Code, Confirm, Done

_PAGES: Mapping[str, str] = {
    "app_code": "AUTH_APP",
    "email_setup": "EMAIL",
    "new_password": "PASSWORD",
    "passkey": "PASSKEY",
    "passkey_add": "PASSKEY",
    "password": "PASSWORD",
    "reset": "PASSWORD",
    "totp_setup": "AUTH_APP",
}
_MEDIA: Mapping[str, str] = {"email": "EMAIL", "phone": "SMS"}
_DONE: Mapping[str, str] = {"passkey": "PASSKEY", "app": "AUTH_APP", "email": "EMAIL"}
_FACTORS: Mapping[str, str] = {
    "WEB_AUTHN": "PASSKEY",
    "PASSWORD": "PASSWORD",
    "EMAIL_OTP": "EMAIL",
    "SMS_OTP": "SMS",
}


def of_page(brand: Brand, view: View) -> Picture:
    """Above the heading."""
    return _shown(brand, _subject(view))


def of_factor(brand: Brand, factor: str) -> Picture:
    """On the button of a first factor, as SELECT_CHALLENGE names it."""
    return _shown(brand, _FACTORS[factor])


def _shown(brand: Brand, subject: str) -> Picture:
    return brand.graphics.get(subject, NO_PICTURE) if brand.pictured else NO_PICTURE


def _subject(view: View) -> str:
    if isinstance(view, Code | Confirm):
        return _MEDIA[view.medium]
    if isinstance(view, Done):
        return _DONE.get(view.what, "")
    return _PAGES.get(view.name, "")
