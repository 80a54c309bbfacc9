"""Colours of a brand: read strictly, written as hex, and measured (WCAG 2.2: luminance and contrast)."""

import re

from msgspec import Struct

# CSS Color 4, 6.1, less the greys that are spelt with an e.
_NAMES = """
    aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc
    bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a
    burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed
    cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b
    darkgray a9a9a9 darkgreen 006400 darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f
    darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f
    darkslateblue 483d8b darkslategray 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493
    deepskyblue 00bfff dimgray 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0
    forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520
    gray 808080 green 008000 greenyellow adff2f honeydew f0fff0 hotpink ff69b4 indianred cd5c5c
    indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00
    lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2
    lightgray d3d3d3 lightgreen 90ee90 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa
    lightskyblue 87cefa lightslategray 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00
    limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd
    mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee
    mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970
    mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6
    olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa
    palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9
    peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000
    rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57
    seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 snow fffafa
    springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347
    transparent 00000000 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5
    yellow ffff00 yellowgreen 9acd32
"""
_BY_NAME = dict(zip(_NAMES.split()[::2], _NAMES.split()[1::2], strict=True))
_HEX = re.compile(r"[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[,\s]\s*(\d{1,3})\s*[,\s]\s*(\d{1,3})\s*(?:[,/]\s*(\d*\.?\d+%?)\s*)?\)"
)


class Color(Struct, frozen=True):
    """Red, green and blue from 0 to 255; alpha from 0 to 1."""

    red: int
    green: int
    blue: int
    alpha: float = 1.0

    def __str__(self) -> str:
        text = f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
        return text if self.alpha == 1 else f"{text}{round(self.alpha * 255):02x}"

    def over(self, below: "Color") -> "Color":
        """What the eye sees where this lies on an opaque colour."""
        pairs = ((self.red, below.red), (self.green, below.green), (self.blue, below.blue))
        return Color(*(round(upper * self.alpha + lower * (1 - self.alpha)) for upper, lower in pairs))


WHITE, BLACK = Color(255, 255, 255), Color(0, 0, 0)


def of_hex(digits: str) -> Color | None:
    """`5bc0de` or, with its opacity, `5bc0deff`; one digit each is good too. None for anything else."""
    text = digits.lower()
    if not _HEX.fullmatch(text):
        return None
    if len(text) < 6:
        text = "".join(digit * 2 for digit in text)
    red, green, blue, *alpha = (int(text[place : place + 2], 16) for place in range(0, len(text), 2))
    return Color(red, green, blue, alpha[0] / 255 if alpha else 1.0)


def of_css(text: str) -> Color | None:
    """A colour as a style sheet writes it: hex, name, rgb() and rgba(). None for anything else."""
    text = text.strip().lower()
    if text.startswith("#"):
        return of_hex(text[1:])
    if text in _BY_NAME or text.replace("grey", "gray") in _BY_NAME:
        return of_hex(_BY_NAME[text.replace("grey", "gray")])
    found = _RGB.fullmatch(text)
    if found is None:
        return None
    red, green, blue = (min(int(part), 255) for part in found.groups()[:3])
    return Color(red, green, blue, _alpha(found[4]))


def _alpha(text: str | None) -> float:
    if text is None:
        return 1.0
    return min(float(text[:-1]) / 100 if text.endswith("%") else float(text), 1.0)


def contrast(text: Color, ground: Color) -> float:
    """From 1 to 21. What can be seen through lies on white."""
    ground = ground.over(WHITE)
    lighter, darker = sorted((_luminance(text.over(ground)), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: Color) -> Color:
    """Black or white, whichever reads better."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, ground))


def faint(color: Color, ground: Color) -> Color:
    """A tenth of it on the ground: for what stands behind text of the colour."""
    return Color(color.red, color.green, color.blue, 0.1).over(ground)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in (color.red, color.green, color.blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def too_weak(what: str, color: Color, ground: Color, needed: float) -> str:
    """`Primary button: #ffffff on #5bc0de is 2.1:1. ...` (UI guide, section 5)."""
    return (
        f"{what}: {color} on {ground} is {contrast(color, ground):.1f}:1. "
        f"People with low vision can't read it; {needed:g} is enough."
    )
