"""A code for tokens, at a provider's token endpoint (RFC 6749, section 4.1.3)."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwk, jwt

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, BadTokenResponse, ProviderKeyUnusable, TokenEndpointTimeout
from poolhouse.federation.journey import Journey
from poolhouse.federation.oidc import calls
from poolhouse.federation.oidc.upstream import Upstream
from poolhouse.ports import SECOND, Instant

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_APPLE = "https://appleid.apple.com"
_SECRET_SECONDS = 300


async def tokens(
    ctx: Ctx, upstream: Upstream, journey: Journey, code: str, redirect_uri: str
) -> dict[str, Any]:
    """What the token endpoint answers. Raises `ApiError`."""
    values = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if upstream.pkce:
        values["code_verifier"] = journey.verifier
    secret = _secret(upstream, ctx.now)
    headers: Mapping[str, str] = {}
    if secret and not upstream.posts:
        headers = _basic(upstream.client_id, secret)
    else:
        values |= {"client_id": upstream.client_id, **({"client_secret": secret} if secret else {})}
    answer = await _answer(ctx, upstream, values, headers)
    if not isinstance(answer.get("access_token"), str):
        raise BadTokenResponse(line="HTTP/1.1 200 OK")
    return answer


async def _answer(
    ctx: Ctx, upstream: Upstream, values: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, Any]:
    url, body, form = upstream.token_url, urlencode(values), _FORM
    if upstream.token_method == "GET":
        url, body, form = f"{url}?{body}", "", {}
    answer = await calls.send(
        ctx.env,
        upstream.token_method,
        url,
        {**headers, **form},
        body.encode(),
        late=TokenEndpointTimeout,
    )
    return calls.document(upstream.name, answer)


def _basic(client_id: str, secret: str) -> Mapping[str, str]:
    """Each form-encoded first (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
    return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _secret(upstream: Upstream, now: Instant) -> str:
    details = upstream.details
    if "private_key" in details:
        return apple_secret(details, now)
    return details.get("client_secret", "")


def apple_secret(details: Mapping[str, str], now: Instant) -> str:
    """The secret that Apple wants is a token that we sign (ES256), good for five minutes.

    Raises `ProviderKeyUnusable`.
    """
    issued = now // SECOND
    claims = {
        "iss": details["team_id"],
        "iat": issued,
        "exp": issued + _SECRET_SECONDS,
        "aud": _APPLE,
        "sub": details["client_id"],
    }
    try:
        key = jwk.import_key(pem(details["private_key"]), "EC")
        return jwt.encode({"alg": "ES256", "kid": details["key_id"]}, claims, key, default_type=None)
    except ApiError:
        raise
    except Exception as error:
        raise ProviderKeyUnusable from error


def pem(text: str) -> str:
    """The file that Apple gives, whole or only its middle, as Cognito's console takes it."""
    if "-----BEGIN" in text:
        return text
    return f"-----BEGIN PRIVATE KEY-----\n{text.strip()}\n-----END PRIVATE KEY-----\n"
