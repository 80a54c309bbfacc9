"""Where a browser may be sent: the rules for callback and sign-out addresses of an app client.

They are of the service model (CallbackURLs), of RFC 6749, section 3.1.2, and of RFC 8252, section 7.
At run time an address must equal a registered one byte for byte, so nothing is normalised here.
"""

import re
from urllib.parse import urlsplit

LONGEST = 1_024
MOST = 100

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):", re.ASCII)
# RFC 3986, section 2, and the percent sign; no wildcard, which would be taken for one.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Schemes by which a browser would run or read something in place of opening an app.
_NO_APP = frozenset(
    {"about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "vbscript"}
    | {"view-source", "ws", "wss"}
)


def fault(url: str) -> str:
    """What is wrong with a redirect address, as the end of a sentence about it; empty: nothing."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return "is not an absolute URI."
    if "#" in url:
        return "cannot have a fragment."
    if "*" in url:
        return "cannot have a wildcard."
    if len(url) > LONGEST or not _CHARACTERS.fullmatch(url):
        return "is not a URI."
    return _fault_of_scheme(scheme[1].lower(), url)


def _fault_of_scheme(scheme: str, url: str) -> str:
    if scheme in ("http", "https"):
        return _fault_of_web(scheme, url)
    if scheme in _NO_APP:
        return f"cannot use the {scheme} scheme."
    return "" if url[len(scheme) + 1 :] else "is not an absolute URI."


def _fault_of_web(scheme: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URI."
    if not host or "@" in parts.netloc:
        return "must name a host and nothing before it."
    if scheme == "http" and host not in _LOOPBACK:
        return "cannot use the HTTP protocol."
    return ""
