"""Refused: GetDerivedToken, which takes a signature in place of the secret; GetClientToken takes none."""

from collections.abc import Mapping
from typing import Any

from tests.refusals.gate import Gate
from tests.refusals.http_table import Answer, HttpRow, Request, http_table, play, signed, unsigned
from tests.refusals.test_policies import DENIED, policy

SECRET_WRONG = "400 NotAuthorizedException: Client secret is missing or does not match."
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]
_POOL_ARN = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"


async def with_service(g: Gate) -> None:
    g.got["service"] = await g.scene.another_client(ExplicitAuthFlows=FLOWS, GenerateSecret=True)
    g.got["token"] = (await g.scene.tokens())["AccessToken"]
    g.got["key"] = await g.new_key(policy(("Allow", "cognito-idp:AdminGetUser", "*")), "clerk")


async def with_machine(g: Gate) -> None:
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    await g.scene.admin("CreateResourceServer", Identifier="api", Name="API", Scopes=scopes)
    g.got["machine"] = await g.scene.another_client(
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], GenerateSecret=True, AllowedOAuthScopes=["api/read"]
    )


def derive(g: Gate, secret: str = "", region: str = "us-east-1") -> Request:
    members: Mapping[str, Any] = {
        "ClientId": g.got["service"]["ClientId"],
        "SubjectToken": g.got["token"],
        "SubjectTokenType": "ACCESS_TOKEN",
    }
    return Request("GetDerivedToken", members | ({"ClientSecret": secret} if secret else {}), region=region)


async def by_secret(g: Gate) -> Answer:
    return await unsigned(g, derive(g, g.got["service"]["ClientSecret"]))


async def by_signature(g: Gate) -> Answer:
    return await signed(g, derive(g))


def client_token(g: Gate, secret: str = "") -> Request:
    machine = g.got["machine"]
    given = {"ClientId": machine["ClientId"], "Secret": secret or machine["ClientSecret"]}
    return Request("GetClientToken", given)


ROWS = (
    HttpRow(
        name="trading a token with neither secret nor signature",
        error=SECRET_WRONG,
        refused=lambda g: unsigned(g, derive(g)),
        twin=by_secret,
        arrange=with_service,
    ),
    HttpRow(
        name="trading a token with a wrong secret",
        error=SECRET_WRONG,
        refused=lambda g: unsigned(g, derive(g, "w" * 30)),
        twin=by_signature,
        arrange=with_service,
    ),
    HttpRow(
        name="trading a token with a signature that was made with another secret key",
        error="400 InvalidSignatureException: The request signature we calculated does not match the "
        "signature you provided. Check your AWS Secret Access Key and signing method. Consult the service "
        "documentation for details.",
        refused=lambda g: signed(g, derive(g), key=(g.key[0], "wrong")),
        twin=by_signature,
        arrange=with_service,
    ),
    HttpRow(
        name="trading a token with a wrong signature and the right secret",
        error="400 UnrecognizedClientException: The security token included in the request is invalid.",
        refused=lambda g: signed(g, derive(g, g.got["service"]["ClientSecret"]), key=("nobody", "wrong")),
        twin=by_secret,
        arrange=with_service,
    ),
    HttpRow(
        name="trading a token with a key that may not",
        error=DENIED.format(user="clerk", action="GetDerivedToken", resource=_POOL_ARN),
        refused=lambda g: signed(g, derive(g), key=g.got["key"]),
        twin=by_signature,
        arrange=with_service,
    ),
    HttpRow(
        name="a client's token for a signature without the secret",
        error=SECRET_WRONG,
        refused=lambda g: signed(g, client_token(g, "w" * 30)),
        twin=lambda g: unsigned(g, client_token(g)),
        arrange=with_machine,
    ),
)


@http_table(*ROWS)
async def test_refused(row: HttpRow, gate: Gate, count: Any) -> None:
    await play(row, gate, count)
