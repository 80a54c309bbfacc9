"""Which app client calls an endpoint: by client_secret_basic, client_secret_post, or none (6.4)."""

import base64
import binascii
import hmac
from urllib.parse import unquote

from poolhouse.directory.clients import Client
from poolhouse.errors import InvalidClient, InvalidOAuthRequest, UnknownClientOnPage
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.visit import Visit


async def authenticated(visit: Visit, form: Parameters) -> Client:
    """Raises `InvalidClient`; `InvalidOAuthRequest` where the client names itself in two ways."""
    client_id, secret = _shown(visit, form)
    try:
        client = await visit.client(client_id)
    except UnknownClientOnPage:
        raise InvalidClient from None
    if not client.secrets:
        if secret:
            raise InvalidClient
        return client
    if not secret:
        raise InvalidClient("invalid_client_secret")
    matches = [hmac.compare_digest(secret.encode(), known.encode()) for known in client.secrets]
    if not any(matches):
        raise InvalidClient
    return client


def named(visit: Visit, form: Parameters) -> str:
    """The client that it says it is, proven or not. Raises as `authenticated`."""
    return _shown(visit, form)[0]


def _shown(visit: Visit, form: Parameters) -> tuple[str, str]:
    """The client's id and secret; one place only (RFC 6749, section 2.3)."""
    header = visit.request.header("authorization")
    if not header:
        return form.get("client_id", ""), form.get("client_secret", "")
    client_id, secret = _basic(header)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise InvalidOAuthRequest
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    """Percent-encoded or not; a plus is a plus: ids and secrets may have one, and spaces never."""
    scheme, _, value = header.partition(" ")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (ValueError, binascii.Error):
        raise InvalidClient from None
    client_id, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient
    return unquote(client_id), unquote(secret)
