"""Layout in the style sheet of SetUICustomization: what becomes of each declaration (docs/branding.md).

A declaration takes effect within bounds, or says what the pages do anyhow, or is refused: None. The bounds
keep what is not for sale: targets that a finger hits, labels that are seen, text that can be read, a form
that fits a phone. A name is that of a class without its suffix, such as `submitButton`.
"""

import re
from collections.abc import Callable, Mapping

Declarations = Mapping[str, str]
Writer = Callable[[str, str, str], Declarations | None]  # name, property and value; None: refused

BUTTONS = frozenset({"submitButton", "idpButton", "socialButton"})
CONTROLS = BUTTONS | {"inputField"}
_SIDES = ("top", "right", "bottom", "left")
_NOTHING: Declarations = {}

LEAST_HEIGHT = "46px"
_LARGEST_LOGO = {"width": "350px", "height": "178px", "max-width": "350px", "max-height": "178px"}
_LARGEST_BANNER = "240px"
_MAY_BE_HIDDEN = frozenset({"banner", "logo", "textDescription", "idpDescription", "redirect", "legalText"})
_ALIGNED = frozenset({"left", "center", "right", "start", "end"})

LENGTH = re.compile(r"(?:\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})(?:px|em|rem|pt)")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{0,6})?|\.\d{1,6}")
_DISTANCE = re.compile(r"[+-]?(?:\d{1,4}(?:\.\d{0,6})?|\.\d{1,6})(?:px|em|rem|pt|%)")
_ZERO = re.compile(r"[+-]?0*\.?0+")
_MOVING = r"(?:all|color|background|background-color|border|border-color|box-shadow|opacity)"
_EASE = r"(?:ease|linear|ease-in|ease-out|ease-in-out)"
_TIME = r"(?:(?:0|1|0?\.\d{1,3})s|(?:1000|\d{1,3})ms)"
_MOVE = rf"(?:{_MOVING} )?(?:{_EASE} )?{_TIME}(?: {_EASE})?(?: {_TIME})?"
_MOVES = re.compile(rf"none|{_MOVE}(?:, {_MOVE})*")

# What the pages do anyhow.
_AS_IT_IS: Mapping[str, frozenset[str]] = {
    "box-sizing": frozenset({"border-box"}),
    "display": frozenset({"block"}),
    "float": frozenset({"none"}),
    "height": frozenset({"auto"}),
    "max-height": frozenset({"none"}),
    "max-width": frozenset({"none", "100%"}),
    "min-height": frozenset({"0", "0px", "auto"}),
    "min-width": frozenset({"0", "0px", "auto"}),
    "opacity": frozenset({"1", "100%"}),
    "overflow": frozenset({"visible"}),
    "transform": frozenset({"none"}),
    "vertical-align": frozenset({"baseline", "middle"}),
    "white-space": frozenset({"normal"}),
    "width": frozenset({"auto", "100%"}),
}
# What a rule of a state may say: nothing moves under the pointer.
_OF_STATES = frozenset({"cursor", "opacity", "transition"})


def written(selector: str, name: str, value: str) -> Declarations | None:
    """`name: value` as our pages use it, empty for what they do anyhow; None where it has to be refused.

    selector  `submitButton`, `submitButton:hover`
    """
    part, _, state = selector.partition(":")
    if value in _AS_IT_IS.get(name, ()):
        return _NOTHING
    writer = _WRITERS.get(name)
    if writer is None or (state and name not in _OF_STATES):
        return None
    return writer(part, name, value)


def _space(part: str, name: str, value: str) -> Declarations | None:
    """Margin and padding, of one side or of all."""
    kind, _, side = name.partition("-")
    if part == "background":
        return None  # the form stands where it stands
    words = value.split()
    if len(words) > (1 if side else 4):
        return None
    distances = [_distance(word, auto=kind == "margin") for word in words]
    if None in distances:
        return None
    sides = (side,) if side else _SIDES
    return {
        _property(part, kind, which): _bounded(part, kind, which, distance)
        for which, distance in zip(sides, _per_side([one or "" for one in distances]), strict=False)
    }


def _per_side(words: list[str]) -> list[str]:
    """As CSS fills in what a shorthand leaves out: top, right, bottom, left."""
    top, right, bottom, left = (*words, *[""] * (4 - len(words)))
    right = right or top
    return [top, right, bottom or top, left or right]


def _distance(word: str, *, auto: bool) -> str | None:
    if _ZERO.fullmatch(word):
        return "0px"
    if _DISTANCE.fullmatch(word) or (auto and word == "auto"):
        return word
    return None


def _property(part: str, kind: str, side: str) -> str:
    """The banner runs from edge to edge; its margins are kept from these edges (style.css)."""
    return f"--banner-{side}" if part == "banner" and kind == "margin" else f"{kind}-{side}"


def _bounded(part: str, kind: str, side: str, distance: str) -> str:
    if distance == "auto":
        return "0px" if part == "banner" else "auto"
    if part == "banner" and kind == "padding":
        return f"clamp({'0px' if side in ('top', 'bottom') else 'var(--inset, 20px)'}, {distance}, 80px)"
    most = 24 if part in CONTROLS and kind == "padding" else 40
    return f"clamp(0px, {distance}, {most}px)"


def _width(part: str, name: str, value: str) -> Declarations | None:
    if not _DISTANCE.fullmatch(value) or value.startswith("-") or part in ("background", "banner"):
        return None
    if part == "logo":
        return {name: f"min({_LARGEST_LOGO[name]}, {value})"} if name in _LARGEST_LOGO else None
    least = "min(160px, 100%)" if part in CONTROLS else "50%"
    return {name: f"clamp({least}, {value}, 100%)"}


def _height(part: str, name: str, value: str) -> Declarations | None:
    if not LENGTH.fullmatch(value):
        return None
    if part in CONTROLS:
        return {"min-height": f"max({LEAST_HEIGHT}, {value})"}
    if part == "banner":
        return {"min-height": f"min({_LARGEST_BANNER}, {value})"}
    return {name: f"min({_LARGEST_LOGO[name]}, {value})"} if part == "logo" and name == "height" else None


def _largest_height(part: str, name: str, value: str) -> Declarations | None:
    """Of the logo alone. A part of a line whose height is open is no bound, so it is the largest."""
    if part != "logo" or not _DISTANCE.fullmatch(value) or value.startswith("-"):
        return None
    most = _LARGEST_LOGO[name]
    return {name: f"min({most}, {value})" if LENGTH.fullmatch(value) else most}


def _largest_width(part: str, name: str, value: str) -> Declarations | None:
    if part == "logo" and value.endswith("%") and _DISTANCE.fullmatch(value):
        return {name: _LARGEST_LOGO[name]}
    return _width(part, name, value)


def _align(part: str, name: str, value: str) -> Declarations | None:
    """Buttons, the banner and lines with an icon are rows, whose content goes by `justify-content`."""
    if part == "idpDescription":
        return _NOTHING if value == "center" else None  # it stands between two lines
    if value not in _ALIGNED or part in ("legalText", "logo"):
        return None
    return {name: value} if part == "inputField" else {name: value, "justify-content": value}


def _line(part: str, name: str, value: str) -> Declarations | None:
    if part == "logo":
        return None
    if value == "normal":
        return {name: value}
    if _NUMBER.fullmatch(value):
        return {name: f"clamp(1.2, {value}, 2.4)"}
    return {name: f"clamp(1.2em, {value}, 2.4em)"} if LENGTH.fullmatch(value) else None


def _opacity(part: str, name: str, value: str) -> Declarations | None:
    """Text of the house's palest colour can still be read at nine tenths (UI guide, 3)."""
    number = value.removesuffix("%")
    if part == "background" or not _NUMBER.fullmatch(number):
        return None
    given = float(number) / (100 if value.endswith("%") else 1)
    return {name: f"{min(max(0.5 if part == 'logo' else 0.9, given), 1):g}"}


def _display(part: str, name: str, value: str) -> Declarations | None:
    return {name: value} if value == "none" and part in _MAY_BE_HIDDEN else None


def _cursor(part: str, name: str, value: str) -> Declarations | None:
    return {name: value} if part in BUTTONS and value in ("pointer", "default") else None


def _transition(part: str, name: str, value: str) -> Declarations | None:
    """Of colours, and a second at most."""
    return {name: value} if part in CONTROLS and _MOVES.fullmatch(value) else None


_WRITERS: Mapping[str, Writer] = {
    "cursor": _cursor,
    "display": _display,
    "height": _height,
    "line-height": _line,
    "max-height": _largest_height,
    "max-width": _largest_width,
    "min-height": _height,
    "min-width": _width,
    "opacity": _opacity,
    "text-align": _align,
    "transition": _transition,
    "width": _width,
    **dict.fromkeys(("margin", "padding"), _space),
    **{f"{kind}-{side}": _space for kind in ("margin", "padding") for side in _SIDES},
}
