"""`/.well-known/`: the documents of a pool, and a quick no for everything else.

A document stands below the issuer (OpenID Connect Discovery, section 4) and, as RFC 8414 (section 3.1) wants
it of an issuer with a path, also between host and path. Clients try one after the other, so an address that
has nothing says so at once and in JSON. A pool's domain has none of them, as with Cognito (behaviour file,
4.4): the issuer of its tokens is elsewhere.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from poolhouse.context import Env, Snapshot
from poolhouse.errors import PoolNotFound
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.oauth import discovery, revocations
from poolhouse.settings import Settings
from poolhouse.store import snapshots

# As long as a new key is published before it signs (store/key_rotation.py): no cache may lack it then.
_BRIEFLY = b"public, max-age=2"

_POOL = r"([\w-]{1,55})"
_BELOW_ISSUER = re.compile(rf"/{_POOL}/\.well-known/([\w.-]+)", re.ASCII)
_BEFORE_PATH = re.compile(rf"/\.well-known/([\w.-]+)/{_POOL}", re.ASCII)

_Document = Callable[[Settings, Snapshot], Mapping[str, object]]
_SAID_TWICE: Mapping[str, _Document] = {
    "openid-configuration": discovery.openid_configuration,
    "oauth-authorization-server": discovery.authorization_server,
}
_DOCUMENTS: Mapping[str, _Document] = {
    "jwks.json": lambda settings, snapshot: discovery.jwks(snapshot),
    **_SAID_TWICE,
}


async def answer(env: Env, request: HttpRequest) -> Response | None:
    """The document at this address; None where there is none."""
    if request.method not in ("GET", "HEAD"):
        return None
    below = _BELOW_ISSUER.fullmatch(request.path)
    if below and below[2] == revocations.NAME:
        return await revocations.answer(env, request, below[1])
    if below:
        return await _shown(env, below[1], _DOCUMENTS.get(below[2]))
    before = _BEFORE_PATH.fullmatch(request.path)
    return await _shown(env, before[2], _SAID_TWICE.get(before[1])) if before else None


async def _shown(env: Env, pool_id: str, document: _Document | None) -> Response | None:
    if document is None:
        return None
    try:
        snapshot = await snapshots.of_pool(env, pool_id)
    except PoolNotFound:
        return None
    headers = ((b"content-type", b"application/json"), (b"cache-control", _BRIEFLY))
    return Response(200, headers, msgspec.json.encode(document(env.settings, snapshot)))
