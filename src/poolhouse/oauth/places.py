"""Which pool a request is for: by its path, by its host, or (in development) by what it carries."""

import base64
import re

from msgspec import Struct

from poolhouse.context import Env, Snapshot
from poolhouse.crypto import jose
from poolhouse.directory import domains
from poolhouse.errors import ApiError
from poolhouse.http import parameters
from poolhouse.http.parameters import BadParameters
from poolhouse.http.request import HttpRequest
from poolhouse.oauth.routes import ROUTES, route
from poolhouse.oauth.visit import Visit
from poolhouse.store import hosts, snapshots

_BELOW_ISSUER = re.compile(r"/([a-z0-9-]{1,40}_[0-9A-Za-z]{1,55})(/.*)", re.ASCII)
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)
_STATES = ("state", "RelayState")  # of ours: the pool's id stands before the sealed part


class _Place(Struct, frozen=True):
    snapshot: Snapshot
    base: str
    path: str
    own_origin: bool = False


async def visit(env: Env, request: HttpRequest) -> Visit | None:
    """The visit that the request is; None where no pool answers at this address."""
    place = await _at_domain(env, request) or await _below_issuer(env, request)
    if place is None and env.settings.profile == "dev":
        place = await _at_root(env, request)
    if place is None:
        return None
    return Visit(
        env=env,
        request=request,
        request_id=env.rng.uuid(),
        now=env.clock.now(),
        snapshot=place.snapshot,
        base=place.base,
        path=route(place.path),
        own_origin=place.own_origin,
    )


async def _at_domain(env: Env, request: HttpRequest) -> _Place | None:
    if not _known(request.path):
        return None
    found = await hosts.by_host(env, request.header("host"))
    if found is None:
        return None
    snapshot, domain = found
    return _Place(snapshot, domains.url(env.settings, domain), request.path, own_origin=True)


async def _below_issuer(env: Env, request: HttpRequest) -> _Place | None:
    found = _BELOW_ISSUER.fullmatch(request.path)
    if found is None or not _known(found[2]):
        return None
    return await _of_pool(env, found[1], found[2])


async def _at_root(env: Env, request: HttpRequest) -> _Place | None:
    """The answer is below the issuer's path all the same: a cookie belongs to one pool."""
    if not _known(request.path):
        return None
    try:
        given = {
            **parameters.parse(request.query),
            **parameters.parse(request.body.decode("utf-8", "replace")),
        }
    except BadParameters:
        return None
    client_id = given.get("client_id", "") or _of_basic(request.header("authorization"))
    if _CLIENT_ID.fullmatch(client_id):
        try:
            snapshot, _ = await snapshots.of_client(env, client_id)
        except ApiError:
            return None
        return await _of_pool(env, snapshot.pool.pool_id, request.path)
    pool_id = next((given[name].partition(".")[0] for name in _STATES if name in given), "")
    pool_id = pool_id or _of_bearer(request.header("authorization"))
    return await _of_pool(env, pool_id, request.path) if pool_id else None


def _of_basic(header: str) -> str:
    """The client that an Authorization header names; only where to look, proven by its secret."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value).decode().partition(":")[0]
    except ValueError:
        return ""


def _of_bearer(header: str) -> str:
    """The pool that an access token says it is of; only where to look, proven by its signature."""
    try:
        return jose.unverified_issuer(header.partition(" ")[2].strip()).rpartition("/")[2]
    except jose.NotAJwt:
        return ""


async def _of_pool(env: Env, pool_id: str, path: str) -> _Place | None:
    try:
        snapshot = await snapshots.of_pool(env, pool_id)
    except ApiError:
        return None
    return _Place(snapshot, f"{env.settings.public_url}/{pool_id}", path)


def _known(path: str) -> bool:
    return route(path) in ROUTES
