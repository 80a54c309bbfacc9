"""kind = "http": a server of the operator's answers, and everything streams, server-sent events too."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.errors import GatewayTimeout, ServiceUnavailable, SettingsError, UpstreamDown, UpstreamLate
from poolhouse.gateway import headers, paths, routes
from poolhouse.gateway.calls import Answer, Body, Call, Handler, Headers
from poolhouse.gateway.config import HttpRoute
from poolhouse.gateway.outside import Outside
from poolhouse.ports import Patience

_VARIABLE = re.compile(r"\{([^{}+]+)\+?\}")
_METHOD = re.compile(r"[A-Z]{1,20}")


class Target(Struct, frozen=True):
    """An upstream's address with its variables.

    takes_rest     of $default: the whole path is added
    ends_greedily  its last segment is a greedy variable: what it holds may end in a slash
    """

    url: str
    query: str
    takes_rest: bool
    ends_greedily: bool

    def of(self, call: Call) -> str:
        """The address for one request. Every value of a variable is encoded, so it is no more than a segment,
        or segments for a greedy one."""

        def value(found: re.Match[str]) -> str:
            return "/".join(paths.encoded(part) for part in call.parameters[found[1]].split("/"))

        url = _VARIABLE.sub(value, self.url)
        if self.takes_rest:
            url = url.rstrip("/") + "/".join(["", *map(paths.encoded, paths.segments(call.raw_path))])
        if (self.takes_rest or self.ends_greedily) and call.raw_path.endswith("/"):
            url += "/"
        query = "&".join(part for part in (self.query, call.query) if part)
        return f"{url}?{query}" if query else url


def handler(route: HttpRoute, protected: frozenset[str], outside: Outside) -> Handler:
    """protected  headers that only the gateway may set

    Raises `SettingsError`.
    """
    target = _target(route)
    patience = Patience(route.connect_seconds, route.first_byte_seconds, route.idle_seconds)

    @asynccontextmanager
    async def answer(call: Call) -> AsyncIterator[Answer]:
        sent = _sent(call, route, protected)
        method = route.upstream_method or call.method
        body = _body(call.body, call.headers)
        try:
            async with outside.upstreams.exchange(method, target.of(call), sent, body, patience) as found:
                if not 200 <= found.status <= 599:
                    raise ServiceUnavailable
                yield Answer(found.status, headers.end_to_end(found.headers), found.body)
        except UpstreamDown:
            raise ServiceUnavailable from None
        except UpstreamLate:
            raise GatewayTimeout from None

    return answer


def _body(body: Body, sent: Headers) -> AsyncIterator[bytes] | bytes:
    """A request that says nothing of a body has none (RFC 9112, section 6.3)."""
    says = any(name in (b"content-length", b"transfer-encoding") and value != b"0" for name, value in sent)
    if says:
        return body.pieces()
    body.leave()
    return b""


def _sent(call: Call, route: HttpRoute, protected: frozenset[str]) -> Headers:
    kept = headers.trusted(headers.end_to_end(call.headers), protected)
    set_here = {name.lower(): value for name, value in route.headers.items()}
    gone = {"expect", *(name.replace("_", "-") for name in set_here)}
    if not route.pass_token:
        gone.add("authorization")
    if not route.preserve_host:
        gone.add("host")
    return (
        *headers.without(kept, gone),
        *headers.forwarded(call),
        *((name.encode(), value.encode()) for name, value in set_here.items()),
        *headers.of_claims(call.claims, route.claim_headers),
    )


def _target(route: HttpRoute) -> Target:
    """Raises `SettingsError`."""
    address, _, query = route.url.partition("?")
    if not _is_address(address) or "{" in query:
        raise SettingsError(
            f"The route {route.path} has the url {route.url}: write an address such as "
            "http://10.0.0.5:9000/items/{id}, with variables as whole segments of its path."
        )
    if route.upstream_method and not _METHOD.fullmatch(route.upstream_method):
        raise SettingsError(f"The route {route.path}: {route.upstream_method} is no method: correct it.")
    pattern = routes.pattern("ANY", route.path)
    named = _VARIABLE.findall(address)
    for name in named:
        if name not in pattern.variables:
            raise SettingsError(
                f"The route {route.path} has no variable {name}, which its url names: correct one of them."
            )
    greedy = pattern.is_greedy and address.endswith("}") and named[-1] == pattern.variables[-1]
    return Target(address, query, pattern.is_default, greedy)


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    good = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    plain = not parts.fragment and "@" not in parts.netloc and "{" not in parts.netloc
    return good and plain and all(_is_segment(part) for part in parts.path.split("/"))


def _is_segment(part: str) -> bool:
    if "{" in part or "}" in part:
        return _VARIABLE.fullmatch(part) is not None
    return part not in (".", "..") and re.fullmatch(r"[!-~]*", part) is not None
