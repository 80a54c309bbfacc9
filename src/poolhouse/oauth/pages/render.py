"""A face and a view become an answer: HTML, and a policy that says where its forms may lead (UI guide, 4)."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from poolhouse.http.response import Response
from poolhouse.http.site import Site, html
from poolhouse.oauth.pages import graphics, inputs, language, qr, says, words
from poolhouse.oauth.pages.face import Brand, Face
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import SignIn, SignUp

if TYPE_CHECKING:
    from markupsafe import Markup

STATIC = "/_pages/"

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action "
)
# CSP 3, 2.3.1: a scheme, or a scheme and a host. Nothing else may come into the header.
_SOURCE = re.compile(r"[a-z][a-z0-9+.-]*:(//[a-z0-9.-]+(:[0-9]{1,5})?)?", re.ASCII)
_SITE = Site(Path(__file__).parent, STATIC, _POLICY.encode() + b"'self'")


def page(face: Face, view: View, status: int = 200) -> Response:
    """The page. Raises `ValueError` where a target of the face is no CSP source."""
    text = _SITE.text(f"{view.name}.html", **_values(face, _branded(face.brand, view)))
    answer = html(status, text, _policy(face.targets))
    return Response(answer.status, (*answer.headers, (b"content-language", face.lang.encode())), answer.body)


def target(uri: str) -> str:
    """The CSP source that covers an address: its origin, or its scheme where no host can be named.

    A policy cannot name an IPv6 address (CSP 3, 2.3.1), so `http://[::1]:3000/` is covered by `http:`.
    """
    parts = urlsplit(uri)
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    return origin if parts.netloc and _SOURCE.fullmatch(origin) else f"{parts.scheme}:"


def file(path: str) -> Response | None:
    """A style sheet or script by its address below `STATIC`; None for any other path."""
    return _SITE.file(path)


def static_url(name: str) -> str:
    return _SITE.url(name)


def _values(face: Face, view: View) -> dict[str, Any]:
    """What the templates may use."""
    speech = words.of(face.lang)
    return {
        "face": face,
        "view": view,
        "say": speech.say,
        "plain": speech.plain,
        "tell": speech.tell,
        "strong": _strong,
        "languages": language.LANGUAGES,
        "menu": language.menu(face.query) if face.menu and face.brand.languages else (),
        "posts": view.typing or face.menu == "buttons",
        "graphic": graphics.of_page(face.brand, view),
        "graphic_of": lambda factor: graphics.of_factor(face.brand, factor),
        "id_of": lambda posted: view.ids.get(posted) or inputs.id_of(posted),
        "input_of": inputs.input_of,
        "label_of": says.label,
        "known_scopes": says.SCOPES,
        "password_rules": inputs.password_rules,
        "qr": qr.of,
    }


def _branded(brand: Brand, view: View) -> View:
    """The view with its providers in the brand's order, with its icons, and on its side of the form."""
    if not isinstance(view, SignIn | SignUp) or not view.providers:
        return view
    rank = {name: place for place, name in enumerate(brand.provider_order)}
    ordered = sorted(view.providers, key=lambda provider: rank.get(provider.name, len(rank)))
    providers = tuple(replace(one, icon=brand.icons.get(one.name, one.icon)) for one in ordered)
    if isinstance(view, SignUp):
        return replace(view, providers=providers)
    return replace(view, providers=providers, providers_first=view.providers_first or brand.providers_first)


def _strong(text: str) -> "Markup":
    from markupsafe import Markup

    return Markup("<strong><bdi>{}</bdi></strong>").format(text)


def _policy(targets: tuple[str, ...]) -> bytes:
    for source in targets:
        if not _SOURCE.fullmatch(source):
            raise ValueError(f"not a CSP source: {source!r}")
    return (_POLICY + " ".join(("'self'", *dict.fromkeys(targets)))).encode()
