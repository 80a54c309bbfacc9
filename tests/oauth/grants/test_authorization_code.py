"""Codes: good once, for one app, with its verifier; what the tokens of a code say (6.2, 6.4, 4)."""

import asyncio
from collections import Counter

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.functions import Event, answering
from tests.oauth.apps import CALLBACK
from tests.oauth.booth import Booth, claims, open_booth
from tests.world import World

from poolhouse.crypto import jose
from poolhouse.errors import FunctionFailed
from poolhouse.ports import MINUTE, SECOND, Tx
from poolhouse.store import users


async def test_the_tokens_of_a_code_share_their_sign_in_and_say_what_was_asked_for(booth: Booth) -> None:
    tokens = await booth.tokens(nonce="n-1")

    identity, access = claims(tokens["id_token"]), claims(tokens["access_token"])
    assert identity["nonce"] == "n-1"
    assert identity["at_hash"] == jose.half_hash(tokens["access_token"])
    assert identity["origin_jti"] == access["origin_jti"]
    assert identity["jti"] != access["jti"]
    assert identity["auth_time"] == access["auth_time"] <= identity["iat"]
    assert (identity["email"], identity["email_verified"]) == ("ada@example.com", True)
    assert "given_name" not in identity  # nobody asked for the profile
    assert (access["scope"], access["version"]) == ("openid email", 2)
    assert not {"aud", "nonce"} & set(access)


async def test_without_openid_there_is_no_id_token(booth: Booth) -> None:
    tokens = await booth.tokens(scope="aws.cognito.signin.user.admin")

    assert list(tokens) == ["access_token", "refresh_token", "expires_in", "token_type"]


async def test_a_resource_is_the_audience_of_the_access_token_and_stays_it(booth: Booth) -> None:
    tokens = await booth.tokens(resource="https://api.example.com/v1")
    again = await booth.token(booth.refresh(tokens["refresh_token"]))

    for token in (tokens["access_token"], again.json["access_token"]):
        assert claims(token)["aud"] == "https://api.example.com/v1"
    assert claims(tokens["id_token"])["aud"] == booth.app["ClientId"]


async def test_who_came_from_a_provider_has_identities_in_the_id_token_whatever_the_scopes(
    world: World,
) -> None:
    booth = await open_booth(world)
    identities = '[{"userId":"1","providerName":"Acme","providerType":"OIDC","issuer":null,"primary":"true"}]'
    await _has_identities(booth, identities)

    tokens = await booth.tokens(scope="openid email")

    assert claims(tokens["id_token"])["identities"][0]["providerName"] == "Acme"
    assert "identities" not in claims(tokens["access_token"])


async def _has_identities(booth: Booth, identities: str) -> None:
    ctx = await context(booth.world.env, booth.pool)

    async def save(tx: Tx) -> None:
        user = await users.by_sub(tx, booth.pool, booth.sub)
        assert user is not None
        changed = replace(user, attributes={**user.attributes, "identities": identities})
        await users.save(tx, ctx, user, changed)

    await booth.world.env.db.run(save)


async def test_a_code_is_good_for_five_minutes(booth: Booth) -> None:
    early, late = await booth.code(), await booth.code()

    booth.world.advance(5 * MINUTE - SECOND)
    assert (await booth.token(booth.redeem(early))).status == 200

    booth.world.advance(2 * SECOND)
    assert (await booth.token(booth.redeem(late))).error == (400, "invalid_grant")


async def test_a_code_is_used_up_by_whoever_shows_it(booth: Booth) -> None:
    code = await booth.code()

    wrong = await booth.token(booth.redeem(code, code_verifier="w" * 43))
    right = await booth.token(booth.redeem(code))

    assert wrong.error == right.error == (400, "invalid_grant")
    assert (await booth.token(booth.redeem(await booth.code()))).status == 200


async def test_a_code_that_is_shown_again_takes_its_tokens_with_it_also_where_nobody_was_asked(
    booth: Booth,
) -> None:
    """Each code of a browser that was signed in already has a family of its own."""
    first, second = await booth.code(), await booth.code()
    stolen = (await booth.token(booth.redeem(first))).json
    other = (await booth.token(booth.redeem(second))).json

    assert (await booth.token(booth.redeem(first))).error == (400, "invalid_grant")

    assert (await booth.user_info(stolen["access_token"])).status == 401
    assert (await booth.token(booth.refresh(stolen["refresh_token"]))).error == (400, "invalid_grant")
    assert (await booth.user_info(other["access_token"])).status == 200
    assert (await booth.token(booth.refresh(other["refresh_token"]))).status == 200


async def test_a_code_that_is_shown_again_while_the_first_one_waits_gives_nobody_tokens(world: World) -> None:
    """The first one is with a function of the pool, and has stored nothing yet."""
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def slow(event: Event) -> Event:
        waiting.set()
        await go_on.wait()
        return event

    world.functions["PreTokenGeneration"] = slow
    booth = await open_booth(world, {"LambdaConfig": world.triggers()})
    form = booth.redeem(await booth.code())
    first = asyncio.create_task(booth.token(form))
    await waiting.wait()

    second = await booth.token(form)
    go_on.set()

    assert second.error == (400, "invalid_grant")
    assert (await first).error == (400, "invalid_grant")
    assert (await booth.token(booth.redeem(await booth.code()))).status == 200


async def test_of_twenty_who_show_a_code_at_once_at_most_one_gets_tokens_and_they_are_dead(
    booth: Booth,
) -> None:
    form = booth.redeem(await booth.code())

    answers = await asyncio.gather(*(booth.token(form) for _ in range(20)))

    counted = Counter(answer.status for answer in answers)
    assert counted[200] <= 1
    assert counted[400] == 20 - counted[200]
    for answer in answers:
        if answer.status == 200:
            assert (await booth.user_info(answer.json["access_token"])).status == 401


@pytest.mark.parametrize("scope", ["openid email", "openid phone"])
async def test_a_scope_whose_attributes_the_app_may_not_read_is_no_grant(booth: Booth, scope: str) -> None:
    """`email` names `email_verified` too (6.4)."""
    half_blind = await booth.another_app(ReadAttributes=["email", "phone_number", "name"])

    refused = await booth.token(booth.redeem(await booth.code(half_blind, scope=scope), half_blind))
    allowed = await booth.tokens(half_blind, scope="openid profile")

    assert refused.error == (400, "invalid_grant")
    assert "id_token" in allowed


async def test_the_redirect_uri_that_was_left_out_twice_is_the_default(world: World) -> None:
    booth = await open_booth(world, app={"DefaultRedirectURI": CALLBACK})
    code = await booth.code(redirect_uri="")

    assert (await booth.token(booth.redeem(code, redirect_uri=""))).status == 200


async def test_what_a_function_says_of_the_tokens_is_in_them(world: World) -> None:
    world.functions["PreTokenGeneration"] = answering(
        claimsAndScopeOverrideDetails={
            "idTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold"}},
            "accessTokenGeneration": {"scopesToAdd": ["orders/read"]},
        }
    )
    booth = await open_booth(world, {"LambdaConfig": world.triggers(PreTokenGeneration="V2_0")})

    tokens = await booth.tokens()

    assert claims(tokens["id_token"])["tier"] == "gold"
    assert claims(tokens["access_token"])["scope"] == "openid email orders/read"
    assert world.fired[-1]["triggerSource"] == "TokenGeneration_HostedAuth"
    assert world.fired[-1]["request"]["scopes"] == ["openid", "email"]


async def test_a_function_that_refuses_is_told_to_the_app_and_nothing_was_stored(world: World) -> None:
    def refuse(event: Event) -> Event:
        raise FunctionFailed("Error", "not today")

    world.functions["PreTokenGeneration"] = refuse
    booth = await open_booth(world, {"LambdaConfig": world.triggers()})

    answer = await booth.token(booth.redeem(await booth.code()))

    assert answer.error == (400, "invalid_request: PreTokenGeneration failed with error not today.")
    world.functions["PreTokenGeneration"] = answering()
    assert (await booth.token(booth.redeem(await booth.code()))).status == 200
