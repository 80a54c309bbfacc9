"""Who may look at the dev pages: a browser or program on this computer, at an address of this computer.

The pages show codes and passwords. So the other end must be this computer; the Host header must name
it, because a web site may let its own name point here (DNS rebinding); and what changes something
must not come from a page of another origin.
"""

from urllib.parse import urlsplit

from poolhouse.http.request import HttpRequest
from poolhouse.web.loopback import is_local, is_loopback

_READING = frozenset({"GET", "HEAD"})
_FROM_HERE = frozenset({"same-origin", "none"})  # none: the person typed the address


def refusal(request: HttpRequest, public_url: str) -> str | None:
    """Why the request is refused, in one sentence; None when it is not."""
    if not is_local(request):
        return "The dev pages answer this computer only."
    if not _names_this_computer(request.header("host"), public_url):
        return "The dev pages answer at http://localhost only: the Host header names something else."
    if request.method not in _READING and not _from_same_origin(request):
        return "A page of another origin must not change anything here."
    return None


def _names_this_computer(host: str, public_url: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", urlsplit(public_url).hostname) or name.endswith(".localhost"):
        return True
    return is_loopback(name)


def _from_same_origin(request: HttpRequest) -> bool:
    """What the browser says, where it does; programs say nothing, and may.

    Sec-Fetch-Site comes first: under `Referrer-Policy: no-referrer` a form of our own page is sent
    with `Origin: null` (Fetch standard, "append a request Origin header").
    """
    site, origin = request.header("sec-fetch-site"), request.header("origin")
    if site:
        return site in _FROM_HERE
    return not origin or origin == f"http://{request.header('host')}"
