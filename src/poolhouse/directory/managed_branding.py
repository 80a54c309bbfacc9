"""Managed login: settings become a small sheet of token values (UI guide, section 5).

Colours are in managed_colors, the rules that show them in managed_rules. So a sheet is values, and rules that
are written there, and nothing else. What settings say of places and parts goes to the templates (`Managed`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from poolhouse.directory import colors, managed_colors, managed_rules
from poolhouse.directory.managed_colors import HOUSE
from poolhouse.directory.managed_settings import MODES, Settings, value_at

Scheme = Literal["", "light", "dark"]  # "": as the visitor's system has it
Place = Literal["start", "center", "end"]
Agreement = Literal["", "said", "ticked"]

_RADII: Mapping[str, tuple[str, int]] = {
    "components.form.borderRadius": ("radius-form", 14),
    "componentClasses.buttons.borderRadius": ("radius-control", 9),
    "componentClasses.input.borderRadius": ("radius-input", 9),
    "componentClasses.dropDown.borderRadius": ("radius-menu", 10),
    "components.alert.borderRadius": ("radius-alert", 9),
}
_DENSITIES = {"COMPACT": ".75", "REGULAR": "1", "COZY": "1.25"}


class Managed(Struct, frozen=True):
    """What settings come to.

    sizes          values of tokens that are the same in both schemes
    light, dark    values of colour tokens
    rules          of the sheet
    warnings       what is hard to read
    at, stands     where the form stands on a wide screen, across and down
    logo           where the logo stands
    languages      the pages have a language menu
    graphics       the pages show pictures and badges of what they are about
    agreement      to the terms, at sign-up: said in a line, ticked, or neither
    """

    scheme: Scheme
    at: Place
    stands: Place
    logo: "LogoPlace"
    languages: bool
    graphics: bool
    agreement: Agreement
    sizes: Mapping[str, str]
    light: Mapping[str, str]
    dark: Mapping[str, str]
    rules: tuple[str, ...]
    warnings: tuple[str, ...]
    providers_first: bool
    provider_order: tuple[str, ...]


class LogoPlace(Struct, frozen=True):
    """at  across; below, outside  of the form"""

    at: Place = "start"
    below: bool = False
    outside: bool = False


def rendered(settings: Settings) -> Managed:
    """Checked settings as our pages use them."""
    light, dark = (managed_colors.tokens(settings, mode) for mode in MODES)
    sizes = dict(_sizes(settings))
    languages = enabled(settings, "categories.form.languageSelector.enabled")
    scheme: Scheme = _SCHEMES.get(value_at(settings, "categories.global.colorSchemeMode") or "", "")
    return Managed(
        scheme=scheme,
        at=_place(settings, "categories.form.location.horizontal"),
        stands=_place(settings, "categories.form.location.vertical"),
        logo=LogoPlace(
            at=_place(settings, "components.form.logo.location"),
            below=_chosen(settings, "components.form.logo.position") == "BOTTOM",
            outside=_chosen(settings, "components.form.logo.formInclusion") == "OUT",
        ),
        languages=languages,
        graphics=enabled(settings, "categories.form.displayGraphics"),
        agreement=_agreement(settings),
        sizes=sizes,
        light={f"--{token}": str(color) for token, color in light.items()},
        dark={f"--{token}": str(color) for token, color in dark.items()},
        rules=(*managed_rules.written(light.keys() | dark.keys(), sizes), *_custom_buttons(settings, scheme)),
        warnings=(
            *managed_colors.warnings(light, "lightMode", menu=languages),
            *managed_colors.warnings(dark, "darkMode", menu=languages),
        ),
        providers_first=_providers_first(settings),
        provider_order=tuple(value_at(settings, "categories.auth.federation.order") or ()),
    )


_SCHEMES: Mapping[str, Scheme] = {"LIGHT": "light", "DARK": "dark"}
_PLACES: Mapping[str, Place] = {"START": "start", "CENTER": "center", "END": "end"}
_AGREEMENTS: Mapping[str, Agreement] = {"NONE": "said", "REQUIRED": "ticked"}


def sheet(managed: Managed, more: tuple[str, ...] = ()) -> str:
    """The style sheet. `more` are further rules, such as those with addresses of images."""
    house = {f"--{token}": f"#{dark}" for token, (_, dark) in HOUSE.items()}
    lines = [
        _block("", managed.sizes),
        *(_block(media, managed.light) for media in _media("light", managed.scheme)),
        *(
            _block(media, {"color-scheme": "dark", **house, **managed.dark} if not media else managed.dark)
            for media in _media("dark", managed.scheme)
        ),
        *managed.rules,
        *more,
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _media(mode: Literal["light", "dark"], scheme: str) -> Iterator[str]:
    """When a mode holds: by the visitor's system, always (""), or never (none)."""
    if not scheme:
        yield _SYSTEM[mode]
    elif scheme == mode:
        yield ""


_SYSTEM = {"light": "not all and (prefers-color-scheme: dark)", "dark": "(prefers-color-scheme: dark)"}


def defaults() -> dict[str, Any]:
    """The settings that the house's own look comes to, for ReturnMergedResources."""
    found: dict[str, Any] = {}
    for row in managed_colors.ROWS:
        for place, mode in enumerate(MODES):
            _put(found, row.path.format(mode=mode), HOUSE[row.usual][place] + "ff")
    for path, (_, size) in _RADII.items():
        _put(found, path, float(size))
    for path, value in _DEFAULTS.items():
        _put(found, path, value)
    return found


_DEFAULTS: Mapping[str, Any] = {
    "categories.global.colorSchemeMode": "DYNAMIC",
    "categories.global.spacingDensity": "REGULAR",
    "categories.global.pageHeader.enabled": False,
    "categories.global.pageFooter.enabled": False,
    "categories.auth.federation.interfaceStyle": "BUTTON_LIST",
    "categories.form.displayGraphics": True,
    "categories.form.instructions.enabled": False,
    "categories.form.languageSelector.enabled": True,
    "categories.form.location.horizontal": "CENTER",
    "categories.form.location.vertical": "START",
    "categories.form.sessionTimerDisplay": "NONE",
    "categories.signUp.acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}],
    "components.form.logo.enabled": True,
    "components.form.logo.formInclusion": "IN",
    "components.form.logo.location": "START",
    "components.form.logo.position": "TOP",
    "components.phoneNumberSelector.displayType": "TEXT",
    "components.pageBackground.image.enabled": True,
    "components.form.backgroundImage.enabled": True,
    "componentClasses.idpButtons.icons.enabled": True,
}


def _put(settings: dict[str, Any], path: str, value: Any) -> None:
    *above, name = path.split(".")
    for part in above:
        settings = settings.setdefault(part, {})
    settings[name] = value


def enabled(settings: Settings, path: str) -> bool:
    """A switch of the settings, or what it is without them."""
    return bool(_chosen(settings, path))


def _chosen(settings: Settings, path: str) -> Any:
    value = value_at(settings, path)
    return _DEFAULTS.get(path, False) if value is None else value


def _place(settings: Settings, path: str) -> Place:
    return _PLACES[_chosen(settings, path)]


def _agreement(settings: Settings) -> Agreement:
    """An element without its enforcement enforces nothing; without an element nothing is said."""
    elements = _chosen(settings, "categories.signUp.acceptanceElements")
    return _AGREEMENTS[elements[0].get("enforcement", "NONE")] if elements else ""


def _sizes(settings: Settings) -> Iterator[tuple[str, str]]:
    for path, (token, _) in _RADII.items():
        size = value_at(settings, path)
        if size is not None:
            yield f"--{token}", f"{size:g}px"
    density = value_at(settings, "categories.global.spacingDensity")
    if density:
        yield "--density", _DENSITIES[density]


# Rules


def _custom_buttons(settings: Settings, scheme: str) -> Iterator[str]:
    """The buttons of single providers. A name of these characters needs no escape in a selector."""
    for name, button in (value_at(settings, "components.idpButton.custom") or {}).items():
        selector = f'button.secondary.secondary.secondary[name="idp"][value="{name}"]'
        for mode in ("light", "dark"):
            for media in _media(mode, scheme):
                for state, suffix in (("defaults", ""), ("hover", ":hover"), ("active", ":active")):
                    values = dict(_painted(value_at(button, f"{mode}Mode.{state}") or {}))
                    yield _block(media, values, f"{selector}{suffix}")


_PAINTED = {"backgroundColor": "background", "borderColor": "border-color", "textColor": "color"}


def _painted(button: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in button.items():
        yield _PAINTED[name], str(colors.of_hex(value))


def _block(media: str, values: Mapping[str, str], selector: str = ":root:root:root") -> str:
    """A rule; empty without values."""
    if not values:
        return ""
    rule = f"{selector} {{ {'; '.join(f'{name}: {value}' for name, value in values.items())} }}"
    return f"@media {media} {{ {rule} }}" if media else rule


def _providers_first(settings: Settings) -> bool:
    order = value_at(settings, "categories.auth.authMethodOrder") or ()
    listed = [method["type"] for group in order for method in group if "type" in method]
    return listed[:1] == ["FEDERATED"]
