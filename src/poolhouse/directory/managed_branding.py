"""Managed login: settings become a small sheet of token values (UI guide, section 5).

Each colour of the settings is a row of `_COLORS`, with the tokens that it sets. Tokens that the house's style
sheet has too begin there (`HOUSE`); the others are for one part alone and come with a rule of `_RULES`, which
falls back to the house's token. So a sheet is values, and rules that are written here, and nothing else.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from poolhouse.directory import colors
from poolhouse.directory.colors import Color
from poolhouse.directory.managed_settings import MODES, Settings, value_at

Scheme = Literal["", "light", "dark"]  # "": as the visitor's system has it
Tokens = Mapping[str, Color]

# The house's own values (UI guide, section 3), light and dark: the look without settings.
HOUSE: Mapping[str, tuple[str, str]] = {
    "page": ("f6f8f7", "0a1112"),
    "water": ("ddebeb", "0c1f22"),
    "waterline": ("94c0c1", "2b6469"),
    "tile": ("d0e3e3", "10282b"),
    "surface": ("ffffff", "131c1d"),
    "sunken": ("eff4f3", "0c1415"),
    "line": ("dde5e4", "273434"),
    "edge": ("bccac9", "3d4e4d"),
    "control": ("738483", "738381"),
    "ink": ("0e1f1f", "eff5f4"),
    "text": ("2c3d3c", "ccd7d6"),
    "muted": ("536463", "9babaa"),
    "accent": ("0b5c63", "7cd4d1"),
    "accent-hover": ("07464c", "a5e6e3"),
    "on-accent": ("ffffff", "05201f"),
    "accent-soft": ("e4f1f1", "17302f"),
    "focus": ("0b5c63", "a5e6e3"),
    "danger": ("a8261c", "ffaaa1"),
    "danger-soft": ("fdf2f0", "2c1715"),
    "ok": ("1a6638", "8ad7a4"),
    "ok-soft": ("eef7f0", "12261a"),
    "warn": ("7a5000", "ecc36a"),
    "warn-soft": ("fdf6e4", "2a2110"),
}


class _Row(Struct, frozen=True):
    """`path` in the settings, with `{mode}`; the tokens that it sets; what a token is without it."""

    path: str
    tokens: tuple[str, ...]
    usual: str


def _row(path: str, tokens: str, usual: str = "") -> _Row:
    named = tuple(tokens.split())
    return _Row(path, named, usual or named[0])


def _button(path: str, token: str, usual: str, under: str) -> tuple[_Row, ...]:
    """The colours of a button in its three states.

    usual, under  the house's tokens for its ground, border and text, at rest and under the pointer
    """
    parts = (("backgroundColor", ""), ("borderColor", "-edge"), ("textColor", "-text"))
    states = (("defaults", "", usual), ("hover", "-hover", under), ("active", "-active", under))
    return tuple(
        _row(f"{path}.{{mode}}.{state}.{part}", f"{token}{end}{suffix}", house)
        for state, suffix, tokens in states
        for (part, end), house in zip(parts, tokens.split(), strict=True)
    )


_COLORS: tuple[_Row, ...] = (
    _row("components.pageBackground.{mode}.color", "page water waterline tile"),
    _row("components.form.{mode}.backgroundColor", "surface"),
    _row("components.form.{mode}.borderColor", "card-edge", "line"),
    *_button(
        "components.primaryButton",
        "primary",
        "accent accent on-accent",
        "accent-hover accent-hover on-accent",
    ),
    *_button("components.secondaryButton", "secondary", "surface edge ink", "sunken control ink"),
    *_button("components.idpButton.standard", "idp", "surface edge ink", "sunken control ink"),
    _row("components.pageText.{mode}.headingColor", "ink"),
    _row("components.pageText.{mode}.bodyColor", "text"),
    _row("components.pageText.{mode}.descriptionColor", "muted"),
    _row("componentClasses.inputLabel.{mode}.textColor", "label", "ink"),
    _row("componentClasses.inputDescription.{mode}.textColor", "hint", "muted"),
    _row("componentClasses.input.{mode}.defaults.backgroundColor", "input", "surface"),
    _row("componentClasses.input.{mode}.defaults.borderColor", "control"),
    _row("componentClasses.dropDown.{mode}.defaults.itemBackgroundColor", "menu", "surface"),
    _row("componentClasses.dropDown.{mode}.hover.itemBackgroundColor", "menu-hover", "surface"),
    _row("componentClasses.dropDown.{mode}.hover.itemTextColor", "menu-hover-text", "text"),
    _row("componentClasses.optionControls.{mode}.selected.backgroundColor", "option", "accent"),
    _row("componentClasses.link.{mode}.defaults.textColor", "accent"),
    _row("componentClasses.link.{mode}.hover.textColor", "accent-hover"),
    _row("componentClasses.focusState.{mode}.borderColor", "focus"),
    _row("componentClasses.divider.{mode}.borderColor", "line"),
    _row("componentClasses.statusIndicator.{mode}.error.backgroundColor", "danger-soft"),
    _row("componentClasses.statusIndicator.{mode}.error.indicatorColor", "danger"),
    _row("componentClasses.statusIndicator.{mode}.success.backgroundColor", "ok-soft"),
    _row("componentClasses.statusIndicator.{mode}.success.indicatorColor", "ok"),
    _row("componentClasses.statusIndicator.{mode}.warning.backgroundColor", "warn-soft"),
    _row("componentClasses.statusIndicator.{mode}.warning.indicatorColor", "warn"),
    _row("components.alert.{mode}.error.backgroundColor", "danger-soft"),
    _row("components.alert.{mode}.error.borderColor", "alert-edge", "danger"),
    _row("components.pageHeader.{mode}.background.color", "header", "page"),
    _row("components.pageHeader.{mode}.borderColor", "header-edge", "line"),
    _row("components.pageFooter.{mode}.background.color", "footer", "page"),
    _row("components.pageFooter.{mode}.borderColor", "footer-edge", "line"),
)

_RADII: Mapping[str, tuple[str, int]] = {
    "components.form.borderRadius": ("radius-form", 14),
    "componentClasses.buttons.borderRadius": ("radius-control", 9),
    "componentClasses.input.borderRadius": ("radius-input", 9),
    "components.alert.borderRadius": ("radius-alert", 9),
}
_DENSITIES = {"COMPACT": ".75", "REGULAR": "1", "COZY": "1.25"}
_FIELDS = ":where(input:not([type=checkbox], [type=radio]), select)"
_PROVIDERS = ":is(.idpButton-customizable, .socialButton-customizable)"


def _button_rules(selector: str, token: str) -> tuple[tuple[str, str, str], ...]:
    """Named thrice, a part goes before each rule of the house's sheet."""
    states = ((":active", "-active"), (":hover", "-hover"), ("", ""))
    parts = (("background", ""), ("border-color", "-edge"), ("color", "-text"))
    return tuple(
        (f"{selector * 3}{state}", name, f"{token}{end}{suffix}")
        for state, suffix in reversed(states)
        for name, end in parts
    )


# Selector, property, token; a rule is written where a mode has the token.
_RULES: tuple[tuple[str, str, str], ...] = (
    *_button_rules(".primary", "primary"),
    *_button_rules(".secondary", "secondary"),
    *_button_rules(_PROVIDERS, "idp"),
    (":is(label, .label, legend)", "color", "label"),
    (".hint", "color", "hint"),
    (_FIELDS, "background-color", "input"),
    (".foot details ul", "background", "menu"),
    (".foot details li a:hover", "background", "menu-hover"),
    (".foot details li a:hover", "color", "menu-hover-text"),
    (":is(.check, .choice) input", "accent-color", "option"),
    (".alert:not(.good, .note)", "border-color", "alert-edge"),
)

# What stands on what, how it is called, and what it needs (WCAG 2.2, 1.4.3 and 1.4.11).
_PAIRS: tuple[tuple[str, str, str, float], ...] = (
    ("primary-text", "primary", "Primary button", 4.5),
    ("primary-text-hover", "primary-hover", "Primary button, hovered", 4.5),
    ("secondary-text", "secondary", "Secondary button", 4.5),
    ("idp-text", "idp", "Provider button", 4.5),
    ("ink", "surface", "Heading", 4.5),
    ("text", "surface", "Text", 4.5),
    ("muted", "surface", "Description", 4.5),
    ("label", "surface", "Label", 4.5),
    ("hint", "surface", "Hint", 4.5),
    ("ink", "input", "Text in a field", 4.5),
    ("accent", "surface", "Link", 4.5),
    ("danger", "danger-soft", "Alert", 4.5),
    ("control", "surface", "Border of a field", 3.0),
    ("focus", "surface", "Focus ring", 3.0),
)
_USUAL: Mapping[str, str] = {token: row.usual for row in _COLORS for token in row.tokens}


class Managed(Struct, frozen=True):
    """What settings come to.

    sizes          values of tokens that are the same in both schemes
    light, dark    values of colour tokens
    rules          of the sheet
    warnings       what is hard to read
    """

    scheme: Scheme
    at: Literal["start", "center", "end"]
    sizes: Mapping[str, str]
    light: Mapping[str, str]
    dark: Mapping[str, str]
    rules: tuple[str, ...]
    warnings: tuple[str, ...]
    providers_first: bool
    provider_order: tuple[str, ...]


def rendered(settings: Settings) -> Managed:
    """Checked settings as our pages use them."""
    light, dark = (_tokens(settings, mode) for mode in MODES)
    sizes = dict(_sizes(settings))
    scheme: Scheme = _SCHEMES.get(value_at(settings, "categories.global.colorSchemeMode") or "", "")
    return Managed(
        scheme=scheme,
        at=_PLACES.get(value_at(settings, "categories.form.location.horizontal") or "", "center"),
        sizes=sizes,
        light={f"--{token}": str(color) for token, color in light.items()},
        dark={f"--{token}": str(color) for token, color in dark.items()},
        rules=(*_rules(light.keys() | dark.keys(), sizes), *_custom_buttons(settings, scheme)),
        warnings=tuple(_warnings(light, "lightMode")) + tuple(_warnings(dark, "darkMode")),
        providers_first=_providers_first(settings),
        provider_order=tuple(value_at(settings, "categories.auth.federation.order") or ()),
    )


_SCHEMES: Mapping[str, Scheme] = {"LIGHT": "light", "DARK": "dark"}
_PLACES: Mapping[str, Literal["start", "center", "end"]] = {"START": "start", "END": "end"}


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
    for row in _COLORS:
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
    "categories.form.location.horizontal": "CENTER",
    "components.form.logo.enabled": True,
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
    value = value_at(settings, path)
    return bool(_DEFAULTS.get(path, False) if value is None else value)


# Tokens


def _tokens(settings: Settings, mode: str) -> dict[str, Color]:
    found: dict[str, Color] = {}
    for row in _COLORS:
        color = colors.of_hex(value_at(settings, row.path.format(mode=mode)) or "-")
        if color:
            found |= dict.fromkeys(row.tokens, color)
    _complete_button(found)
    _complete_accent(found, mode)
    return found


def _complete_button(found: dict[str, Color]) -> None:
    """A button of which only the ground is set has black or white text, whichever reads better; under the
    pointer it stays as it is, as far as the settings do not say otherwise.
    """
    for token in ("primary", "secondary", "idp"):
        ground = found.get(token)
        if ground:
            text = found.setdefault(f"{token}-text", colors.readable_on(ground))
            hover = found.setdefault(f"{token}-hover", ground)
            reads = hover == ground or colors.contrast(text, hover) >= 4.5
            found.setdefault(f"{token}-text-hover", text if reads else colors.readable_on(hover))


def _complete_accent(found: dict[str, Color], mode: str) -> None:
    """Links have the colour of the primary button, unless they have their own or could not be read."""
    surface = _seen(found, "surface", mode)
    button = found.get("primary")
    if button and "accent" not in found and colors.contrast(button, surface) >= 4.5:
        found["accent"] = button
        found.setdefault("accent-hover", found["primary-hover"])
        found.setdefault("focus", button)
    if "accent" in found:
        found.setdefault("accent-soft", colors.faint(found["accent"], surface))


def _seen(tokens: Tokens, token: str, mode: str) -> Color:
    """The colour of a token, the brand's or the house's."""
    while token not in tokens:
        if token in HOUSE:
            return colors.of_hex(HOUSE[token][MODES.index(mode)]) or colors.BLACK
        token = _USUAL[token]
    return tokens[token]


def _sizes(settings: Settings) -> Iterator[tuple[str, str]]:
    for path, (token, _) in _RADII.items():
        size = value_at(settings, path)
        if size is not None:
            yield f"--{token}", f"{size:g}px"
    density = value_at(settings, "categories.global.spacingDensity")
    if density:
        yield "--density", _DENSITIES[density]


# Rules


def _rules(named: set[str], sizes: Mapping[str, str]) -> Iterator[str]:
    for selector, name, token in _RULES:
        if token in named:
            usual = _USUAL[token]
            yield f"{selector} {{ {name}: var(--{token}, var(--{usual})) }}"
    if "card-edge" in named:
        yield "@media (min-width: 600px) { .page > main { border: 1px solid var(--card-edge, var(--line)) } }"
    if "--radius-input" in sizes:
        yield f"{_FIELDS} {{ border-radius: var(--radius-input) }}"


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


# Judging


def _warnings(tokens: Tokens, mode: str) -> Iterator[str]:
    for upper, ground, name, needed in _PAIRS:
        if upper not in tokens and ground not in tokens:
            continue
        color, below = _seen(tokens, upper, mode), _seen(tokens, ground, mode)
        if colors.contrast(color, below) < needed:
            yield colors.too_weak(f"{name} ({mode.removesuffix('Mode')})", color, below, needed)
