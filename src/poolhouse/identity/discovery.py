"""Where verifiers find the key of OpenID tokens: below `<public url>/cognito-identity` (1.19)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.directory.identity_tokens import ISSUER_PATH
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.identity import minting
from poolhouse.store import identity_keys

_CONFIGURATION = f"{ISSUER_PATH}/.well-known/openid-configuration"
# The first is AWS's own path, the second what other issuers have.
_KEYS = (f"{ISSUER_PATH}/.well-known/jwks_uri", f"{ISSUER_PATH}/.well-known/jwks.json")

# As long as a new key is published before it signs: no cache may lack it then.
_BRIEFLY = b"public, max-age=2"


async def answer(env: Env, request: HttpRequest) -> Response | None:
    """The document at this address; None where there is none."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == _CONFIGURATION:
        return _shown(_configuration(env.settings.public_url))
    if request.path in _KEYS:
        return _shown((await identity_keys.current(env)).jwks())
    return None


def _configuration(public_url: str) -> dict[str, Any]:
    """Members in alphabetical order. Nobody signs in here, so there are no endpoints."""
    return {
        "id_token_signing_alg_values_supported": [identity_keys.ALGORITHM],
        "issuer": minting.issuer(public_url),
        "jwks_uri": f"{public_url}{_KEYS[0]}",
        "response_types_supported": ["code", "token"],
        "subject_types_supported": ["public"],
    }


def _shown(document: Mapping[str, Any]) -> Response:
    headers = ((b"content-type", b"application/json"), (b"cache-control", _BRIEFLY))
    return Response(200, headers, msgspec.json.encode(document))
