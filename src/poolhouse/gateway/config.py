"""gateway.toml as values: every member, its default and its bounds (docs/gateway.md).

Every refusal is one sentence that says where and what to do. Secrets are not in the file: a header of an
upstream may say `${NAME}`, and the key of a feed names its variable.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from poolhouse.errors import SettingsError

OPEN = "none"
ANY_CLIENT = "any"

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PLACE = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_GIGABYTE = 1_000_000_000

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Bytes = Annotated[int, Meta(ge=0, le=5_000 * _GIGABYTE)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Texts = tuple[str, ...]


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is not a member is refused, never passed over."""


class Cors(_Part, frozen=True, kw_only=True):
    """`[gateway.cors]`: for every route, and in place of what upstreams say. `max_age` in seconds."""

    origins: Annotated[Texts, Meta(min_length=1)]
    methods: Texts = ("*",)
    headers: Texts = ()
    expose: Texts = ()
    credentials: bool = False
    max_age: Annotated[int, Meta(ge=0, le=86_400)] = 0


class Server(_Part, frozen=True, kw_only=True):
    """`[gateway]`. Times in seconds, sizes in bytes.

    functions        the folder of local functions; empty: that of the environment, POOLHOUSE_FUNCTIONS
    watch_functions  start a function anew when its code changes
    body_limit       of a request, where its route says nothing; API Gateway's 10 MB
    domain           `domainName` of events; empty: what the request's Host header says
    """

    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8500
    tls_certificate: str = ""
    tls_key: str = ""
    trusted_proxies: Texts = ()
    metrics_host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    metrics_port: Annotated[int, Meta(ge=0, le=65_535)] | None = None
    functions: str = ""
    watch_functions: bool = False
    request_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 30
    idle_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 75
    shutdown_seconds: Annotated[int, Meta(ge=0, le=3_600)] = 30
    body_limit: Bytes = 10_485_760
    header_limit: Annotated[int, Meta(ge=1_024, le=65_536)] = 32_768
    access_log: bool = True
    api_id: Name = "poolhouse"
    stage: str = ""
    domain: str = ""
    cors: Cors | None = None


class Pool(_Part, frozen=True, kw_only=True):
    """`[[authorizers.NAME.pools]]`: a user pool whose tokens are believed (docs/authorizer.md).

    client_ids         "any", or the app clients whose tokens are for this API
    feed_key_variable  the environment variable with what `poolhouse keys feed` printed; empty: no feed
    """

    issuer: str
    client_ids: Annotated[Texts, Meta(min_length=1)] | Literal["any"]
    jwks_uri: str = ""
    allow_http: bool = False
    feed_key_variable: str = ""
    feed_every: Seconds = 2.0
    feed_tolerate: Seconds | None = None


class Authorizer(_Part, frozen=True, kw_only=True):
    """`[authorizers.NAME]`."""

    pools: Annotated[tuple[Pool, ...], Meta(min_length=1)]
    token_use: Literal["access", "id", "either"] = "access"
    audience: Texts = ()
    leeway: Annotated[float, Meta(ge=0, le=600)] = 5.0


class _Route(_Part, frozen=True, kw_only=True, tag_field="kind"):
    """`[[routes]]`: what every kind has. `body_limit` in bytes; None: the gateway's."""

    path: str
    method: str = "ANY"
    body_limit: Bytes | None = None


class Guarded(_Route, frozen=True, kw_only=True):
    """A route that tokens open; one of a kind that knows its callers by itself is a `_Route` alone.

    authorizer  a name of `[authorizers]`, or "none" for a route that is open to everybody
    scopes      at least one of them, as API Gateway has it; all_scopes: every one
    groups      at least one
    pass_token  false: whoever answers does not see the Authorization header
    """

    authorizer: str
    scopes: Texts = ()
    all_scopes: Texts = ()
    groups: Texts = ()
    pass_token: bool = True


class HttpRoute(Guarded, frozen=True, kw_only=True, tag="http"):
    """A server answers. Times in seconds.

    url              may hold variables of the path, as whole segments: http://10.0.0.5:9000/items/{id}
    upstream_method  in place of the client's
    headers          set for the upstream, whatever the client sent
    claim_headers    header -> claim; no client can send such a header, to any route
    preserve_host    the upstream sees the client's Host header, not its own
    """

    url: str
    upstream_method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    claim_headers: Mapping[str, str] = field(default_factory=dict)
    preserve_host: bool = False
    connect_seconds: Seconds = 5.0
    first_byte_seconds: Seconds = 30.0
    idle_seconds: Seconds = 300.0


class LambdaRoute(Guarded, frozen=True, kw_only=True, tag="lambda"):
    """A function answers.

    function  its ARN, or the name of a local function
    event     the format of what it gets and of what it answers: of HTTP APIs (1.0, 2.0) or of REST APIs
    seconds   until it must have answered
    """

    function: Annotated[str, Meta(min_length=1)]
    event: Literal["1.0", "2.0", "rest"] = "2.0"
    seconds: Seconds = 30.0


class AwsRoute(_Route, frozen=True, kw_only=True, tag="aws"):
    """A service of AWS, or one that speaks as it does, answers callers that sign (docs/sigv4.md).

    url              scheme, host and port; the path is the request's own, which the caller has signed
    service, region  for which callers sign; upstream_region: for which the gateway does, if another
    hosts            under which callers know the gateway; none: whatever their Host header says
    verifier         the file of `poolhouse roles export-verifier`
    action, resource what is asked of the caller's policies, with variables of the path; of S3 they are known
    *_variable       the environment variables with the gateway's own credentials; or
    credentials_file a file as the AWS CLI has it, and the profile in it
    skew             seconds by which the clocks of callers may differ
    """

    url: str
    service: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}$")]
    region: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
    hosts: Texts = ()
    verifier: Annotated[str, Meta(min_length=1)]
    upstream_region: Annotated[str, Meta(pattern=r"^[a-z0-9-]{0,32}$")] = ""
    action: str = ""
    resource: str = ""
    access_key_id_variable: str = "AWS_ACCESS_KEY_ID"
    secret_access_key_variable: str = "AWS_SECRET_ACCESS_KEY"
    session_token_variable: str = "AWS_SESSION_TOKEN"
    credentials_file: str = ""
    credentials_profile: str = "default"
    body_limit: Bytes | None = 5_368_709_120
    skew: Annotated[int, Meta(ge=0, le=900)] = 300
    connect_seconds: Seconds = 5.0
    first_byte_seconds: Seconds = 60.0
    idle_seconds: Seconds = 300.0


Route = HttpRoute | LambdaRoute | AwsRoute  # one struct for each kind; its module is in kinds/


class Config(_Part, frozen=True, kw_only=True):
    """The whole file."""

    gateway: Server = field(default_factory=Server)
    authorizers: Mapping[Name, Authorizer] = field(default_factory=dict)
    routes: Annotated[tuple[Route, ...], Meta(min_length=1)]


def read(text: str, file: str, environ: Mapping[str, str]) -> Config:
    """file  its name, for what is said of it. Raises `SettingsError`: one sentence that says what to do."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML ({error}): correct it.") from None
    try:
        config = msgspec.convert(_filled(found, file, environ), Config)
    except msgspec.ValidationError as error:
        raise SettingsError(_told(str(error), file)) from None
    for route in config.routes:
        if isinstance(route, Guarded):
            _check_guard(route, config, file)
        if isinstance(route, HttpRoute):
            _check_headers(route, file)
    _check_cors(config.gateway.cors, file)
    _check_tls(config.gateway, file)
    return config


def _told(error: str, file: str) -> str:
    found = _PLACE.match(error)
    what, place = (found[1], found[2]) if found else (error, "")
    where = f" at {place}" if place else ""
    return f"{file}{where}: {what.rstrip('.')}: correct it."


def _filled(found: dict[str, Any], file: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """With the values of variables in the headers of routes."""
    routes = found.get("routes")
    for route in routes if isinstance(routes, list) else []:
        headers = route.get("headers") if isinstance(route, dict) else None
        if isinstance(headers, dict):
            route["headers"] = {
                name: _with_variables(value, file, environ) for name, value in headers.items()
            }
    return found


def _with_variables(value: Any, file: str, environ: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda match: _value(match[1], file, environ), value)


def _value(name: str, file: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{file} needs the environment variable {name}, which is not set: set it.")
    return value


def _check_guard(route: Guarded, config: Config, file: str) -> None:
    if route.authorizer == OPEN:
        if route.scopes or route.all_scopes or route.groups:
            raise SettingsError(
                f"{file}: the route {route.path} asks for scopes or groups and is open: name its authorizer."
            )
        return
    authorizer = config.authorizers.get(route.authorizer)
    if authorizer is None:
        raise SettingsError(
            f"{file}: the route {route.path} names the authorizer {route.authorizer}, which is not there: "
            f'add [authorizers.{route.authorizer}], or write "{OPEN}" for a route that is open to everybody.'
        )
    if authorizer.token_use == "id" and (route.scopes or route.all_scopes):
        raise SettingsError(
            f"{file}: the route {route.path} asks for scopes, which ID tokens do not have: "
            f"set token_use of {route.authorizer} to access."
        )


def _check_headers(route: HttpRoute, file: str) -> None:
    named = {**route.headers, **dict.fromkeys(route.claim_headers, "")}
    for name, value in named.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise SettingsError(
                f"{file}: the route {route.path} sets the header {name!r}, which no request can have: "
                "write its name and value in plain characters."
            )
    if route.claim_headers and route.authorizer == OPEN:
        raise SettingsError(
            f"{file}: the route {route.path} passes claims on and is open, so there are none: "
            "name its authorizer."
        )


def _check_cors(cors: Cors | None, file: str) -> None:
    if cors is not None and cors.credentials and "*" in (*cors.origins, *cors.methods, *cors.headers):
        raise SettingsError(
            f'{file}: browsers take no "*" together with credentials: name the origins, methods and headers '
            "of [gateway.cors]."
        )


def _check_tls(server: Server, file: str) -> None:
    if bool(server.tls_certificate) != bool(server.tls_key):
        raise SettingsError(f"{file}: tls_certificate and tls_key need each other: set both.")
