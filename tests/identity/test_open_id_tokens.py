"""OpenID tokens of identity pools, and where their key is found."""

import pytest
from tests.identity.scene import claims_of

from poolhouse.crypto import jose
from poolhouse.errors import (
    ClassicFlowOff,
    DeveloperProviderNotSupported,
    DeveloperUserAlreadyRegistered,
    InvalidParameter,
    LoginOfIdentityPool,
)
from poolhouse.http.request import HttpRequest
from poolhouse.identity import discovery
from poolhouse.ports import DAY, SECOND
from poolhouse.store import identity_keys

ISSUER = "http://localhost:8400/cognito-identity"


async def test_the_token_of_a_guest_says_so_for_ten_minutes(scene):
    guest = await scene.identity()

    token = (await scene.call("GetOpenIdToken", IdentityId=guest))["Token"]

    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 600
    assert {name: claims[name] for name in ("sub", "aud", "iss", "amr")} == {
        "sub": guest,
        "aud": scene.identity_pool,
        "iss": ISSUER,
        "amr": ["unauthenticated"],
    }
    assert claims["https://cognito-identity.amazonaws.com/identity-pool-arn"] == scene.arn
    assert "https://aws.amazon.com/tags" not in claims


async def test_the_token_of_a_user_names_the_login_and_the_tags(scene):
    await scene.of_pool("SetPrincipalTagAttributeMap", IdentityProviderName=scene.provider, UseDefaults=True)
    logins = await scene.logins()
    sub = claims_of(logins[scene.provider])["sub"]

    answer = await scene.call("GetOpenIdToken", IdentityId=await scene.identity(logins), Logins=logins)

    claims = claims_of(answer["Token"])
    assert claims["amr"] == ["authenticated", scene.provider, f"{scene.provider}:CognitoSignIn:{sub}"]
    tags = {"username": [sub], "client": [scene.app["ClientId"]]}
    assert claims["https://aws.amazon.com/tags"] == {"principal_tags": tags}


async def test_a_developers_user_has_a_token_for_as_long_as_was_asked_for(scene):
    usual = claims_of((await scene.developer("ben"))["Token"])
    longer = claims_of((await scene.developer("ben", TokenDuration=86_400))["Token"])

    assert usual["exp"] - usual["iat"] == 900
    assert longer["exp"] - longer["iat"] == 86_400
    assert usual["amr"] == ["authenticated", "login.example", f"login.example:{scene.identity_pool}:ben"]


async def test_only_a_no_that_was_said_turns_the_basic_flow_off(scene):
    guest = await scene.identity()
    assert await scene.call("GetOpenIdToken", IdentityId=guest)

    await scene.update(AllowClassicFlow=False)
    with pytest.raises(ClassicFlowOff):
        await scene.call("GetOpenIdToken", IdentityId=guest)
    assert await scene.developer("ben")

    await scene.update(AllowClassicFlow=True)
    assert await scene.call("GetOpenIdToken", IdentityId=guest)


async def test_a_token_of_ours_is_no_login(scene):
    made = await scene.developer("ben")

    for key in ("cognito-identity.amazonaws.com", scene.provider):
        with pytest.raises(LoginOfIdentityPool):
            await scene.identity({key: made["Token"]})
    assert await scene.identity(await scene.logins())


async def test_a_developers_user_can_be_given_a_guests_identity(scene):
    guest = await scene.identity()

    made = await scene.developer("ben", IdentityId=guest)

    assert made["IdentityId"] == guest
    assert (await scene.developer("ben"))["IdentityId"] == guest
    with pytest.raises(DeveloperUserAlreadyRegistered):
        await scene.developer("ben", IdentityId=await scene.identity())


async def test_a_developer_provider_that_the_pool_does_not_have_is_refused(scene):
    with pytest.raises(DeveloperProviderNotSupported):
        await scene.of_pool("GetOpenIdTokenForDeveloperIdentity", Logins={"other.example": "ben"})
    assert await scene.developer("ben")


async def test_a_name_of_a_developers_user_has_a_bound(scene):
    with pytest.raises(InvalidParameter):
        await scene.developer("b" * 1_025)
    assert await scene.developer("b" * 1_024)


async def document(scene, path):
    request = HttpRequest("GET", path, "", (), b"", "127.0.0.1", {})
    answer = await discovery.answer(scene.world.env, request)
    return None if answer is None else jose.json.loads(answer.body)


async def test_the_documents_below_the_issuer_give_the_key(scene):
    configuration = await document(scene, "/cognito-identity/.well-known/openid-configuration")
    keys = await document(scene, "/cognito-identity/.well-known/jwks_uri")

    assert configuration["issuer"] == ISSUER
    assert configuration["jwks_uri"] == f"{ISSUER}/.well-known/jwks_uri"
    assert keys == await document(scene, "/cognito-identity/.well-known/jwks.json")
    assert [(key["alg"], key["kty"], key["use"]) for key in keys["keys"]] == [("RS512", "RSA", "sig")]
    assert await document(scene, "/cognito-identity/.well-known/nothing") is None


async def test_a_new_key_is_published_before_it_signs_and_the_old_one_stays_for_a_day(scene):
    guest, env = await scene.identity(), scene.world.env

    async def kids():
        published = (await identity_keys.current(env)).jwks()["keys"]
        return [key["kid"] for key in published]

    async def signs_with():
        token = (await scene.call("GetOpenIdToken", IdentityId=guest))["Token"]
        keys = (await identity_keys.current(env)).public
        assert jose.verify(token, keys.get, "RS512")["sub"] == guest
        return jose._object(jose._decode(token.partition(".")[0]))["kid"]

    first = await signs_with()
    second = await identity_keys.rotate(env)

    assert await kids() == [first, second]
    assert await signs_with() == first
    scene.world.advance(3 * SECOND)
    env.identity_keys.drop("keys")
    assert await signs_with() == second
    assert await kids() == [second, first]
    scene.world.advance(DAY)
    env.identity_keys.drop("keys")
    assert await kids() == [second]
