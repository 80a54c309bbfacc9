"""Managed login: the colours of settings become values of tokens (UI guide, section 5).

Each colour of the settings is a row of `ROWS`, with the tokens that it sets. Tokens that the house's style
sheet has too begin there (`HOUSE`); the others are for one part alone and come with a rule of
`managed_rules`, which falls back to the house's token.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from poolhouse.directory import colors
from poolhouse.directory.colors import Color
from poolhouse.directory.managed_settings import MODES, Settings, value_at

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


ROWS: tuple[_Row, ...] = (
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
    _row("componentClasses.input.{mode}.placeholderColor", "placeholder", "edge"),
    _row("componentClasses.dropDown.{mode}.defaults.itemBackgroundColor", "menu", "surface"),
    _row("componentClasses.dropDown.{mode}.match.itemBackgroundColor", "menu-chosen", "surface"),
    _row("componentClasses.dropDown.{mode}.match.itemTextColor", "menu-chosen-text", "accent"),
    _row("componentClasses.dropDown.{mode}.hover.itemBackgroundColor", "menu-hover", "sunken"),
    _row("componentClasses.dropDown.{mode}.hover.itemBorderColor", "menu-hover-edge", "sunken"),
    _row("componentClasses.dropDown.{mode}.hover.itemTextColor", "menu-hover-text", "text"),
    _row("componentClasses.optionControls.{mode}.defaults.backgroundColor", "option-off", "surface"),
    _row("componentClasses.optionControls.{mode}.defaults.borderColor", "option-edge", "control"),
    _row("componentClasses.optionControls.{mode}.selected.backgroundColor", "option", "accent"),
    _row("componentClasses.optionControls.{mode}.selected.foregroundColor", "option-mark", "on-accent"),
    _row("componentClasses.link.{mode}.defaults.textColor", "accent"),
    _row("componentClasses.link.{mode}.hover.textColor", "accent-hover"),
    _row("componentClasses.focusState.{mode}.borderColor", "focus"),
    _row("componentClasses.divider.{mode}.borderColor", "line"),
    _row("componentClasses.statusIndicator.{mode}.error.backgroundColor", "danger-soft"),
    _row("componentClasses.statusIndicator.{mode}.error.indicatorColor", "danger"),
    _row("componentClasses.statusIndicator.{mode}.error.borderColor", "alert-edge", "danger"),
    _row("componentClasses.statusIndicator.{mode}.success.backgroundColor", "ok-soft"),
    _row("componentClasses.statusIndicator.{mode}.success.indicatorColor", "ok"),
    _row("componentClasses.statusIndicator.{mode}.success.borderColor", "good-edge", "ok"),
    _row("componentClasses.statusIndicator.{mode}.warning.backgroundColor", "warn-soft"),
    _row("componentClasses.statusIndicator.{mode}.warning.indicatorColor", "warn"),
    _row("componentClasses.statusIndicator.{mode}.warning.borderColor", "note-edge", "warn"),
    _row("componentClasses.statusIndicator.{mode}.pending.indicatorColor", "pending", "muted"),
    _row("components.alert.{mode}.error.backgroundColor", "danger-soft"),
    _row("components.alert.{mode}.error.borderColor", "alert-edge", "danger"),
    _row("components.pageHeader.{mode}.background.color", "header", "page"),
    _row("components.pageHeader.{mode}.borderColor", "header-edge", "line"),
    _row("components.pageFooter.{mode}.background.color", "footer", "page"),
    _row("components.pageFooter.{mode}.borderColor", "footer-edge", "line"),
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
    ("text", "page", "Text beside the form", 4.5),
    ("label", "surface", "Label", 4.5),
    ("hint", "surface", "Hint", 4.5),
    ("ink", "input", "Text in a field", 4.5),
    ("accent", "surface", "Link", 4.5),
    ("danger", "danger-soft", "Alert", 4.5),
    ("option-mark", "option", "Mark in a box", 3.0),
    ("option-edge", "surface", "Border of a box", 3.0),
    ("control", "surface", "Border of a field", 3.0),
    ("focus", "surface", "Focus ring", 3.0),
)
_MENU_PAIRS: tuple[tuple[str, str, str, float], ...] = (
    ("text", "menu", "Language menu", 4.5),
    ("menu-hover-text", "menu-hover", "Language menu, hovered", 4.5),
    ("menu-chosen-text", "menu-chosen", "Language menu, chosen", 4.5),
)
USUAL: Mapping[str, str] = {token: row.usual for row in ROWS for token in row.tokens}


def tokens(settings: Settings, mode: str) -> dict[str, Color]:
    found: dict[str, Color] = {}
    for row in ROWS:
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
        token = USUAL[token]
    return tokens[token]


# Judging


def warnings(tokens: Tokens, mode: str, *, menu: bool) -> Iterator[str]:
    """`menu`: the pages have a language menu."""
    for upper, ground, name, needed in (*_PAIRS, *(_MENU_PAIRS if menu else ())):
        if upper not in tokens and ground not in tokens:
            continue
        color, below = _seen(tokens, upper, mode), _seen(tokens, ground, mode)
        if colors.contrast(color, below) < needed:
            yield colors.too_weak(f"{name} ({mode.removesuffix('Mode')})", color, below, needed)
