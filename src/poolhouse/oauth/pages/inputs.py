"""What browsers and password managers are told about fields (UI guide, 7.10; WHATWG autofill). Pure."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from poolhouse.oauth.pages.parts import Rule


class Input(Struct, frozen=True):
    """The `type`, `autocomplete` and `inputmode` of an input."""

    kind: str = "text"
    autocomplete: str = "off"
    mode: str = ""


_ATTRIBUTES: Mapping[str, Input] = {
    "address": Input(autocomplete="street-address"),
    "birthdate": Input("date", "bday"),
    "email": Input("email", "email"),
    "family_name": Input(autocomplete="family-name"),
    "gender": Input(autocomplete="sex"),
    "given_name": Input(autocomplete="given-name"),
    "locale": Input(autocomplete="language"),
    "middle_name": Input(autocomplete="additional-name"),
    "name": Input(autocomplete="name"),
    "nickname": Input(autocomplete="nickname"),
    "phone_number": Input("tel", "tel", "tel"),
    "picture": Input("url", "photo", "url"),
    "preferred_username": Input(autocomplete="nickname"),
    "profile": Input("url", "url", "url"),
    "website": Input("url", "url", "url"),
    "zoneinfo": Input(),
}
_OTHER = Input()
# Apple's rules for generated passwords: https://developer.apple.com/password-rules/
_CLASSES: Mapping[str, str] = {
    "lower": "required: lower",
    "upper": "required: upper",
    "number": "required: digit",
    "symbol": "required: [-^$*.{}()?\"!@#%&/\\,><':;|_~`=+]",
}
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9]+")


def input_of(attribute: str) -> Input:
    return _ATTRIBUTES.get(attribute, _OTHER)


def id_of(field: str) -> str:
    """The id of a field by the name that it is posted as."""
    return _NOT_IN_AN_ID.sub("-", field).strip("-")


def password_rules(rules: Sequence[Rule]) -> str:
    """The policy for password generators, as `passwordrules` has it."""
    said = [f"minlength: {rule.least}" if rule.kind == "length" else _CLASSES[rule.kind] for rule in rules]
    return "; ".join(said) + ";"
