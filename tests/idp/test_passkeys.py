"""Passkeys of signed-in users: registering, listing, deleting; and what a pool says of them (1.7, 8.2)."""

import asyncio
from itertools import chain

import pytest
from tests.authenticator import BE, BS, EDDSA, ES256, RS256, Authenticator
from tests.idp.refused import refusal
from tests.passkeys import BOTH_FACTORS, DOMAIN, ORIGIN, begun, register, turn_on

from poolhouse.crypto.passkeys import from_base64url, to_base64url
from poolhouse.directory.passkeys import MOST
from poolhouse.errors import ApiError
from poolhouse.ports import SECOND
from poolhouse.store import users

SETTINGS = {"RelyingPartyId": DOMAIN, "UserVerification": "preferred", "FactorConfiguration": "SINGLE_FACTOR"}


@pytest.fixture
async def pool(world):
    made = await world.pool()
    await turn_on(world, made)
    await world.user(made, "ada")
    return made


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


@pytest.fixture
async def token(world, client):
    return (await world.tokens(client))["AccessToken"]


async def listed(world, token, **page):
    return (await world.call("ListWebAuthnCredentials", AccessToken=token, **page))["Credentials"]


async def delete(world, token, key):
    return await world.call("DeleteWebAuthnCredential", AccessToken=token, CredentialId=key.id)


async def ada(world, pool):
    async def read(tx):
        [found] = [row["sub"] for row in await tx.all(users._OWNERS, pool_id=pool, value="ada")]
        return await users.by_sub(tx, pool, found)

    return await world.env.db.read(read)


async def mfa_config(world, pool):
    return await world.call("GetUserPoolMfaConfig", UserPoolId=pool)


async def test_the_options_are_what_a_browser_needs(world, pool, token):
    """The form that AWS documents; EdDSA at the end is [K]."""
    sub = (await ada(world, pool)).sub
    options = await begun(world, token)

    assert len(from_base64url(options.pop("challenge"))) == 32
    assert options == {
        "rp": {"id": DOMAIN, "name": DOMAIN},
        "user": {"id": to_base64url(sub.encode()), "name": "ada", "displayName": "ada"},
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (ES256, RS256, EDDSA)],
        "timeout": 60_000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
        "attestation": "none",
    }


async def test_the_passkeys_of_the_user_are_not_made_again(world, token):
    key = await register(world, token)

    options = await begun(world, token)

    assert options["excludeCredentials"] == [
        {"type": "public-key", "id": key.id, "transports": ["hybrid", "internal"]}
    ]


@pytest.mark.parametrize("alg", [ES256, RS256, EDDSA])
async def test_a_passkey_is_listed_until_it_is_deleted(world, token, alg):
    key = await register(world, token, Authenticator(alg))

    [found] = await listed(world, token)
    assert abs(found.pop("CreatedAt") - world.now) < 60 * SECOND
    assert found == {
        "CredentialId": key.id,
        "FriendlyCredentialName": "Platform passkey",
        "RelyingPartyId": DOMAIN,
        "AuthenticatorAttachment": "platform",
        "AuthenticatorTransports": ["hybrid", "internal"],
    }
    assert await delete(world, token, key) == {}
    assert await listed(world, token) == []


async def test_what_a_browser_says_of_the_way_is_kept_only_as_far_as_webauthn_knows_it(world, token):
    key = Authenticator()
    made = key.create(await begun(world, token), ORIGIN)
    made["authenticatorAttachment"] = "satellite"
    made["response"]["transports"] = ["usb", "pigeon", "nfc", "usb"]

    await world.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=made)

    [found] = await listed(world, token)
    assert "AuthenticatorAttachment" not in found
    assert found["AuthenticatorTransports"] == ["nfc", "usb"]
    assert found["FriendlyCredentialName"] == "Passkey"


async def test_the_list_comes_in_pages_the_oldest_first(world, token):
    keys = [await register(world, token) for _ in range(5)]

    shown, page = [], {"MaxResults": 2}
    while True:
        answer = await world.call("ListWebAuthnCredentials", AccessToken=token, **page)
        shown.append([entry["CredentialId"] for entry in answer["Credentials"]])
        if "NextToken" not in answer:
            break
        page["NextToken"] = answer["NextToken"]

    assert [len(ids) for ids in shown] == [2, 2, 1]
    assert list(chain.from_iterable(shown)) == [key.id for key in keys]


async def test_no_limit_and_the_limit_zero_list_all(world, token):
    """[K] for zero, which the model allows."""
    for _ in range(3):
        await register(world, token)

    assert len(await listed(world, token)) == len(await listed(world, token, MaxResults=0)) == 3


async def test_the_user_knows_how_many_there_are(world, pool, token):
    first, second = await register(world, token), await register(world, token)
    assert (await ada(world, pool)).factors.passkeys == 2

    await delete(world, token, first)
    assert (await ada(world, pool)).factors.passkeys == 1

    await delete(world, token, second)
    assert (await ada(world, pool)).factors.passkeys == 0


async def test_of_two_completions_at_once_of_one_registration_one_succeeds(world, pool, token):
    options = await begun(world, token)
    answers = [Authenticator().create(options, ORIGIN) for _ in range(4)]

    results = await asyncio.gather(
        *(
            world.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=answer)
            for answer in answers
        ),
        return_exceptions=True,
    )

    assert sum(result == {} for result in results) == 1
    assert sum(isinstance(result, ApiError) for result in results) == 3
    assert (await ada(world, pool)).factors.passkeys == len(await listed(world, token)) == 1


async def test_twenty_passkeys_are_the_most(world, token):
    keys = [await register(world, token) for _ in range(MOST)]
    refused = await refusal(world, "StartWebAuthnRegistration", AccessToken=token)
    assert refused == "LimitExceededException: A user can have at most 20 passkeys."

    await delete(world, token, keys[3])
    await register(world, token)

    assert len(await listed(world, token)) == MOST


async def test_passkeys_go_with_the_user(world, pool, client, token):
    key = await register(world, token)
    await world.call("AdminDeleteUser", UserPoolId=pool, Username="ada")
    assert (await refusal(world, "ListWebAuthnCredentials", AccessToken=token)).startswith(
        "NotAuthorizedException"
    )

    await world.user(pool, "ada")
    again = (await world.tokens(client))["AccessToken"]

    assert await listed(world, again) == []
    await register(world, again, key)  # its id is nobody's now


async def test_an_id_may_belong_to_a_user_of_each_pool(world, token):
    key = await register(world, token)
    other = await world.pool()
    await turn_on(world, other)
    await world.user(other, "ada")
    elsewhere = (await world.tokens(await world.client(other)))["AccessToken"]

    await register(world, elsewhere, key)

    assert len(await listed(world, elsewhere)) == len(await listed(world, token)) == 1


async def test_a_synchronised_passkey_registers(world, token):
    await register(world, token, Authenticator(counter=None, backup=BE | BS))

    assert len(await listed(world, token)) == 1


async def test_a_page_on_this_computer_registers_where_the_pool_names_no_domain(world, pool, token):
    """[K]: the relying party is the host of the server's address."""
    await turn_on(world, pool, RelyingPartyId="")

    await register(world, token, origin="http://localhost:3000")

    assert [found["RelyingPartyId"] for found in await listed(world, token)] == ["localhost"]


async def test_passkeys_of_the_former_relying_party_are_still_listed_and_deleted(world, pool, token):
    key = await register(world, token)
    await turn_on(world, pool, RelyingPartyId="new.example.com")

    assert [found["RelyingPartyId"] for found in await listed(world, token)] == [DOMAIN]
    await delete(world, token, key)


async def test_passkeys_that_are_both_factors_are_asked_to_verify_the_user(world, pool, token):
    """[K]"""
    await turn_on(world, pool, UserVerification="preferred", **BOTH_FACTORS)

    options = await begun(world, token)

    assert options["authenticatorSelection"]["userVerification"] == "required"


async def test_a_pool_shows_its_passkey_settings_with_their_defaults(world, pool):
    assert (await mfa_config(world, pool))["WebAuthnConfiguration"] == SETTINGS


async def test_describing_a_pool_does_not_show_them_and_updating_it_keeps_them(world, pool):
    assert "WebAuthnConfiguration" not in (await world.call("DescribeUserPool", UserPoolId=pool))["UserPool"]

    await world.call("UpdateUserPool", UserPoolId=pool)

    assert (await mfa_config(world, pool))["WebAuthnConfiguration"] == SETTINGS


@pytest.mark.parametrize(
    "domain", ["https://id.example.com", "id.example.com:443", "127.0.0.1", "ID.example.com"]
)
async def test_a_relying_party_that_is_no_domain_is_not_kept(world, pool, domain):
    refused = await refusal(
        world, "SetUserPoolMfaConfig", UserPoolId=pool, WebAuthnConfiguration={"RelyingPartyId": domain}
    )

    assert refused.startswith("InvalidParameterException: RelyingPartyId must be a domain")
    assert (await mfa_config(world, pool))["WebAuthnConfiguration"] == SETTINGS


async def test_the_lite_tier_cannot_set_passkeys_where_tiers_are_enforced(world):
    world.with_settings(tiers="enforced")
    pool = await world.pool(UserPoolTier="LITE")
    setting = {"UserPoolId": pool, "WebAuthnConfiguration": {"RelyingPartyId": DOMAIN}}

    assert (await refusal(world, "SetUserPoolMfaConfig", **setting)).startswith(
        "FeatureUnavailableInTierException"
    )
    await world.call("UpdateUserPool", UserPoolId=pool, UserPoolTier="ESSENTIALS")
    await world.call("SetUserPoolMfaConfig", **setting)
