"""kind = "aws": callers sign with credentials of this house, and the gateway signs anew with its own.

What the caller signed with goes no further, and what goes on is in the one form that was verified: path,
query and copy source as they are signed, so that no server reads another thing in them than the policies did.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.authorizer.sigv4 import Asked, Refused, SigV4, TooLarge, answers, s3
from poolhouse.authorizer.sigv4.credentials import Credentials
from poolhouse.errors import SettingsError, UpstreamDown, UpstreamLate
from poolhouse.gateway import headers, routes
from poolhouse.gateway.calls import Answer, Call, Handler, Headers
from poolhouse.gateway.config import AwsRoute
from poolhouse.gateway.kinds import aws_bodies, aws_keys
from poolhouse.gateway.kinds.aws_bodies import Going
from poolhouse.gateway.outside import Outside
from poolhouse.policies.document import IDENTITY, parse
from poolhouse.policies.reading import MalformedPolicy
from poolhouse.ports import Patience, Streamed
from poolhouse.wire import canonical, sigv4
from poolhouse.wire.sigv4 import Request

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_LONGEST_ERROR = 65_536  # bytes
_SIGNED = ("content-type", "content-md5")
# What the caller's signature says, what is made anew, and what may make another request of it
_GONE = frozenset(
    {
        "authorization",
        "content-encoding",
        "content-length",
        "cookie",
        "expect",
        "host",
        "origin",
        "x-amz-content-sha256",
        "x-amz-copy-source",
        "x-amz-date",
        "x-amz-decoded-content-length",
        "x-amz-security-token",
        "x-amz-trailer",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
    }
)
_OF_THE_SIGNATURE = re.compile(
    r"x-amz-(algorithm|content-sha256|credential|date|expires|security-token|signature|signedheaders)=", re.I
)
# An upstream that says so speaks of the gateway's credentials, and a caller would take it for its own.
_NOT_OURS = re.compile(
    rb"\b(SignatureDoesNotMatch|InvalidAccessKeyId|ExpiredToken(?:Exception)?|InvalidToken|InvalidSignatureException"
    rb"|UnrecognizedClientException|RequestTimeTooSkewed|AuthorizationHeaderMalformed)\b"
)


class UpstreamUnavailable(Refused):
    status: ClassVar[int] = 503
    code = "ServiceUnavailable"
    json_status: ClassVar[int] = 503
    json_code = "ServiceUnavailableException"
    message = "Please reduce your request rate."


class UpstreamTooLate(UpstreamUnavailable):
    status: ClassVar[int] = 504
    json_status: ClassVar[int] = 504
    message = "The service did not answer in time."


class UpstreamRefusesUs(Refused):
    """The gateway's own credentials are not good there."""

    status: ClassVar[int] = 500
    code = "InternalError"
    json_status: ClassVar[int] = 500
    json_code = "InternalServerException"
    message = "We encountered an internal error. Please try again."


def handler(route: AwsRoute, outside: Outside) -> Handler:
    """Raises `SettingsError`."""
    door = _door(route, outside)

    @asynccontextmanager
    async def answer(call: Call) -> AsyncIterator[Answer]:
        async with AsyncExitStack() as exchange:
            try:
                found = await door.asked(call, exchange)
            except Refused as refused:
                found = door.refusal(call, refused)
            yield found

    return answer


class _Door(Struct, frozen=True):
    """A route, ready."""

    route: AwsRoute
    verifier: SigV4
    actions: Callable[[Call, Request], Iterable[Asked]]
    own: sigv4.Credentials
    outside: Outside

    async def asked(self, call: Call, exchange: AsyncExitStack) -> Answer:
        """Raises `Refused`."""
        going = await self._admitted(call)
        path = canonical.path(call.raw_path, "s3")
        query = _query(call.query)
        sent = self._signed(call, going, path, query)
        url = f"{self.route.url.rstrip('/')}{path}{f'?{query}' if query else ''}"
        patience = Patience(
            self.route.connect_seconds, self.route.first_byte_seconds, self.route.idle_seconds
        )
        asked = self.outside.upstreams.exchange(call.method, url, sent, going.body, patience)
        try:
            found = await exchange.enter_async_context(asked)
        except UpstreamDown:
            raise UpstreamUnavailable from None
        except UpstreamLate:
            raise UpstreamTooLate from None
        return await self._passed_on(call, found)

    async def _admitted(self, call: Call) -> Going:
        """The caller is known and may do it; the body is verified as it goes on. Raises `Refused`."""
        request = _request(call)
        secure = call.scheme == "https"
        if self.verifier.is_s3:
            verified = self.verifier.verify_head(request, secure=secure, address=call.client)
            verified.demand(self.actions(call, request))
            return await aws_bodies.streamed(call, verified.body)
        whole = await aws_bodies.whole(call)
        verified = self.verifier.verify(_request(call, whole), secure=secure, address=call.client)
        verified.demand(self.actions(call, request))
        return aws_bodies.of_whole(call, whole)

    def _signed(self, call: Call, going: Going, path: str, query: str) -> Headers:
        """The headers for the upstream, with the gateway's own signature."""
        kept = headers.without(headers.trusted(headers.end_to_end(call.headers), frozenset()), _GONE)
        source = call.header(b"x-amz-copy-source")
        sent = (
            (b"host", urlsplit(self.route.url).netloc.encode()),
            *((name, value) for name, value in kept if b"_" not in name),
            *(((b"x-amz-copy-source", s3.source_of(source).encode()),) if source else ()),
            *going.headers,
        )
        request = Request(
            call.method,
            path,
            query,
            tuple((name.decode(), value.decode("latin-1")) for name, value in sent if _is_signed(name)),
            going.body if isinstance(going.body, bytes) else b"",
        )
        region = self.route.upstream_region or self.route.region
        now = self.outside.clock.now()
        added = sigv4.sign(request, self.own, region, self.route.service, now, going.payload)
        return (*sent, *((name.encode(), value.encode("latin-1")) for name, value in added.items()))

    async def _passed_on(self, call: Call, found: Streamed) -> Answer:
        """Raises `UpstreamRefusesUs`."""
        passed = headers.end_to_end(found.headers)
        if found.status not in (400, 401, 403):
            return Answer(found.status, passed, found.body)
        error = b""
        async for piece in found.body:
            error += piece
            if len(error) > _LONGEST_ERROR:
                raise UpstreamUnavailable
        says = _NOT_OURS.search(error)
        if says:
            self.outside.tell(
                "the upstream refuses the gateway's credentials",
                request_id=call.request_id,
                url=self.route.url,
                code=says[1].decode(),
            )
            raise UpstreamRefusesUs
        if call.method == "HEAD":
            return Answer(found.status, passed, found.body)
        return Answer(found.status, headers.without(passed, {"content-length"}), error)

    def refusal(self, call: Call, refused: Refused) -> Answer:
        said = answers.of(refused, is_s3=self.verifier.is_s3, request_id=call.request_id, method=call.method)
        named = {name: value for name, value in said.headers.items() if name != "content-length"}
        if isinstance(refused, TooLarge) or (call.header(b"expect") and not call.body.is_read):
            # The rest is not read; RFC 9110, section 10.1.1: a body may come yet, or never.
            named["connection"] = "close"
        told = tuple((name.encode(), value.encode()) for name, value in named.items())
        return Answer(said.status, told, said.body)


def _request(call: Call, body: bytes = b"") -> Request:
    found = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in call.headers)
    return Request(call.method, call.raw_path, call.query, found, body)


def _query(raw: str) -> str:
    """Canonical, and without a signature that was in it."""
    kept = [part for part in canonical.query(raw).split("&") if not _OF_THE_SIGNATURE.match(part)]
    return "&".join(kept)


def _is_signed(name: bytes) -> bool:
    text = name.decode("latin-1")
    return text == "host" or text in _SIGNED or text.startswith("x-amz-")


def _door(route: AwsRoute, outside: Outside) -> _Door:
    """Raises `SettingsError`."""
    parts = urlsplit(route.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise SettingsError(
            f"The route {route.path} has the url {route.url}: write https:// and a host, or http://."
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SettingsError(
            f"The route {route.path} has the url {route.url}: leave its path out, callers sign their own."
        )
    try:
        known = Credentials(bundle=outside.beside(route.verifier))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The route {route.path} cannot read its verifier {route.verifier} ({type(error).__name__}): "
            "write it with `poolhouse roles export-verifier`."
        ) from None
    verifier = SigV4(
        known,
        service=route.service,
        regions=[route.region],
        hosts=route.hosts,
        skew=route.skew,
        clock=outside.clock.now,
    )
    return _Door(route, verifier, _actions(route, verifier), aws_keys.own(route, outside), outside)


def _actions(route: AwsRoute, verifier: SigV4) -> Callable[[Call, Request], Iterable[Asked]]:
    """Raises `SettingsError`."""
    if verifier.is_s3:
        if route.action or route.resource:
            raise SettingsError(
                f"The route {route.path} has an action or a resource: leave them out, of S3 they are known."
            )
        return lambda _, request: s3.actions(request)
    known = set(routes.pattern("ANY", route.path).variables)
    unknown = [name for name in _VARIABLE.findall(route.resource) if name not in known]
    if unknown or not _is_asked(route):
        raise SettingsError(
            f"The route {route.path} needs an action such as bedrock:InvokeModel, and a resource, * or an "
            "ARN, which may have variables of its path: correct them."
        )

    def asked(call: Call, _: Request) -> list[Asked]:
        resource = _VARIABLE.sub(lambda found: call.parameters[found[1]], route.resource)
        return [Asked(route.action, resource)]

    return asked


def _is_asked(route: AwsRoute) -> bool:
    """Could a policy speak of this action and this resource?"""
    if "*" in route.action or not route.resource:
        return False
    resource = _VARIABLE.sub("x", route.resource)
    try:
        parse({"Statement": {"Effect": "Allow", "Action": route.action, "Resource": resource}}, IDENTITY)
    except MalformedPolicy:
        return False
    return True
