"""GetDerivedToken with tokens of the pool's identity providers (behaviour file, 1.2; RFC 8693)."""

import asyncio
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.functions import answering
from tests.idp.foreign import (
    FLOWS,
    USED,
    Exchange,
    exchange,
    open_exchange,
    running,
    seconds,
    world,
)
from tests.providers import add_providers
from tests.upstream import Upstream, hmac_with_public_key, rsa, unsigned

from poolhouse.errors import ApiError, FunctionFailed
from poolhouse.ports import HOUR, SECOND

__all__ = ["exchange", "running", "world"]

NOT_GOOD = "NotAuthorizedException: Invalid ID token: "

_OTHER = RSAKey.generate_key(2048, {"kid": "k1"})


async def test_an_id_token_of_a_provider_signs_its_user_in(exchange: Exchange) -> None:
    said = await exchange.derive(exchange.id_token())

    assert await exchange.users() == ["corp_109"]
    assert (said["username"], said["token_use"]) == ("corp_109", "access")
    assert said["cognito:groups"] == [f"{exchange.pool}_corp"]
    assert said["client_id"] == exchange.service["ClientId"]
    assert said["granted"] == ["openid", "email", "aws.cognito.signin.user.admin"]
    found = await exchange.admin("AdminGetUser", Username="corp_109")
    assert found["UserStatus"] == "EXTERNAL_PROVIDER"
    assert {"Name": "email", "Value": "ada@corp.example"} in found["UserAttributes"]


async def test_what_is_mapped_is_brought_up_to_date_and_the_user_stays_the_same(exchange: Exchange) -> None:
    first = await exchange.derive(exchange.id_token())

    second = await exchange.derive(exchange.id_token(email="new@corp.example"), RequestedTokenType="ID_TOKEN")

    assert (second["sub"], second["email"]) == (first["sub"], "new@corp.example")
    assert second["identities"][0]["userId"] == "109"
    assert await exchange.users() == ["corp_109"]


async def test_who_is_linked_is_the_user_that_he_is_linked_to(exchange: Exchange) -> None:
    await exchange.world.user(exchange.pool, "ada")
    await exchange.link("ada")

    said = await exchange.derive(exchange.id_token())

    assert said["username"] == "ada"
    assert await exchange.users() == ["ada"]


def _lies(upstream: Upstream) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """What is refused with, the claims, and what of the provider is otherwise."""
    return [
        ("another issuer made it.", {"iss": "https://evil.example.com"}, {}),
        ("it is for another client.", {"aud": "another"}, {}),
        ("it was issued to another client.", {"aud": ["ours", "another"], "azp": "another"}, {}),
        ("it has expired.", {"exp": seconds(-61)}, {}),
        ("its exp is no time.", {"exp": None}, {}),
        ("it is not of now.", {"nbf": seconds(120)}, {}),
        ("it names nobody.", {"sub": ""}, {}),
        ("it is a token of another kind.", {"events": {"logout": {}}}, {}),
        ("its signature is not right.", {}, {"signer": rsa(_OTHER)}),
        ("its key is none of the provider's.", {}, {"header": {"kid": "k9"}}),
        ("its algorithm is none that we accept.", {}, {"header": {"alg": "none"}, "signer": unsigned}),
        (
            "its algorithm is none that we accept.",
            {},
            {"header": {"alg": "HS256"}, "signer": hmac_with_public_key(upstream.key)},
        ),
        ("its header has what we do not accept.", {}, {"header": {"jwk": _OTHER.as_dict(private=False)}}),
        ("its header has what we do not accept.", {}, {"header": {"typ": "at+jwt"}}),
    ]


async def test_a_token_that_is_not_the_providers_for_us_and_of_now_is_refused(exchange: Exchange) -> None:
    for error, said, otherwise in _lies(exchange.upstream):
        exchange.upstream.reset()
        for name, value in otherwise.items():
            setattr(exchange.upstream, name, value)

        assert await exchange.refused(exchange.id_token(**said)) == NOT_GOOD + error, (said, otherwise)

    exchange.upstream.reset()
    assert await exchange.users() == []
    exchange.upstream.header = {"typ": "JWT"}
    old = exchange.id_token(iat=seconds(-3_600), exp=seconds(-30), aud=["ours"], azp="ours")
    assert (await exchange.derive(old))["username"] == "corp_109"


async def test_it_is_good_once_by_its_jti_or_else_by_what_is_signed(exchange: Exchange) -> None:
    with_jti, without = exchange.id_token(jti="one"), exchange.id_token(jti=None)
    for token in (with_jti, without):
        await exchange.derive(token)

        assert await exchange.refused(token) == USED

    assert await exchange.refused(exchange.id_token(jti="one", email="b@corp.example")) == USED
    assert await exchange.derive(exchange.id_token(jti="two"))
    assert await exchange.derive(exchange.id_token(jti=None, email="b@corp.example"))


async def test_of_ten_who_show_it_at_once_one_gets_a_token(exchange: Exchange) -> None:
    await exchange.derive(exchange.id_token())
    token = exchange.id_token()

    answers = await asyncio.gather(*(exchange.derive(token) for _ in range(10)), return_exceptions=True)

    assert len([answer for answer in answers if isinstance(answer, dict)]) == 1
    assert len([answer for answer in answers if isinstance(answer, ApiError)]) == 9


async def test_the_new_token_does_not_outlive_the_providers_and_is_of_that_sign_in(
    exchange: Exchange,
) -> None:
    ends, began = seconds(300), seconds(-90)

    said = await exchange.derive(exchange.id_token(exp=ends, auth_time=began))

    assert said["exp"] == ends + 60  # the provider's clock may be off so much
    assert said["auth_time"] == began


async def test_it_is_revoked_with_its_user_s_sign_ins(exchange: Exchange) -> None:
    token = (await exchange.derive(exchange.id_token()))["text"]
    assert (await exchange.world.call("GetUser", AccessToken=token))["Username"] == "corp_109"

    await exchange.admin("AdminUserGlobalSignOut", Username="corp_109")

    with pytest.raises(ApiError, match="Access Token has been revoked"):
        await exchange.world.call("GetUser", AccessToken=token)
    exchange.world.advance(SECOND)
    again = (await exchange.derive(exchange.id_token()))["text"]
    assert (await exchange.world.call("GetUser", AccessToken=again))["Username"] == "corp_109"


async def test_a_provider_that_is_not_the_clients_or_has_no_such_tokens_is_refused(
    exchange: Exchange,
) -> None:
    await add_providers(exchange.world, exchange.pool, "Facebook", "Google")
    other = await exchange.world.client(exchange.pool, ExplicitAuthFlows=FLOWS)
    token = exchange.id_token()
    not_enabled = "InvalidParameterException: Identity provider {} is not enabled for the app client."
    no_such = (
        "InvalidParameterException: Tokens of this type of the identity provider {} cannot be exchanged."
    )

    assert await exchange.refused(token, ClientId=other["ClientId"]) == not_enabled.format("corp")
    assert await exchange.refused(token, "ID_TOKEN", "nobody") == not_enabled.format("nobody")
    assert await exchange.refused(token, "ACCESS_TOKEN") == no_such.format("corp")
    assert await exchange.refused(token, "SAML2") == no_such.format("corp")
    assert await exchange.refused(token, "ID_TOKEN", "house") == no_such.format("house")

    await exchange.admin(
        "UpdateUserPoolClient",
        **{name: exchange.service[name] for name in ("ClientId", "ExplicitAuthFlows", "AllowedOAuthScopes")},
        SupportedIdentityProviders=["corp", "Facebook"],
    )
    assert await exchange.refused(token, "ID_TOKEN", "Facebook") == no_such.format("Facebook")
    assert (await exchange.derive(token))["username"] == "corp_109"


async def test_a_token_whose_wish_is_refused_is_not_used_up(exchange: Exchange) -> None:
    token = exchange.id_token()

    assert await exchange.refused(token, Scopes=["phone"]) == (
        "NotAuthorizedException: None of the requested scopes can be granted."
    )
    assert "another app client" in await exchange.refused(
        token, Audiences=[(await exchange.world.client(exchange.pool))["ClientId"]]
    )
    assert await exchange.users() == []

    assert (await exchange.derive(token, Scopes=["email", "phone"]))["granted"] == ["email"]


async def test_where_a_function_refuses_the_user_there_is_none(world, running) -> None:
    running.reset()

    def refuse(event):
        raise FunctionFailed("Error", "not from there")

    world.functions.update({"PreSignUp": refuse, "PostConfirmation": answering()})
    exchange = await open_exchange(world, running, LambdaConfig=world.triggers())
    assert "PreSignUp failed with error not from there" in await exchange.refused(exchange.id_token())
    assert await exchange.users() == []

    world.functions["PreSignUp"] = answering()
    assert (await exchange.derive(exchange.id_token()))["username"] == "corp_109"
    sources = [event["triggerSource"] for event in world.fired]
    assert "PreSignUp_ExternalProvider" in sources
    assert sources.index("PreSignUp_ExternalProvider") < sources.index("PostConfirmation_ConfirmSignUp")


async def test_a_disabled_user_is_refused_and_an_enabled_one_is_not(exchange: Exchange) -> None:
    await exchange.derive(exchange.id_token())
    await exchange.admin("AdminDisableUser", Username="corp_109")

    assert await exchange.refused(exchange.id_token()) == "NotAuthorizedException: User is disabled."

    await exchange.admin("AdminEnableUser", Username="corp_109")
    assert await exchange.derive(exchange.id_token())


async def test_a_linked_user_who_is_not_confirmed_is_refused_and_a_confirmed_one_is_not(exchange) -> None:
    client = await exchange.world.client(exchange.pool)
    await exchange.world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password="P2$Sword")
    await exchange.link("ada")

    assert await exchange.refused(exchange.id_token()) == "NotAuthorizedException: User is not confirmed."

    await exchange.admin("AdminConfirmSignUp", Username="ada")
    assert (await exchange.derive(exchange.id_token()))["username"] == "ada"


async def test_what_the_pool_requires_must_be_in_the_token(world, running) -> None:
    running.reset()
    schema = [{"Name": "email", "Required": True, "Mutable": True}]
    exchange = await open_exchange(world, running, Schema=schema)

    assert "attributes required: [email]" in await exchange.refused(exchange.id_token(email=None))

    assert await exchange.derive(exchange.id_token())


async def test_an_actor_of_a_provider_is_named_with_its_issuer_and_becomes_no_user(
    exchange: Exchange,
) -> None:
    actor = exchange.id_token("robot")
    as_actor = {"ActorToken": actor, "ActorTokenType": "ID_TOKEN", "ActorTokenProviderName": "corp"}

    said = await exchange.derive(exchange.id_token(), **as_actor)

    assert said["act"] == {"iss": exchange.upstream.issuer, "sub": "robot"}
    assert await exchange.users() == ["corp_109"]
    assert await exchange.refused(exchange.id_token(), **as_actor) == USED
    assert "it is for another client" in await exchange.refused(
        exchange.id_token(), **(as_actor | {"ActorToken": exchange.id_token("robot", aud="x")})
    )


async def test_the_way_of_a_token_ends_with_its_time(exchange: Exchange) -> None:
    token = exchange.id_token()
    exchange.world.advance(HOUR)

    assert await exchange.refused(token) == NOT_GOOD + "it has expired."

    assert await exchange.derive(exchange.id_token(iat=seconds(3_600), exp=seconds(3_900)))
