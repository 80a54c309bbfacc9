"""The redirect to a provider's authorization endpoint (6.8). Pure."""

import base64
import hashlib
from collections.abc import Collection
from urllib.parse import quote_plus, urlsplit

from poolhouse.federation.journey import Journey
from poolhouse.federation.oidc.upstream import Upstream

_NEVER_FORWARDED = "none"  # of `prompt`: whoever is asked for it is answered without the provider


def address(
    upstream: Upstream,
    journey: Journey,
    state: str,
    redirect_uri: str,
    *,
    prompt: Collection[str] = (),
    login_hint: str = "",
    acr_values: Collection[str] = (),
) -> str:
    """First what Cognito sends, in its order; then what makes the answer ours alone."""
    values = {
        "client_id": upstream.client_id,
        "redirect_uri": redirect_uri,
        "scope": upstream.scope,
        "response_type": "code",
        "state": state,
        **upstream.extra,
    }
    if upstream.issuer:
        values["nonce"] = journey.nonce
    if upstream.pkce:
        values |= {"code_challenge": challenge(journey.verifier), "code_challenge_method": "S256"}
    prompts = sorted(value for value in prompt if value != _NEVER_FORWARDED)
    if prompts:
        values["prompt"] = " ".join(prompts)
    if login_hint and upstream.hints:
        values["login_hint"] = login_hint
    if acr_values:
        values["acr_values"] = " ".join(acr_values)
    text = "&".join(f"{name}={quote_plus(value)}" for name, value in values.items())
    joint = "&" if urlsplit(upstream.authorize_url).query else "?"
    return f"{upstream.authorize_url}{joint}{text}"


def challenge(verifier: str) -> str:
    """S256 (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
