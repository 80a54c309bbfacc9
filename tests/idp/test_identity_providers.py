"""Identity providers of a pool (behaviour file, 1.13 and 6.8)."""

import asyncio

import pytest
from tests.idp.refused import refusal
from tests.providers import DETAILS, ISSUER, OIDC, add_providers, request

from poolhouse.ports import SECOND, Statement
from poolhouse.store import snapshots

_ROWS = Statement("SELECT sealed, config FROM identity_providers WHERE pool_id = :pool_id")


async def create(world, pool, name, **changes):
    made = await world.call("CreateIdentityProvider", **request(pool, name, **changes))
    return made["IdentityProvider"]


async def describe(world, pool, name):
    found = await world.call("DescribeIdentityProvider", UserPoolId=pool, ProviderName=name)
    return found["IdentityProvider"]


async def create_refused(world, pool, name, **changes):
    return await refusal(world, "CreateIdentityProvider", **request(pool, name, **changes))


@pytest.fixture
async def pool(world):
    return await world.pool(Schema=[{"Name": "plan", "AttributeDataType": "String"}])


async def test_an_oidc_provider_is_described_as_aws_documents(world, pool):
    made = await create(
        world,
        pool,
        "corp",
        AttributeMapping={"email": "mail", "custom:plan": "p"},
        IdpIdentifiers=["corp.com"],
    )

    assert made == {
        "UserPoolId": pool,
        "ProviderName": "corp",
        "ProviderType": "OIDC",
        "ProviderDetails": {**OIDC, "attributes_url_add_attributes": "false"},
        "AttributeMapping": {"email": "mail", "custom:plan": "p", "username": "sub"},
        "IdpIdentifiers": ["corp.com"],
        "LastModifiedDate": made["CreationDate"],
        "CreationDate": made["CreationDate"],
    }
    assert await describe(world, pool, "corp") == made


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "Google",
            {
                "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                "oidc_issuer": "https://accounts.google.com",
                "token_request_method": "POST",
                "token_url": "https://www.googleapis.com/oauth2/v4/token",
            },
        ),
        (
            "Facebook",
            {
                "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
                "token_request_method": "GET",
                "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
            },
        ),
        (
            "LoginWithAmazon",
            {
                "attributes_url": "https://api.amazon.com/user/profile",
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://www.amazon.com/ap/oa",
                "token_request_method": "POST",
                "token_url": "https://api.amazon.com/auth/o2/token",
            },
        ),
        (
            "SignInWithApple",
            {
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://appleid.apple.com/auth/authorize",
                "oidc_issuer": "https://appleid.apple.com",
                "token_request_method": "POST",
                "token_url": "https://appleid.apple.com/auth/token",
            },
        ),
    ],
)
async def test_a_social_provider_shows_its_own_addresses_and_no_private_key(world, pool, name, found):
    made = await create(world, pool, name)

    given = {key: value for key, value in DETAILS[name].items() if key != "private_key"}
    assert made["ProviderDetails"] == given | found
    again = await world.call(
        "UpdateIdentityProvider", UserPoolId=pool, ProviderName=name, ProviderDetails=made["ProviderDetails"]
    )
    assert again["IdentityProvider"]["ProviderDetails"] == made["ProviderDetails"]


async def test_the_private_key_of_apple_stays_when_what_was_shown_is_sent_back(world, pool):
    made = await create(world, pool, "SignInWithApple")

    await world.call(
        "UpdateIdentityProvider",
        UserPoolId=pool,
        ProviderName="SignInWithApple",
        ProviderDetails=made["ProviderDetails"] | {"key_id": "another"},
    )

    provider = (await snapshots.of_pool(world.env, pool)).providers["SignInWithApple"]
    assert provider.details["private_key"] == DETAILS["SignInWithApple"]["private_key"]
    assert provider.details["key_id"] == "another"


async def test_secrets_are_sealed_in_the_store_and_in_no_repr(world, pool):
    await create(world, pool, "corp")

    [row] = await world.env.db.read(lambda tx: tx.all(_ROWS, pool_id=pool))
    secret = OIDC["client_secret"]
    assert secret.encode() not in row["sealed"]
    assert secret not in row["config"]
    snapshot = await snapshots.of_pool(world.env, pool)
    assert snapshot.providers["corp"].details["client_secret"] == secret
    assert secret not in repr(snapshot.providers)


async def test_a_name_is_given_once_in_a_pool(world, pool):
    await create(world, pool, "corp")

    refused = await create_refused(world, pool, "corp")

    assert refused.startswith("DuplicateProviderException: ")
    await create(world, pool, "corp2")
    await create(world, await world.pool(), "corp")


async def test_of_two_who_make_one_name_at_once_one_succeeds(world, pool):
    results = await asyncio.gather(
        create(world, pool, "corp"), create(world, pool, "corp"), return_exceptions=True
    )

    assert sum(isinstance(result, dict) for result in results) == 1


async def test_an_identifier_belongs_to_one_provider_of_the_pool(world, pool):
    await create(world, pool, "corp", IdpIdentifiers=["corp.com", "corp.de"])

    refused = await create_refused(world, pool, "other", IdpIdentifiers=["other.com", "corp.com"])

    assert refused.startswith("InvalidParameterException: The identifier corp.com belongs to another")
    listed = await world.call("ListIdentityProviders", UserPoolId=pool)
    assert [found["ProviderName"] for found in listed["Providers"]] == ["corp"]
    await world.call(
        "UpdateIdentityProvider", UserPoolId=pool, ProviderName="corp", IdpIdentifiers=["corp.de"]
    )
    await create(world, pool, "other", IdpIdentifiers=["other.com", "corp.com"])


async def test_a_provider_is_found_by_its_identifier(world, pool):
    made = await create(world, pool, "corp", IdpIdentifiers=["corp.com"])

    found = await world.call("GetIdentityProviderByIdentifier", UserPoolId=pool, IdpIdentifier="corp.com")
    nothing = await refusal(
        world, "GetIdentityProviderByIdentifier", UserPoolId=pool, IdpIdentifier="corp.de"
    )

    assert found["IdentityProvider"] == made
    assert nothing.startswith("ResourceNotFoundException: ")


async def test_an_update_replaces_what_it_names_and_leaves_the_rest(world, pool):
    made = await create(world, pool, "corp", AttributeMapping={"email": "mail"}, IdpIdentifiers=["a", "b"])
    world.advance(SECOND)

    changed = await world.call(
        "UpdateIdentityProvider", UserPoolId=pool, ProviderName="corp", AttributeMapping={"name": "n"}
    )

    expected = made | {"AttributeMapping": {"name": "n", "username": "sub"}}
    found = changed["IdentityProvider"]
    assert found | {"LastModifiedDate": 0} == expected | {"LastModifiedDate": 0}
    assert found["LastModifiedDate"] >= made["LastModifiedDate"] + SECOND
    assert await describe(world, pool, "corp") == found


async def test_a_deleted_provider_is_gone_with_its_identifiers(world, pool):
    await create(world, pool, "corp", IdpIdentifiers=["corp.com"])

    assert await world.call("DeleteIdentityProvider", UserPoolId=pool, ProviderName="corp") == {}

    for name in ("DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider"):
        refused = await refusal(world, name, UserPoolId=pool, ProviderName="corp")
        assert refused == "ResourceNotFoundException: Identity provider corp does not exist."
    assert (await snapshots.of_pool(world.env, pool)).providers == {}
    await create(world, pool, "corp", IdpIdentifiers=["corp.com"])


async def test_providers_are_listed_by_name_in_pages(world, pool):
    await add_providers(world, pool, "corp", "Google", "other")

    first = await world.call("ListIdentityProviders", UserPoolId=pool, MaxResults=2)
    rest = await world.call(
        "ListIdentityProviders", UserPoolId=pool, MaxResults=2, NextToken=first["NextToken"]
    )

    names = [(found["ProviderName"], found["ProviderType"]) for found in first["Providers"]]
    assert names == [("Google", "Google"), ("corp", "OIDC")]
    assert [found["ProviderName"] for found in rest["Providers"]] == ["other"]
    assert "NextToken" not in rest


async def test_a_pool_has_so_many_providers_and_no_more(world, pool):
    world.with_settings(quota_resources={"IdentityProviders": 2})
    await add_providers(world, pool, "corp", "other")

    refused = await create_refused(world, pool, "third")

    assert refused.startswith("LimitExceededException: ")
    await world.call("DeleteIdentityProvider", UserPoolId=pool, ProviderName="corp")
    await create(world, pool, "third")


async def test_levels_are_kept_replaced_and_taken_away(world, pool):
    levels = {"Level1": "urn:corp:low", "Level4": "urn:corp:high"}
    made = await create(world, pool, "corp", AcrMapping=levels)
    name = {"UserPoolId": pool, "ProviderName": "corp"}
    assert made["AcrMapping"] == levels

    other = await world.call("UpdateIdentityProvider", **name, IdpIdentifiers=["corp.example"])
    assert other["IdentityProvider"]["AcrMapping"] == levels

    await world.call("UpdateIdentityProvider", **name, AcrMapping={"Level2": "urn:corp:code"})
    found = (await world.call("DescribeIdentityProvider", **name))["IdentityProvider"]
    assert found["AcrMapping"] == {"Level2": "urn:corp:code"}

    await world.call("UpdateIdentityProvider", **name, AcrMapping={})
    assert "AcrMapping" not in (await world.call("DescribeIdentityProvider", **name))["IdentityProvider"]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("_corp", {}),
        ("corp corp", {}),
        ("corp_ration", {}),
        ("Google", {"ProviderType": "OIDC", "ProviderDetails": OIDC}),
        ("COGNITO", {}),
        ("cognito", {}),
        ("MyGoogle", {"ProviderType": "Google", "ProviderDetails": DETAILS["Google"]}),
        ("corp", {"ProviderType": "SAML", "ProviderDetails": {"MetadataURL": ISSUER}}),
        ("corp", {"AttributeMapping": {"nickname2": "n"}}),
        ("corp", {"AttributeMapping": {"sub": "sub"}}),
        ("corp", {"AttributeMapping": {"identities": "sub"}}),
        ("corp", {"AttributeMapping": {"custom:other": "n"}}),
        ("corp", {"AttributeMapping": {"email": ""}}),
        ("corp", {"AttributeMapping": {"username": "email"}}),
        ("corp", {"IdpIdentifiers": ["a,b"]}),
        ("corp", {"IdpIdentifiers": [f"i{number}" for number in range(51)]}),
        ("Google", {"AcrMapping": {"Level1": "low"}}),
        ("corp", {"AcrMapping": {"Level5": "low"}}),
        ("corp", {"AcrMapping": {"Level1": "two words"}}),
    ],
)
async def test_a_provider_that_makes_no_sense_is_refused(world, pool, name, changes):
    assert (await create_refused(world, pool, name, **changes)).startswith("InvalidParameterException: ")

    assert (await world.call("ListIdentityProviders", UserPoolId=pool))["Providers"] == []
    mapping = {"nickname": "n", "custom:plan": "p", "username": "sub", "email_verified": "email_verified"}
    identifiers = [f"i{number}" for number in range(50)]
    await create(world, pool, "corp", AttributeMapping=mapping, IdpIdentifiers=identifiers)


@pytest.mark.parametrize(
    ("name", "details"),
    [
        ("Google", {"client_secret": ""}),
        ("Google", {"authorize_scopes": "email everything"}),
        ("Google", {"token_url": "https://evil.example.com/token"}),
        ("Google", {"team_id": "x"}),
        ("Facebook", {"api_version": "17"}),
        ("Facebook", {"api_version": "v17"}),
        ("Facebook", {"api_version": "v1/../../x"}),
        ("LoginWithAmazon", {"authorize_scopes": "email"}),
        ("SignInWithApple", {"private_key": ""}),
        ("SignInWithApple", {"team_id": ""}),
        ("SignInWithApple", {"client_secret": "x"}),
    ],
)
async def test_details_of_a_social_provider_that_make_no_sense_are_refused(world, pool, name, details):
    refused = await create_refused(world, pool, name, ProviderDetails=DETAILS[name] | details)

    assert refused.startswith("InvalidParameterException: ProviderDetails")
    await create(world, pool, name)


async def test_a_client_supports_the_pool_itself_and_providers_that_are_there(world, pool):
    await create(world, pool, "corp")

    refused = await refusal(
        world,
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="app",
        SupportedIdentityProviders=["COGNITO", "Google"],
    )

    assert refused == f"InvalidParameterException: The provider Google does not exist for User Pool {pool}"
    client = await world.client(pool, SupportedIdentityProviders=["COGNITO", "corp"])
    assert client["SupportedIdentityProviders"] == ["COGNITO", "corp"]
    update = {"UserPoolId": pool, "ClientId": client["ClientId"], "SupportedIdentityProviders": ["Google"]}
    assert (await refusal(world, "UpdateUserPoolClient", **update)).startswith("InvalidParameterException: ")
    await create(world, pool, "Google")
    await world.call("UpdateUserPoolClient", **update)
