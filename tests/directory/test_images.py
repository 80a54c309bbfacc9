"""Images of a brand are what they are said to be, and a drawing can do nothing but draw."""

import pytest
from tests.directory import pictures
from tests.directory.pictures import svg

from poolhouse.directory import images
from poolhouse.errors import ImageRefused


@pytest.mark.parametrize("kind", pictures.ALL)
def test_an_image_is_known_by_its_content(kind: str) -> None:
    images.check(pictures.ALL[kind], kind)

    assert images.kind_of(pictures.ALL[kind]) == kind


@pytest.mark.parametrize("said", pictures.ALL)
@pytest.mark.parametrize("kind", pictures.ALL)
def test_an_image_of_another_kind_is_refused(said: str, kind: str) -> None:
    if said == kind:
        images.check(pictures.ALL[kind], said)
        return

    with pytest.raises(ImageRefused):
        images.check(pictures.ALL[kind], said)


@pytest.mark.parametrize("content", [b"", b"<html><script>alert(1)</script>", b"GIF89a", b"%PDF-1.7", b"BM"])
def test_what_is_no_image_has_no_kind(content: bytes) -> None:
    assert images.kind_of(content) == ""


PLAIN = {
    "shapes": '<path d="M0 0h1v1z" fill="#fff"/><circle r="1" style="fill:red"/>',
    "a gradient": '<linearGradient id="g"><stop offset="1"/></linearGradient><rect fill="url(#g)"/>',
    "a gradient in quotes": "<rect style=\"fill: url( '#g' )\"/>",
    "a copy of a part": '<g id="a"/><use href="#a"/>',
    "an old link to a part": '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>',
    "an image inside": '<image href="data:image/png;base64,iVBORw0KGgo="/>',
    "a style": "<style>.a { fill: url(#g); stroke: red }</style>",
    "text with an at sign": '<text data-name="me@example.com">a@b</text>',
    "a comment": "<!-- <script> -->",
    "words of a drawing program": (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>'
    ),
}


@pytest.mark.parametrize("inside", PLAIN.values(), ids=PLAIN)
def test_a_drawing_that_only_draws_is_taken(inside: str) -> None:
    images.check(svg(inside), "SVG")


HTML = "http://www.w3.org/1999/xhtml"
ACTIVE = {
    "a script": "<script>alert(1)</script>",
    "a script of HTML": f'<h:script xmlns:h="{HTML}">alert(1)</h:script>',
    "a script of HTML in metadata": f'<metadata><h:script xmlns:h="{HTML}"/></metadata>',
    "an event": '<rect onload="alert(1)"/>',
    "an event in capitals": '<rect ONCLICK="alert(1)"/>',
    "a foreign object": "<foreignObject><p/></foreignObject>",
    "an animation of a link": '<a><animate attributeName="href" to="javascript:alert(1)"/></a>',
    "a set": '<set attributeName="onclick" to="alert(1)"/>',
    "a link with a script": '<a href="javascript:alert(1)"><text>x</text></a>',
    "a link to elsewhere": '<a href="https://evil.example/"><text>x</text></a>',
    "an old link to elsewhere": (
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://evil.example/x.svg#a"/>'
    ),
    "an image from elsewhere": '<image href="https://evil.example/x.png"/>',
    "a drawing in an address": '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
    "HTML in an address": '<a href="data:text/html,x"><text>x</text></a>',
    "another base": '<g xml:base="https://evil.example/"/>',
    "a fill from elsewhere": '<rect fill="url(https://evil.example/x#g)"/>',
    "a style attribute that loads": '<rect style="fill: URL(//evil.example/x)"/>',
    "an import": "<style>@import 'https://evil.example/x.css';</style>",
    "an import in pieces": "<style>@im<!-- -->port 'x';</style>",
    "a style that loads": "<style>.a { background: url(https://evil.example/x) }</style>",
    "an escape in a style": r"<style>.a { fill: \75rl(x) }</style>",
    "an image set": "<style>.a { background: image-set('x' 1x) }</style>",
    "an element of nobody": '<x xmlns="urn:nobody"/>',
    "an element without a name space": '<rect xmlns=""/>',
    "too many levels": "<g>" * 101 + "</g>" * 101,
    "an instruction": '<?xml-stylesheet href="https://evil.example/x.css"?>',
}


@pytest.mark.parametrize("inside", ACTIVE.values(), ids=ACTIVE)
def test_a_drawing_that_does_more_is_refused(inside: str) -> None:
    with pytest.raises(ImageRefused):
        images.check(svg(inside), "SVG")

    images.check(svg("<rect/>"), "SVG")


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "x">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg/>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b'<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/><svg/>',
        b'\xff<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
    ],
)
def test_what_is_not_a_drawing_alone_is_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused):
        images.check(content, "SVG")
