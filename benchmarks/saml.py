"""A sign-in with a SAML provider: the verification of its response alone, and the whole post."""

import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.oauth.saml_walk import message
from tests.saml_provider import Provider, encoded, expected

from benchmarks.client import Connection, Refused
from poolhouse.federation.saml.response import Trust, verify

Once = Callable[[Connection], Awaitable[Any]]

_CALLBACK = "https://app.example.com/back"
_NAME = "corp"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_PEOPLE = 64


def verification() -> Callable[[], object]:
    """The verification of one response with a signed assertion, which is all cryptography and XML."""
    provider = Provider()
    document, trust, said = encoded(provider.answer()), Trust([provider.certificate]), expected()
    return lambda: verify(document, trust, said)


async def saml_response(connection: Connection, pool_id: str) -> Once:
    """What the server does with the post of a browser that comes back; the way there is in it too."""
    provider = Provider(now=time.time_ns() // 1000)
    details = {
        "UserPoolId": pool_id,
        "ProviderName": _NAME,
        "ProviderType": "SAML",
        "ProviderDetails": {"MetadataFile": provider.metadata()},
        "AttributeMapping": {"email": "email"},
    }
    await connection.call("CreateIdentityProvider", details, signed=True)
    client = {
        "UserPoolId": pool_id,
        "ClientName": "saml",
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": [_CALLBACK],
        "SupportedIdentityProviders": [_NAME],
    }
    made = await connection.call("CreateUserPoolClient", client, signed=True)
    asked = {
        "response_type": "code",
        "client_id": made["UserPoolClient"]["ClientId"],
        "redirect_uri": _CALLBACK,
        "scope": "openid email",
        "identity_provider": _NAME,
    }
    return _sign_in(f"/{pool_id}", urlencode(asked), provider, f"urn:amazon:cognito:sp:{pool_id}")


def _sign_in(base: str, query: str, provider: Provider, audience: str) -> Once:
    numbers = count()

    async def once(connection: Connection) -> str:
        _, head, _ = await connection.http("GET", f"{base}/oauth2/authorize?{query}", {})
        away = dict(parse_qsl(urlsplit(head["location"]).query))
        number = next(numbers)
        provider.now = time.time_ns() // 1000
        consumer = f"{connection.url}{base}/saml2/idpresponse"
        answer = provider.answer(
            response={"destination": consumer, "in_response_to": message(away["SAMLRequest"]).get("ID")},
            audience=audience,
            recipient=consumer,
            in_response_to=message(away["SAMLRequest"]).get("ID"),
            assertion_id=f"_bench{number}",
            subject=f"person{number % _PEOPLE}",
            attributes={"email": [f"person{number % _PEOPLE}@example.com"]},
        )
        form = {"SAMLResponse": encoded(answer), "RelayState": away["RelayState"]}
        headers = {"cookie": head["set-cookie"].partition(";")[0], **_FORM}
        status, head, _ = await connection.http(
            "POST", f"{base}/saml2/idpresponse", headers, urlencode(form).encode()
        )
        if "code=" not in head.get("location", ""):
            raise Refused(f"saml: {status} {head.get('location')}")
        return head["location"]

    return once
