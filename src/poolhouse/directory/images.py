"""Images of a brand: of the kind that they are said to be, by their content, and unable to do anything.

A drawing (SVG) may hold shapes, text, gradients and styles, and nothing that runs, loads, or links outside
itself. It is refused otherwise, never mended, so that what an operator sees is what was sent.
"""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from poolhouse.errors import ImageRefused

TYPES: Mapping[str, bytes] = {
    "ICO": b"image/x-icon",
    "JPEG": b"image/jpeg",
    "PNG": b"image/png",
    "SVG": b"image/svg+xml",
    "WEBP": b"image/webp",
}

_STARTS: Mapping[str, re.Pattern[bytes]] = {
    "ICO": re.compile(rb"\x00\x00\x01\x00[^\x00]"),
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "WEBP": re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL),
}

_SVG = "http://www.w3.org/2000/svg"
# What drawing programs leave behind: words about the drawing, which nothing shows.
_FOREIGN = frozenset(
    {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.inkscape.org/namespaces/inkscape",
    }
)
_ELEMENT_NAMES = """
    svg g defs symbol use title desc metadata style switch a path rect circle ellipse line polyline polygon
    text tspan textPath linearGradient radialGradient stop pattern clipPath mask marker image view filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
    feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_INSIDE = re.compile(r"#[\w.:-]{1,200}|data:image/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=\s]*")
_LOADS = re.compile(
    r"""\\|url\s*+\(\s*+(?!["']?+\#)|image-set|expression\s*+\(|javascript:|-moz-binding|behavior\s*+:""",
    re.IGNORECASE,
)
_DEEPEST, _MOST = 100, 50_000


def kind_of(content: bytes) -> str:
    """ICO, JPEG, PNG, WEBP; SVG for what may be one; empty for anything else."""
    found = (kind for kind, start in _STARTS.items() if start.match(content))
    return next(found, "SVG" if b"<svg" in content[:4_096] else "")


def check(content: bytes, kind: str) -> None:
    """Raises `ImageRefused` where the content is not of this kind, or is a drawing that does more."""
    if kind_of(content) != kind:
        raise ImageRefused(why=f"the content is not {kind}.")
    if kind == "SVG":
        _check_svg(content)


def _check_svg(content: bytes) -> None:
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse("a document type")
    parser.ProcessingInstructionHandler = _refuse("a processing instruction")
    parser.StartElementHandler = drawing.begin
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError):
        raise ImageRefused(why="the content is not SVG.") from None


class _Drawing:
    """What was seen of the elements so far."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count = 0
        self._style: list[str] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, element = name.rpartition(" ")
        self._count += 1
        if not self._open and (space, element) != (_SVG, "svg"):
            raise ImageRefused(why="the content is not SVG.")
        if len(self._open) >= _DEEPEST or self._count > _MOST:
            raise ImageRefused(why="the drawing is too complex.")
        if space not in _FOREIGN and (space != _SVG or element not in _ELEMENTS):
            raise ImageRefused(why=f"a drawing may not have the element {element[:40]}.")
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)
        self._open.append(element)

    def end(self, name: str) -> None:
        if self._open.pop() != "style":
            return
        style = "".join(self._style)
        self._style.clear()
        if "@" in style or _LOADS.search(style):
            raise ImageRefused(why="a style of a drawing may not load or import anything.")

    def text(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self._style.append(data)


def _check_attribute(name: str, value: str) -> None:
    short = name.rpartition(" ")[2].lower()
    if short.startswith("on") or short == "base":
        raise ImageRefused(why=f"a drawing may not have the attribute {short[:40]}.")
    if short in ("href", "src"):
        if not _INSIDE.fullmatch(value):
            raise ImageRefused(why="a drawing may not link to anything outside itself.")
    elif short not in ("id", "class", "d", "points") and _LOADS.search(value):
        raise ImageRefused(why=f"the attribute {short[:40]} of a drawing may not load anything.")


def _refuse(what: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise ImageRefused(why=f"a drawing may not have {what}.")

    return refuse
