"""A verifier and a real server, with two workers: keys over HTTP, tokens of a sign-in, and its end."""

import base64
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.server import Server, run_poolhouse, serve_server

from poolhouse.authorizer import BadSignature, Feed, Pool, Revoked, Verifier

MASTER = base64.b64encode(bytes(32)).decode()
PASSWORD = "P2$Sword"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with serve_server(folder, workers=2, POOLHOUSE_REVOCATION_FEED_KEYS=MASTER) as running:
        yield running


def made_pool(cognito: Any) -> tuple[str, str]:
    """A pool with a client and the user ada."""
    pool = cognito.create_user_pool(PoolName="authorizer")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True)
    return pool, client


def signed_in(cognito: Any, pool: str, client: str) -> dict[str, str]:
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return dict(answer["AuthenticationResult"])


def test_real_tokens_are_good_until_they_are_revoked_and_then_refused_within_seconds(
    server: Server, tmp_path: Any
) -> None:
    cognito = server.boto3("cognito-idp")
    pool, client = made_pool(cognito)
    printed = run_poolhouse(
        "keys", "feed", "--pool", pool, folder=tmp_path, POOLHOUSE_REVOCATION_FEED_KEYS=MASTER
    )
    feed = Feed(printed.stdout.strip(), every=0.2)
    issuer = f"{server.endpoint}/{pool}"
    verifier = Verifier(Pool(issuer, [client], feed=feed), token_use="either")
    tokens, others = (signed_in(cognito, pool, client) for _ in range(2))

    assert verifier.verify(tokens["AccessToken"]).scopes == {"aws.cognito.signin.user.admin"}
    assert verifier.verify(tokens["IdToken"]).username == "ada"
    signature = others["AccessToken"].rpartition(".")[2]
    with pytest.raises(BadSignature):
        verifier.verify(f"{tokens['AccessToken'].rpartition('.')[0]}.{signature}")

    cognito.revoke_token(ClientId=client, Token=tokens["RefreshToken"])
    assert seconds_until_revoked(verifier, tokens["AccessToken"]) < 3
    assert verifier.verify(others["AccessToken"])

    cognito.admin_user_global_sign_out(UserPoolId=pool, Username="ada")
    assert seconds_until_revoked(verifier, others["IdToken"]) < 3


def seconds_until_revoked(verifier: Verifier, token: str) -> float:
    began = time.monotonic()
    while time.monotonic() < began + 10:
        try:
            verifier.verify(token)
        except Revoked:
            return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError("The token is still good.")
