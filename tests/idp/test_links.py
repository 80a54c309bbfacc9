"""Linked identities (1.6, 1.17)."""

import asyncio
import base64
import json

import pytest
from tests.idp.refused import pairs, plain, refusal
from tests.providers import add_providers

NOBODY = "UserNotFoundException: User does not exist."
LINKED = "InvalidParameterException: SourceUser is already linked to DestinationUser"
MERGING = "InvalidParameterException: Merging is not currently supported, please contact Cognito team."
SUBJECT = "Cognito_Subject"


def identity(provider, value, attribute=SUBJECT):
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def linking(pool, source, username="ada"):
    native = {"ProviderName": "Cognito", "ProviderAttributeValue": username}
    return {"UserPoolId": pool, "DestinationUser": native, "SourceUser": source}


async def link(world, pool, source, username="ada"):
    return await world.call("AdminLinkProviderForUser", **linking(pool, source, username))


async def link_refused(world, pool, source, username="ada"):
    return await refusal(world, "AdminLinkProviderForUser", **linking(pool, source, username))


async def linked(world, pool, username="ada"):
    found = await world.call("AdminGetUser", UserPoolId=pool, Username=username)
    return json.loads(plain(found["UserAttributes"]).get("identities", "[]"))


async def pool_of(world, **settings):
    """A pool with identity providers."""
    made = await world.pool(**settings)
    await add_providers(world, made, "Google", "Facebook", "SignInWithApple", "LinkedIn", "corp")
    return made


@pytest.fixture
async def pool(world):
    made = await pool_of(world)
    await world.user(made, "ada", locale="en")
    await world.user(made, "bob")
    return made


async def test_a_linked_identity_shows_in_profile_listing_and_id_token(world, pool):
    assert await link(world, pool, identity("Google", "109")) == {}

    [entry] = await linked(world, pool)
    assert (entry["userId"], entry["providerName"], entry["providerType"]) == ("109", "Google", "Google")
    assert entry["primary"] == "false"
    tokens = await world.tokens(await world.client(pool))
    own = await world.call("GetUser", AccessToken=tokens["AccessToken"])
    assert json.loads(plain(own["UserAttributes"])["identities"]) == [entry]
    payload = tokens["IdToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["identities"] == [entry]
    users = (await world.call("ListUsers", UserPoolId=pool, Filter='username = "ada"'))["Users"]
    assert json.loads(plain(users[0]["Attributes"])["identities"]) == [entry]
    assert await linked(world, pool, "bob") == []


async def test_a_user_has_five_links_and_no_sixth(world, pool):
    for number in range(5):
        await link(world, pool, identity("corp", f"s{number}", "email"))

    refused = await link_refused(world, pool, identity("corp", "s5", "email"))

    assert refused.startswith("LimitExceededException: ")
    assert [entry["userId"] for entry in await linked(world, pool)] == ["s0", "s1", "s2", "s3", "s4"]
    await link(world, pool, identity("corp", "s5", "email"), "bob")


async def test_of_many_links_at_once_five_stay(world, pool):
    calls = [link(world, pool, identity("Google", str(number))) for number in range(8)]

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert results.count({}) == 5
    assert len(await linked(world, pool)) == 5


async def test_one_identity_is_linked_once(world, pool):
    await link(world, pool, identity("Google", "109"))

    assert await link_refused(world, pool, identity("Google", "109")) == LINKED
    assert await link_refused(world, pool, identity("Google", "109"), "bob") == MERGING
    assert len(await linked(world, pool)) == 1
    assert await linked(world, pool, "bob") == []
    await link(world, pool, identity("Facebook", "109"), "bob")


async def test_of_two_users_who_get_one_identity_at_once_one_has_it(world, pool):
    google = identity("Google", "109")

    results = await asyncio.gather(
        link(world, pool, google), link(world, pool, google, "bob"), return_exceptions=True
    )

    assert results.count({}) == 1
    assert len(await linked(world, pool)) + len(await linked(world, pool, "bob")) == 1


async def test_subjects_keep_their_case(world):
    pool = await pool_of(world, UsernameConfiguration={"CaseSensitive": False})
    await world.user(pool, "ada")
    await link(world, pool, identity("LinkedIn", "MdRhJ"), "ADA")

    refused = await refusal(
        world, "AdminDisableProviderForUser", UserPoolId=pool, User=identity("LinkedIn", "mdrhj")
    )
    assert refused == NOBODY
    await world.call("AdminDisableProviderForUser", UserPoolId=pool, User=identity("LinkedIn", "MdRhJ"))
    assert await linked(world, pool) == []


async def test_the_destination_is_a_native_user_by_user_name(world):
    pool = await pool_of(world, AliasAttributes=["email"])
    await world.user(pool, "ada", email="ada@example.com", email_verified="true")
    google = identity("Google", "109")

    assert await link_refused(world, pool, google, "nobody") == NOBODY
    assert await link_refused(world, pool, google, "ada@example.com") == NOBODY
    assert await link_refused(world, pool, google, "") == NOBODY
    request = linking(pool, google) | {"DestinationUser": identity("Google", "ada")}
    assert await refusal(world, "AdminLinkProviderForUser", **request) == NOBODY
    request["DestinationUser"] = {"ProviderAttributeValue": "ada"}
    assert await refusal(world, "AdminLinkProviderForUser", **request) == NOBODY
    assert await linked(world, pool) == []
    await link(world, pool, google)


@pytest.mark.parametrize(
    "source",
    [
        identity("Cognito", "bob"),
        identity("Google", "109", "email"),
        identity("SignInWithApple", "109", "sub"),
        {"ProviderName": "Google", "ProviderAttributeName": SUBJECT},
        {"ProviderName": "Google", "ProviderAttributeValue": "109"},
        {"ProviderAttributeName": SUBJECT, "ProviderAttributeValue": "109"},
        identity("Google", ""),
        identity("corp", "x" * 513, "email"),
        identity("corp", "x", "y" * 513),
        identity("corp", "a\0b", "email"),
    ],
)
async def test_a_source_that_makes_no_sense_is_refused(world, pool, source):
    assert (await link_refused(world, pool, source)).startswith("InvalidParameterException: ")
    assert await linked(world, pool) == []
    await link(world, pool, identity("corp", "x" * 512, "email"))


async def test_unlinking_needs_the_values_of_the_link(world, pool):
    await link(world, pool, identity("corp", "ada@corp", "email"))
    await link(world, pool, identity("Google", "109"))

    async def refused(user):
        return await refusal(world, "AdminDisableProviderForUser", UserPoolId=pool, User=user)

    assert await refused(identity("corp", "ada@corp")) == NOBODY
    assert await refused(identity("corp", "bob@corp", "email")) == NOBODY
    assert await refused(identity("Facebook", "109")) == NOBODY
    assert (await refused({"ProviderName": "corp"})).startswith("InvalidParameterException: ")
    assert len(await linked(world, pool)) == 2
    unlinked = identity("corp", "ada@corp", "email")
    assert await world.call("AdminDisableProviderForUser", UserPoolId=pool, User=unlinked) == {}
    assert [entry["providerName"] for entry in await linked(world, pool)] == ["Google"]
    assert await refused(unlinked) == NOBODY
    await link(world, pool, unlinked, "bob")


async def test_a_user_without_native_sign_in_cannot_use_the_password(world):
    pool = await world.pool(AutoVerifiedAttributes=["email"])
    await world.user(pool, "ada", email="ada@example.com", email_verified="true")
    client = await world.client(pool)
    assert await world.tokens(client)
    await world.call("ForgotPassword", ClientId=client["ClientId"], Username="ada")
    code = await world.code(pool)
    user = {"UserPoolId": pool, "User": identity("Cognito", "ada")}

    assert await world.call("AdminDisableProviderForUser", **user) == {}

    signing_in = {
        "ClientId": client["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": "P2$Sword"},
    }
    incorrect = "NotAuthorizedException: Incorrect username or password."
    assert await refusal(world, "InitiateAuth", **signing_in) == incorrect
    reset = {"ClientId": client["ClientId"], "Username": "ada", "Password": "Another1$"}
    refused = await refusal(world, "ConfirmForgotPassword", ConfirmationCode=code, **reset)
    assert refused == "NotAuthorizedException: User password cannot be reset in the current state."
    await world.call(
        "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password="P2$Sword", Permanent=True
    )
    assert await world.tokens(client)


async def test_native_sign_in_is_ended_by_user_name_and_subject_only(world):
    pool = await world.pool(AliasAttributes=["email"])
    await world.user(pool, "ada", email="ada@example.com", email_verified="true")

    for user in (identity("Cognito", "nobody"), identity("Cognito", "ada@example.com")):
        assert await refusal(world, "AdminDisableProviderForUser", UserPoolId=pool, User=user) == NOBODY
    wrong = identity("Cognito", "ada", "email")
    refused = await refusal(world, "AdminDisableProviderForUser", UserPoolId=pool, User=wrong)
    assert refused.startswith("InvalidParameterException: ")
    assert await world.tokens(await world.client(pool))


async def test_a_change_of_attributes_keeps_the_links_and_a_deleted_user_frees_them(world, pool):
    await link(world, pool, identity("Google", "109"))
    await world.call(
        "AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=pairs(locale="de")
    )
    assert len(await linked(world, pool)) == 1

    await world.call("AdminDeleteUser", UserPoolId=pool, Username="ada")

    await link(world, pool, identity("Google", "109"), "bob")


async def test_an_identity_of_a_provider_that_the_pool_does_not_have_is_not_linked(world, pool):
    refused = await link_refused(world, pool, identity("Okta", "109"))

    no_such = f"The provider Okta does not exist for User Pool {pool}"
    assert refused == f"InvalidParameterException: {no_such}"
    assert await linked(world, pool) == []
    await link(world, pool, identity("corp", "109"))


async def test_a_user_of_the_pool_itself_is_no_source(world, pool):
    refused = await link_refused(world, pool, identity("Cognito", "bob"))

    assert refused == (
        "InvalidParameterException: Invalid SourceUser: Cognito users with a username/password may not be "
        "passed in as a SourceUser, only as a DestinationUser"
    )
    await link(world, pool, identity("Google", "bob"))
