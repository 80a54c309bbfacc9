"""The style sheet of SetUICustomization: read strictly, and written anew for our pages (UI guide, 5).

Nothing of it is passed through. A sheet is rules of known classes, a rule is declarations of known
properties, a value is a row of known tokens: with the first thing that is none of these the whole sheet is
refused. So there are no at-rules, no addresses, no escapes and no functions but colours and gradients in it.

What a sheet cannot have: the focus ring, the height that a finger needs, labels that are seen. A declaration
takes effect, within bounds where it is one of layout (classic_layout), or the sheet is refused: one that
nobody follows would look like one in force. A declaration that equals the one in AWS's template counts as not
made: the template is where most sheets begin, and whoever changed three colours in it wants these three.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from poolhouse.directory import classic_layout, colors
from poolhouse.directory.classic_layout import LENGTH
from poolhouse.directory.colors import Color
from poolhouse.errors import CssRefused

Declarations = Mapping[str, str]
Rules = Mapping[str, Declarations]  # by selector, without the dot and the suffix: `inputField:focus`

_SUFFIX = "-customizable"
_CLASSES = """
    background banner errorMessage idpButton idpButton:hover inputField inputField:focus label legalText
    logo submitButton submitButton:hover textDescription idpDescription passwordCheck-notValid
    passwordCheck-valid redirect socialButton
"""
_SELECTORS = {
    f".{name}{_SUFFIX}{colon}{state}": name + colon + state
    for name, colon, state in (selector.partition(":") for selector in _CLASSES.split())
}

# What AWS's template says. Where its editions differ, each value of an edition is there.
_TEMPLATE: Mapping[str, str] = {
    "logo": "max-width: 60%; max-height: 30%",
    "banner": "padding: 25px 0px 25px 0px; background-color: lightgray",
    "label": "font-weight: 400",
    "textDescription": "padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px",
    "idpDescription": "padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px",
    "legalText": "color: #747474; font-size: 11px",
    "submitButton": "font-size: 14px; font-weight: bold; margin: 20px 0px 10px 0px; height: 40px; "
    "width: 100%; color: #fff; background-color: #337ab7",
    "submitButton:hover": "color: #fff; background-color: #286090",
    "errorMessage": "padding: 5px; font-size: 14px; width: 100%; background: #f5f5f5; "
    "border: 2px solid #d64958; color: #d64958",
    "inputField": "width: 100%; height: 34px; color: #555; background-color: #fff; border: 1px solid #ccc; "
    "border-radius: 0px",
    "inputField:focus": "border-color: #66afe9; outline: 0",
    "idpButton": "height: 40px; width: 100%; text-align: center; margin-bottom: 15px; color: #fff; "
    "background-color: #5bc0de; border-color: #46b8da",
    "idpButton:hover": "color: #fff; background-color: #31b0d5",
    "socialButton": "height: 40px; text-align: left; width: 100%; margin-bottom: 15px; border-radius: 2px; "
    "padding: 1px",
    "redirect": "text-align: center",
    "passwordCheck-notValid": "color: #df3312",
    "passwordCheck-valid": "color: #19bf00",
    "background": "background-color: #fff",
}

_SIDES = ("top", "right", "bottom", "left")
_PAINT_NAMES = """
    color background background-color border border-color border-width border-style border-radius box-shadow
    font-family font-size font-style font-weight letter-spacing text-decoration text-transform
"""
_LAYOUT_NAMES = """
    display margin min-width min-height line-height text-align vertical-align box-sizing opacity cursor
    outline outline-color outline-style outline-width outline-offset transition transform overflow
    white-space float width height max-width max-height
"""
_PAINT = frozenset(_PAINT_NAMES.split()) | {
    f"border-{side}{part}" for side in _SIDES for part in ("", "-color", "-width", "-style")
}
_LAYOUT = (
    frozenset(_LAYOUT_NAMES.split())
    | {"padding"}
    | {f"{kind}-{side}" for kind in ("margin", "padding") for side in _SIDES}
)
_OF_TEXT = frozenset(name for name in _PAINT if name.startswith(("font-", "text-", "letter-", "color")))
_WITH_TEXT = classic_layout.BUTTONS | {"banner"}
_LEAST_TEXT, _LEAST_TYPED = "12px", "16px"
_WHY = {
    "outline": "the focus ring is not for sale.",
    "display": "what people need to sign in is seen.",
}

# Some declarations colour more than their own element: they set a token of the whole page.
_TOKENS: Mapping[tuple[str, str], str] = {
    ("background", "background-color"): "surface",
    ("label", "color"): "ink",
    ("textDescription", "color"): "muted",
    ("errorMessage", "color"): "danger",
    ("errorMessage", "background-color"): "danger-soft",
    ("inputField:focus", "border-color"): "focus",
}
_ON_SURFACE = (("ink", 4.5), ("muted", 4.5), ("focus", 3.0))

_SPACE = re.compile(r"\s*")
_SELECTOR = re.compile(r"[^{}\s/;]+(?:\s+[^{}\s/;]+)*")
_PROPERTY = re.compile(r"[a-zA-Z-]{1,40}")
_FUNCTION = re.compile(r"(?:rgba?|hsla?|linear-gradient|radial-gradient)\(", re.IGNORECASE)
_WORD = re.compile(
    r"""
      \#[0-9a-fA-F]{3,8}\b
    | [+-]?(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})(?:px|em|rem|ex|ch|pt|vh|vw|deg|ms|s|%)?(?![\w.%-])
    | -?[a-zA-Z][a-zA-Z0-9-]{0,40}(?![\w(.-])
    | "[^"'\\<>{};@\x00-\x1f]{0,100}"
    | '[^"'\\<>{};@\x00-\x1f]{0,100}'
    """,
    re.VERBOSE,
)
_IMPORTANT = re.compile(r"!\s*important", re.IGNORECASE)
_DEEPEST = 3


class Classic(Struct, frozen=True):
    """`sheet` for our pages, and what in it is hard to read."""

    sheet: str
    warnings: tuple[str, ...]


def check(css: str) -> None:
    """Raises `CssRefused`."""
    for selector, found in _rules(css).items():
        for name, value in _changed(selector, found).items():
            if _usable(selector, name, value) is None:
                why = _WHY.get(name.partition("-")[0], "the pages have no place for it.")
                raise CssRefused(why=f"{name} in {_named(selector)} cannot be {value[:60]}; {why}")


def rendered(css: str) -> Classic:
    """A checked sheet as our pages use it. What an earlier version took without effect is passed over.

    Raises `CssRefused` for what is no sheet.
    """
    rules = _rules(css)
    own = {selector: _changed(selector, found) for selector, found in rules.items()}
    tokens = _tokens(own)
    parts = [f":root {{ {_text(tokens)} }}"] if tokens else []
    for selector, declarations in own.items():
        parts.extend(_blocks(selector, declarations))
    return Classic("\n".join(parts) + "\n" if parts else "", tuple(_warnings(own, tokens)))


# Reading


class _Reader:
    """The text and a place in it. What is read is never given back, so the time is linear."""

    def __init__(self, text: str) -> None:
        self._text = _without_comments(text)
        self._at = 0
        self.skip()

    @property
    def ended(self) -> bool:
        return self._at >= len(self._text)

    @property
    def rest(self) -> str:
        """The beginning of what is left, for a refusal."""
        return self._text[self._at : self._at + 30]

    def skip(self) -> None:
        """Over white space."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, with the space behind it gone; empty: it does not."""
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        self.skip()
        return found[0]

    def took(self, char: str) -> bool:
        if not self._text.startswith(char, self._at):
            return False
        self._at += len(char)
        self.skip()
        return True


def _without_comments(text: str) -> str:
    """A comment parts what stands around it."""
    parts: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0:
        end = text.find("*/", start + 2)
        if end < 0:
            raise CssRefused(why="a comment does not end.")
        parts.append(text[at:start])
        at = end + 2
    return " ".join((*parts, text[at:]))


def _rules(css: str) -> Rules:
    reader = _Reader(css)
    rules: dict[str, dict[str, str]] = {}
    while not reader.ended:
        selector = " ".join(reader.take(_SELECTOR).split())
        if selector not in _SELECTORS:
            raise CssRefused(
                why=f"{selector[:60] or reader.rest!r} is not one of the classes that can be customized."
            )
        if not reader.took("{"):
            raise CssRefused(why=f"there is no rule after {selector}.")
        rules.setdefault(_SELECTORS[selector], {}).update(_declarations(reader, selector))
    return rules


def _declarations(reader: _Reader, selector: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while not reader.took("}"):
        if reader.took(";"):
            continue
        name = reader.take(_PROPERTY).lower()
        if name not in _PAINT | _LAYOUT:
            raise CssRefused(
                why=f"{name or reader.rest!r} in {selector} is not a property that can be customized."
            )
        if not reader.took(":"):
            raise CssRefused(why=f"{name} in {selector} has no value.")
        found[name] = _value(reader, f"{name} in {selector}")
    return found


def _value(reader: _Reader, where: str) -> str:
    parts: list[str] = []
    while not (reader.took(";") or reader.rest.startswith("}")):
        if reader.take(_IMPORTANT):
            continue
        parts.append(_term(reader, where, 0))
    if not parts:
        raise CssRefused(why=f"{where} has no value.")
    return _joined(parts)


def _term(reader: _Reader, where: str, depth: int) -> str:
    function = reader.take(_FUNCTION).lower()
    if not function:
        word = reader.take(_WORD) or next((char for char in ",/" if reader.took(char)), "")
        if not word:
            raise CssRefused(why=f"{where} has a value that cannot be used, at {reader.rest!r}.")
        return word if word[0] in "\"'" else word.lower()
    if depth == _DEEPEST:
        raise CssRefused(why=f"{where} is nested too deep.")
    inner: list[str] = []
    while not reader.took(")"):
        inner.append(_term(reader, where, depth + 1))
    return f"{function}{_joined(inner)})"


def _joined(parts: list[str]) -> str:
    return " ".join(parts).replace(" ,", ",")


# Writing


def _changed(selector: str, found: Declarations) -> dict[str, str]:
    """Without what the template says too."""
    template = _of_template(selector)
    return {name: value for name, value in found.items() if template.get(name) != value}


def _of_template(selector: str) -> Declarations:
    return _declarations(_Reader(_TEMPLATE[selector] + "}"), selector)


def _tokens(own: Rules) -> dict[str, str]:
    found = {
        token: color
        for (selector, name), token in _TOKENS.items()
        if (color := _color(own.get(selector, {}), name))
    }
    surface = found.get("surface", colors.WHITE)
    button = _color(own.get("submitButton", {}), "background-color")
    if button and colors.contrast(button, surface) >= 4.5:  # else only the button has it: links are text
        found |= {"accent": button, "accent-soft": colors.faint(button, surface)}
        found |= {"accent-hover": _color(own.get("submitButton:hover", {}), "background-color") or button}
        found = {"focus": button} | found
    return {f"--{token}": str(color) for token, color in found.items()}


def _color(declarations: Declarations, name: str) -> Color | None:
    """Of a declaration or of the shorthand that has it."""
    shorthand = {"background-color": "background", "border-color": "border"}.get(name, "")
    for text in (declarations.get(name, ""), *reversed(declarations.get(shorthand, "").split())):
        if color := colors.of_css(text):
            return color
    return None


def _usable(selector: str, name: str, value: str) -> Declarations | None:
    """A declaration as our pages use it; None where it would be without effect."""
    part = selector.partition(":")[0]
    if name in _LAYOUT:
        return classic_layout.written(selector, name, value)
    if part == "logo" and name in _OF_TEXT:
        return None
    if name != "font-size":
        return {name: value}
    least = _LEAST_TYPED if part == "inputField" else _LEAST_TEXT
    return {name: f"max({least}, {value})"} if LENGTH.fullmatch(value) else None


def _blocks(selector: str, declarations: Declarations) -> Iterator[str]:
    """The rules that a rule of the sheet comes to."""
    blocks: dict[str, dict[str, str]] = {}
    for name, value in declarations.items():
        for written, text in (_usable(selector, name, value) or {}).items():
            blocks.setdefault(_ours(selector, written), {})[written] = text
    ground = _color(declarations, "background-color")
    if ground and selector.partition(":")[0] in _WITH_TEXT and "color" not in declarations:
        blocks.setdefault(_ours(selector, "color"), {})["color"] = str(colors.readable_on(ground))
    moves = {place: found.pop("transition") for place, found in blocks.items() if "transition" in found}
    yield from (f"{place} {{ {_text(found)} }}" for place, found in blocks.items() if found)
    for place, value in moves.items():
        yield f"@media (prefers-reduced-motion: no-preference) {{ {place} {{ transition: {value} }} }}"


def _ours(selector: str, name: str) -> str:
    """Where a declaration stands. Named three times, a class goes before each rule of our own sheet."""
    part, colon, state = selector.partition(":")
    thrice = f".{part}{_SUFFIX}" * 3
    if part == "errorMessage" and name not in _OF_TEXT | _ALIGNING:
        return f".alert{thrice}"  # the message at a field is no box
    if part == "inputField" and name.startswith("margin"):
        return f".field > :is(input{thrice}, .with-action)"
    if part == "inputField" and name.endswith("width") and not name.startswith("border"):
        return f".field > :is(input{thrice}:not(.code), .with-action)"
    return thrice + colon + state


_ALIGNING = frozenset({"text-align", "justify-content", "line-height"})


def _named(selector: str) -> str:
    """As it stands in the sheet."""
    part, colon, state = selector.partition(":")
    return f".{part}{_SUFFIX}{colon}{state}"


def _text(declarations: Declarations) -> str:
    return "; ".join(f"{name}: {value}" for name, value in declarations.items())


# Judging


def _warnings(own: Rules, tokens: Declarations) -> Iterator[str]:
    surface = colors.of_css(tokens.get("--surface", "")) or colors.WHITE
    for token, needed in _ON_SURFACE:
        color = colors.of_css(tokens.get(f"--{token}", ""))
        if color and colors.contrast(color, surface) < needed:
            yield colors.too_weak(token, color, surface, needed)
    for selector in ("submitButton", "submitButton:hover", "idpButton", "idpButton:hover", "inputField"):
        declarations = own.get(selector, {})
        ground, color = _color(declarations, "background-color"), _color(declarations, "color")
        if ground and color and colors.contrast(color, ground) < 4.5:
            yield colors.too_weak(selector, color, ground, 4.5)
