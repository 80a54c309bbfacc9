"""A pool with an OIDC and a SAML provider in the tests' hands, and a service that trades their tokens."""

import base64
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests.oauth.booth import CODE_APP, claims
from tests.providers import request
from tests.saml_provider import Provider
from tests.upstream import Upstream
from tests.world import World, close_world, open_world

from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch
from poolhouse.errors import ApiError
from poolhouse.wire import operations

USED = "NotAuthorizedException: The token of the identity provider has been exchanged before."
FLOWS = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_REFRESH_TOKEN_AUTH"]
SCOPES = ["openid", "email", "aws.cognito.signin.user.admin"]
MAPPING = {"email": "email", "name": "name"}


class Exchange:
    """`corp` is the OIDC provider, `house` the SAML one; `service` is an app client."""

    def __init__(self, world: World, upstream: Upstream, pool: str) -> None:
        self.world, self.upstream, self.pool = world, upstream, pool
        self.idp = Provider(now=world.now)
        self.service: dict[str, Any] = {}
        self.made = 0

    def id_token(self, sub: str = "109", **said: Any) -> str:
        """Each has a `jti` of its own; None takes a claim away."""
        self.made += 1
        usual = {"sub": sub, "jti": f"j{self.made}", "email": "ada@corp.example", "nonce": "of another app"}
        return self.upstream.id_token({"client_id": "ours"}, usual | said, "an access token")

    def element(self, *, sign: bool = True, **said: Any) -> Any:
        """An assertion that answers no request."""
        self.made += 1
        usual = {
            "audience": f"urn:amazon:cognito:sp:{self.pool}",
            "recipient": f"{self.world.env.settings.public_url}/{self.pool}/saml2/idpresponse",
            "in_response_to": None,
            "assertion_id": f"_a{self.made}",
        }
        made = self.idp.assertion(**(usual | said))
        return self.idp.signed(made) if sign else made

    def assertion(self, *, sign: bool = True, **said: Any) -> str:
        return base64url(self.element(sign=sign, **said))

    async def derive(
        self, token: str, kind: str = "ID_TOKEN", provider: str = "corp", **members: Any
    ) -> dict[str, Any]:
        given = {
            "ClientId": self.service["ClientId"],
            "SubjectToken": token,
            "SubjectTokenType": kind,
            "SubjectTokenProviderName": provider,
        }
        answer = await self.world.call("GetDerivedToken", **(given | members))
        return claims(answer["IssuedToken"]) | {"granted": answer["Scopes"], "text": answer["IssuedToken"]}

    async def refused(self, token: str, *names: str, **members: Any) -> str:
        with pytest.raises(ApiError) as caught:
            await self.derive(token, *names, **members)
        declared = operations.operations()[("cognito-idp", "GetDerivedToken")].errors
        assert caught.value.code in declared
        return f"{caught.value.code}: {caught.value.message}"

    async def users(self) -> list[str]:
        found = await self.world.call("ListUsers", UserPoolId=self.pool)
        return [user["Username"] for user in found["Users"]]

    async def admin(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, UserPoolId=self.pool, **members)

    async def link(self, username: str) -> None:
        """Subject 109 at corp is this user."""
        source = {"ProviderName": "corp", "ProviderAttributeName": "Cognito_Subject"}
        await self.admin(
            "AdminLinkProviderForUser",
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": username},
            SourceUser={**source, "ProviderAttributeValue": "109"},
        )

    async def add_house(self, **details: str) -> None:
        given = {"MetadataFile": self.idp.metadata(), "IDPInit": "true"} | details
        await self.admin(
            "CreateIdentityProvider",
            ProviderName="house",
            ProviderType="SAML",
            ProviderDetails=given,
            AttributeMapping={"email": "email"},
        )


def base64url(element: Any) -> str:
    return base64.urlsafe_b64encode(etree.tostring(element)).rstrip(b"=").decode()


def seconds(by: int = 0) -> int:
    return int(time.time()) + by


async def open_exchange(world: World, upstream: Upstream, **pool: Any) -> Exchange:
    made = Exchange(world, upstream, await world.pool(**pool))
    await world.call(
        "CreateIdentityProvider",
        **request(made.pool, "corp", ProviderDetails=upstream.details(), AttributeMapping=MAPPING),
    )
    await made.add_house()
    made.service = await world.client(
        made.pool,
        **{
            **CODE_APP,
            "ExplicitAuthFlows": FLOWS,
            "AllowedOAuthScopes": SCOPES,
            "SupportedIdentityProviders": ["COGNITO", "corp", "house"],
        },
    )
    return made


@pytest.fixture(scope="module")
def running() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """It may ask loopback servers."""
    fetch = GuardedFetch(LOOPBACK)
    made = await open_world(tmp_path, profile="dev", fetch=fetch)
    yield made
    await fetch.close()
    await close_world(made)


@pytest.fixture
async def exchange(world: World, running: Upstream) -> Exchange:
    running.reset()
    return await open_exchange(world, running)
