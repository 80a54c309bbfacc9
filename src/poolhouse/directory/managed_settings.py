"""`Settings` of managed login: which members there are, and what each may be (behaviour file, 6.10).

The members are those of AWS's documentation. What is none of them is refused, because a setting that nobody
reads looks like one in force. For the same reason a member that our pages have no place for has one value,
which is what the pages do and what AWS's own document has: so a whole document is taken, and nobody changes
something in it in vain. What the others do: directory/managed_branding.py.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from poolhouse.errors import StyleSettingsRefused

Settings = Mapping[str, Any]
Check = Callable[[Any, str], None]  # value, its path; raises `StyleSettingsRefused`

MODES = ("lightMode", "darkMode")

_COLOR = re.compile(r"[0-9a-fA-F]{8}")
_PROVIDER = re.compile(r"[A-Za-z0-9 ._-]{1,32}")
_LARGEST_RADIUS = 100
_MOST_LISTED = 1_000  # as many as a pool can have identity providers (8.2)


def check(settings: Any) -> None:
    """Raises `StyleSettingsRefused` with the path of the first member that cannot be."""
    _SETTINGS(settings, "")


def merged(before: Settings, changes: Settings) -> dict[str, Any]:
    """What a change names goes before; the rest stays."""
    found = dict(before)
    for name, value in changes.items():
        inner = found.get(name)
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            found[name] = merged(inner, value)
        else:
            found[name] = value
    return found


def value_at(settings: Settings, path: str) -> Any:
    """`components.form.borderRadius`; None where it is not set."""
    value: Any = settings
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


# What a member may be


def _refusal(path: str, why: str) -> StyleSettingsRefused:
    return StyleSettingsRefused(place=path[:200] or "Settings", why=why)


def _object(members: Mapping[str, Check]) -> Check:
    def check_object(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _refusal(path, "must be an object.")
        for name, inner in value.items():
            place = f"{path}.{name}" if path else name
            if name not in members:
                raise _refusal(place, "is not a setting of managed login.")
            members[name](inner, place)

    return check_object


def _by_name(inner: Check) -> Check:
    def check_map(value: Any, path: str) -> None:
        if not isinstance(value, dict) or len(value) > _MOST_LISTED:
            raise _refusal(path, "must be an object.")
        for name, item in value.items():
            if not _PROVIDER.fullmatch(name):
                raise _refusal(path, "must have the names of identity providers, in letters and digits.")
            inner(item, f"{path}.{name}")

    return check_map


def _list(inner: Check) -> Check:
    def check_list(value: Any, path: str) -> None:
        if not isinstance(value, list) or len(value) > _MOST_LISTED:
            raise _refusal(path, f"must be a list of at most {_MOST_LISTED}.")
        for item in value:
            inner(item, path)

    return check_list


def _one_of(*known: str) -> Check:
    def check_text(value: Any, path: str) -> None:
        if value not in known:
            raise _refusal(path, f"must be one of {', '.join(known)}.")

    return check_text


def _switch(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise _refusal(path, "must be true or false.")


def _radius(value: Any, path: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= _LARGEST_RADIUS:
        raise _refusal(path, f"must be a number from 0 to {_LARGEST_RADIUS}.")


def _color(value: Any, path: str) -> None:
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise _refusal(path, "must be a colour of eight hexadecimal digits, RRGGBBAA.")


def _provider(value: Any, path: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= 32:
        raise _refusal(path, "must be names of identity providers.")


def _off(value: Any, path: str) -> None:
    """Of what our pages have no place for, and AWS has reserved."""
    if value is not False:
        raise _refusal(path, "is reserved, and must be false.")


def _usual(known: str) -> Check:
    """Of a colour that our pages have no place for: the one in AWS's own document."""

    def check_usual(value: Any, path: str) -> None:
        if not isinstance(value, str) or value.lower() != known:
            raise _refusal(path, f"is shown nowhere, and must be {known}.")

    return check_usual


def _agreement(value: Any, path: str) -> None:
    """Whether people agree to the terms when they sign up: by a line that says so, a tick, or not at all.

    AWS documents NONE alone and has reserved the member. REQUIRED, the tick, is ours [K].
    """
    _AGREEMENTS(value, path)
    if len(value) > 1:
        raise _refusal(path, "must be a list of at most one.")


def _ways_in(value: Any, path: str) -> None:
    """The order of the form and the providers: each is there once, as what it is shown as."""
    _WAYS_IN(value, path)
    listed = [(way.get("type"), way.get("display")) for group in value for way in group]
    if sorted(listed, key=str) != [("FEDERATED", "BUTTON"), ("USERNAME_PASSWORD", "INPUT")]:
        raise _refusal(path, "must have FEDERATED as BUTTON and USERNAME_PASSWORD as INPUT, each once.")


# The members


def _colors(*names: str) -> dict[str, Check]:
    return dict.fromkeys(names, _color)


def _modes(members: Mapping[str, Check]) -> dict[str, Check]:
    return dict.fromkeys(MODES, _object(members))


def _states(**states: Mapping[str, Check]) -> dict[str, Check]:
    return _modes({state: _object(members) for state, members in states.items()})


_ENABLED = _object({"enabled": _switch})
_PLACES = ("START", "CENTER", "END")
_BUTTON = _colors("backgroundColor", "borderColor", "textColor")
_BUTTONS = _object(_states(defaults=_BUTTON, hover=_BUTTON, active=_BUTTON))
_STATUS = _colors("backgroundColor", "borderColor", "indicatorColor")
_BAND = _object(
    {
        "backgroundImage": _ENABLED,
        "logo": _object({"enabled": _switch, "location": _one_of(*_PLACES)}),
        **_modes({"background": _object(_colors("color")), **_colors("borderColor")}),
    }
)

_WAY_IN = _object({"display": _one_of("BUTTON", "INPUT"), "type": _one_of("FEDERATED", "USERNAME_PASSWORD")})
_WAYS_IN = _list(_list(_WAY_IN))
_AUTH = _object(
    {
        "authMethodOrder": _ways_in,
        "federation": _object({"interfaceStyle": _one_of("BUTTON_LIST"), "order": _list(_provider)}),
    }
)
_FORM = _object(
    {
        "displayGraphics": _switch,
        "instructions": _object({"enabled": _off}),
        "languageSelector": _ENABLED,
        "location": _object({"horizontal": _one_of(*_PLACES), "vertical": _one_of(*_PLACES)}),
        "sessionTimerDisplay": _one_of("NONE"),
    }
)
_GLOBAL = _object(
    {
        "colorSchemeMode": _one_of("LIGHT", "DARK", "DYNAMIC"),
        "pageFooter": _ENABLED,
        "pageHeader": _ENABLED,
        "spacingDensity": _one_of("COMPACT", "REGULAR", "COZY"),
    }
)
_AGREEMENTS = _list(_object({"enforcement": _one_of("NONE", "REQUIRED"), "textKey": _one_of("en")}))
_SIGN_UP = _object({"acceptanceElements": _agreement})
_CATEGORIES = _object({"auth": _AUTH, "form": _FORM, "global": _GLOBAL, "signUp": _SIGN_UP})

_COMPONENT_CLASSES = _object(
    {
        "buttons": _object({"borderRadius": _radius}),
        "divider": _object(_modes(_colors("borderColor"))),
        "dropDown": _object(
            {
                "borderRadius": _radius,
                **_states(
                    defaults=_colors("itemBackgroundColor"),
                    hover=_colors("itemBackgroundColor", "itemBorderColor", "itemTextColor"),
                    match=_colors("itemBackgroundColor", "itemTextColor"),
                ),
            }
        ),
        "focusState": _object(_modes(_colors("borderColor"))),
        "idpButtons": _object({"icons": _ENABLED}),
        "input": _object(
            {
                "borderRadius": _radius,
                **_modes(
                    {
                        "defaults": _object(_colors("backgroundColor", "borderColor")),
                        **_colors("placeholderColor"),
                    }
                ),
            }
        ),
        "inputDescription": _object(_modes(_colors("textColor"))),
        "inputLabel": _object(_modes(_colors("textColor"))),
        "link": _object(_states(defaults=_colors("textColor"), hover=_colors("textColor"))),
        "optionControls": _object(
            _states(
                defaults=_colors("backgroundColor", "borderColor"),
                selected=_colors("backgroundColor", "foregroundColor"),
            )
        ),
        "statusIndicator": _object(
            _states(error=_STATUS, success=_STATUS, warning=_STATUS, pending=_colors("indicatorColor"))
        ),
    }
)
_COMPONENTS = _object(
    {
        "alert": _object(
            {"borderRadius": _radius, **_states(error=_colors("backgroundColor", "borderColor"))}
        ),
        "favicon": _object({"enabledTypes": _list(_one_of("ICO", "SVG"))}),
        "form": _object(
            {
                "backgroundImage": _ENABLED,
                "borderRadius": _radius,
                "logo": _object(
                    {
                        "enabled": _switch,
                        "formInclusion": _one_of("IN", "OUT"),
                        "location": _one_of(*_PLACES),
                        "position": _one_of("TOP", "BOTTOM"),
                    }
                ),
                **_modes(_colors("backgroundColor", "borderColor")),
            }
        ),
        "idpButton": _object({"standard": _BUTTONS, "custom": _by_name(_BUTTONS)}),
        "pageBackground": _object({"image": _ENABLED, **_modes(_colors("color"))}),
        "pageFooter": _BAND,
        "pageHeader": _BAND,
        "pageText": _object(_modes(_colors("bodyColor", "descriptionColor", "headingColor"))),
        "phoneNumberSelector": _object({"displayType": _one_of("TEXT")}),
        "primaryButton": _object(
            _states(
                defaults=_BUTTON,
                hover=_BUTTON,
                active=_BUTTON,
                disabled=dict.fromkeys(("backgroundColor", "borderColor"), _usual("ffffffff")),
            )
        ),
        "secondaryButton": _BUTTONS,
    }
)
_SETTINGS = _object(
    {"categories": _CATEGORIES, "componentClasses": _COMPONENT_CLASSES, "components": _COMPONENTS}
)
