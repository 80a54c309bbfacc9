"""joserfc: whoever follows the discovery document can check the tokens, and refuses what is not genuine."""

from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidClaimError, InvalidKeyIdError
from joserfc.jwk import KeySet
from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.server import Server

MAIL = "ada@example.com"


def discovered(server: Server, app: App) -> dict[str, Any]:
    address = f"{server.endpoint}/{app.pool_id}/.well-known/openid-configuration"
    answer = httpx2.get(address, timeout=10)
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document


def keys_of(server: Server, app: App) -> KeySet:
    return KeySet.import_key_set(httpx2.get(discovered(server, app)["jwks_uri"], timeout=10).json())


def signed_in(server: Server, app: App) -> dict[str, Any]:
    tokens: dict[str, Any] = server.boto3("cognito-idp").initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return tokens


def checked(token: str, keys: KeySet, **claims: Any) -> dict[str, Any]:
    """The claims of a genuine, living token whose claims have these values. Raises joserfc's errors."""
    decoded = jwt.decode(token, keys, algorithms=["RS256"])
    wanted: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in claims.items()}
    jwt.JWTClaimsRegistry(exp={"essential": True}, **wanted).validate(decoded.claims)
    return dict(decoded.claims)


@pytest.fixture
def app(server: Server) -> App:
    made = new_app(server)
    new_user(server, made, "ada", email=MAIL, email_verified="true")
    return made


def test_both_tokens_are_genuine_and_say_what_they_are_for(server: Server, app: App) -> None:
    tokens, keys = signed_in(server, app), keys_of(server, app)
    issuer = f"{server.endpoint}/{app.pool_id}"

    identity = checked(tokens["IdToken"], keys, iss=issuer, aud=app.client_id, token_use="id")
    access = checked(tokens["AccessToken"], keys, iss=issuer, client_id=app.client_id, token_use="access")

    assert discovered(server, app)["issuer"] == issuer
    assert identity["sub"] == access["sub"]
    assert identity["cognito:username"] == access["username"] == "ada"
    assert (identity["email"], identity["email_verified"]) == (MAIL, True)
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert "aud" not in access
    assert access["exp"] - access["iat"] == tokens["ExpiresIn"] == 3600


def test_the_two_tokens_are_signed_by_two_keys_of_the_pool(server: Server, app: App) -> None:
    tokens, keys = signed_in(server, app), keys_of(server, app)

    used = {jwt.decode(tokens[name], keys).header["kid"] for name in ("IdToken", "AccessToken")}

    assert used == {key.kid for key in keys.keys}
    assert len(used) == 2
    assert not any(key.is_private for key in keys.keys)


def test_a_changed_token_is_refused_and_the_unchanged_one_is_not(server: Server, app: App) -> None:
    token, keys = signed_in(server, app)["IdToken"], keys_of(server, app)
    header, _, signature = token.split(".")
    other_payload = signed_in(server, app)["IdToken"].split(".")[1]

    with pytest.raises(BadSignatureError):
        checked(f"{header}.{other_payload}.{signature}", keys)

    assert checked(token, keys)["cognito:username"] == "ada"


def test_a_token_of_another_pool_is_refused_and_of_its_own_is_not(server: Server, app: App) -> None:
    other = new_app(server)
    new_user(server, other, "ada")
    token = signed_in(server, other)["IdToken"]

    with pytest.raises((BadSignatureError, InvalidKeyIdError)):
        checked(token, keys_of(server, app))

    assert checked(token, keys_of(server, other))["aud"] == other.client_id


def test_an_access_token_shown_as_an_id_token_is_refused(server: Server, app: App) -> None:
    tokens, keys = signed_in(server, app), keys_of(server, app)

    with pytest.raises(InvalidClaimError):
        checked(tokens["AccessToken"], keys, token_use="id")

    assert checked(tokens["IdToken"], keys, token_use="id")["aud"] == app.client_id
