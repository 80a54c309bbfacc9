"""App clients and their secrets (behaviour file, 1.11 and 3.9)."""

import asyncio

import pytest
from tests.idp.refused import refusal

from poolhouse.errors import ApiError
from poolhouse.ports import HOUR, SECOND


async def _create(world, pool_id, **request):
    return (
        await world.call("CreateUserPoolClient", **({"UserPoolId": pool_id, "ClientName": "app"} | request))
    )["UserPoolClient"]


async def _describe(world, client):
    names = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}
    return (await world.call("DescribeUserPoolClient", **names))["UserPoolClient"]


def _names(client):
    return {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}


async def test_a_client_made_with_a_name_only_shows_the_published_defaults(world):
    pool_id = await world.pool()

    client = await _create(world, pool_id)

    assert len(client["ClientId"]) == 26
    assert client["ClientId"].isalnum()
    assert client["ClientId"] == client["ClientId"].lower()
    assert client == {
        "UserPoolId": pool_id,
        "ClientId": client["ClientId"],
        "ClientName": "app",
        "ClientType": "REGULAR",
        "CreationDate": client["CreationDate"],
        "LastModifiedDate": client["CreationDate"],
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AuthSessionValidity": 3,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AllowedOAuthFlowsUserPoolClient": False,
        "PreventUserExistenceErrors": "LEGACY",
    }
    assert await _describe(world, client) == client


async def test_a_generated_secret_is_shown_and_has_the_form_that_the_model_allows(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)

    assert len(client["ClientSecret"]) == 51
    assert client["ClientSecret"].isalnum()
    assert (await _describe(world, client))["ClientSecret"] == client["ClientSecret"]


async def test_a_secret_may_be_given_but_not_given_and_generated(world):
    pool_id = await world.pool()

    assert (await _create(world, pool_id, ClientSecret="s" * 24))["ClientSecret"] == "s" * 24
    answer = await refusal(
        world,
        "CreateUserPoolClient",
        UserPoolId=pool_id,
        ClientName="app",
        GenerateSecret=True,
        ClientSecret="s" * 24,
    )
    assert answer == "InvalidParameterException: GenerateSecret and ClientSecret cannot both be set."


async def test_a_client_of_another_pool_or_of_none_is_not_found(world):
    client = await _create(world, await world.pool())
    other = await world.pool()

    for operation in (
        "DescribeUserPoolClient",
        "UpdateUserPoolClient",
        "DeleteUserPoolClient",
        "AddUserPoolClientSecret",
        "ListUserPoolClientSecrets",
    ):
        for pool_id, client_id in ((other, client["ClientId"]), (client["UserPoolId"], "unknown")):
            assert await refusal(world, operation, UserPoolId=pool_id, ClientId=client_id) == (
                f"ResourceNotFoundException: User pool client {client_id} does not exist."
            )
    assert await _describe(world, client) == client


async def test_a_pool_holds_so_many_clients(world):
    world.with_settings(quota_resources={"AppClients": 2})
    pool_id, other = await world.pool(), await world.pool()
    for _ in range(2):
        await _create(world, pool_id)

    assert await refusal(world, "CreateUserPoolClient", UserPoolId=pool_id, ClientName="app") == (
        "LimitExceededException: A user pool can have 2 app clients at most."
    )
    await _create(world, other)


async def test_an_update_sets_what_it_leaves_out_to_its_default_and_keeps_name_and_secret(world):
    client = await _create(
        world,
        await world.pool(),
        GenerateSecret=True,
        AccessTokenValidity=2,
        PreventUserExistenceErrors="ENABLED",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    world.advance(HOUR)

    updated = (await world.call("UpdateUserPoolClient", **_names(client), IdTokenValidity=3))[
        "UserPoolClient"
    ]

    assert updated["ClientName"] == "app"
    assert updated["ClientSecret"] == client["ClientSecret"]
    assert updated["IdTokenValidity"] == 3
    assert updated["PreventUserExistenceErrors"] == "LEGACY"
    assert not {"AccessTokenValidity", "ExplicitAuthFlows"} & set(updated)
    assert updated["LastModifiedDate"] >= client["CreationDate"] + HOUR
    assert await _describe(world, client) == updated


async def test_a_client_that_breaks_a_rule_is_refused_and_nothing_changes(world):
    client = await _create(world, await world.pool(), ClientName="before")

    for request, answer in (
        (
            {"AllowedOAuthFlowsUserPoolClient": True},
            "InvalidParameterException: AllowedOAuthFlows and AllowedOAuthScopes are required",
        ),
        ({"AllowedOAuthScopes": ["api/read"]}, "ScopeDoesNotExistException: Invalid scope requested: api/r"),
        ({"AllowedOAuthFlows": ["code"]}, "InvalidOAuthFlowException: CallbackUrls can not be empty"),
        (
            {"SupportedIdentityProviders": ["Google"]},
            "InvalidParameterException: The provider Google does not exist for User Pool us-east-1_",
        ),
        ({"AccessTokenValidity": 25}, "InvalidParameterException: Invalid range for token validity."),
        ({"WriteAttributes": ["sub"]}, "InvalidParameterException: Invalid write attributes specified"),
        (
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]},
            "InvalidParameterException: REFRESH_TOKEN_AUTH should always be allowed.",
        ),
    ):
        changed = {"ClientName": "after", **request}
        assert (await refusal(world, "UpdateUserPoolClient", **_names(client), **changed)).startswith(answer)
        made = {"UserPoolId": client["UserPoolId"], **changed}
        assert (await refusal(world, "CreateUserPoolClient", **made)).startswith(answer)

    assert await _describe(world, client) == client
    listed = await world.call("ListUserPoolClients", UserPoolId=client["UserPoolId"])
    assert [one["ClientName"] for one in listed["UserPoolClients"]] == ["before"]


async def test_a_deleted_client_signs_nobody_in_and_refreshes_nothing(world):
    pool_id = await world.pool()
    client = await world.client(pool_id)
    await world.user(pool_id)
    tokens = await world.tokens(client)
    refresh = {
        "ClientId": client["ClientId"],
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }
    assert (await world.call("InitiateAuth", **refresh))["AuthenticationResult"]

    assert await world.call("DeleteUserPoolClient", UserPoolId=pool_id, ClientId=client["ClientId"]) == {}

    gone = f"ResourceNotFoundException: User pool client {client['ClientId']} does not exist."
    assert await refusal(world, "InitiateAuth", **refresh) == gone
    assert (
        await refusal(world, "DescribeUserPoolClient", UserPoolId=pool_id, ClientId=client["ClientId"])
        == gone
    )


async def test_clients_are_listed_page_by_page_with_ids_and_names_only(world):
    pool_id = await world.pool()
    made = [(await _create(world, pool_id, ClientName=f"app{n}"))["ClientId"] for n in range(5)]

    found, token = [], {}
    while True:
        page = await world.call("ListUserPoolClients", UserPoolId=pool_id, MaxResults=2, **token)
        found += page["UserPoolClients"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert sorted(client["ClientId"] for client in found) == sorted(made)
    assert all(set(client) == {"ClientId", "UserPoolId", "ClientName"} for client in found)
    assert (await world.call("ListUserPoolClients", UserPoolId=pool_id, ClientType="DCR"))[
        "UserPoolClients"
    ] == []


async def test_a_page_token_of_one_pool_does_not_open_in_another(world):
    pool_id, other = await world.pool(), await world.pool()
    for _ in range(2):
        await _create(world, pool_id)
    token = (await world.call("ListUserPoolClients", UserPoolId=pool_id, MaxResults=1))["NextToken"]

    assert "Invalid pagination token" in await refusal(
        world, "ListUserPoolClients", UserPoolId=other, NextToken=token
    )
    assert await world.call("ListUserPoolClients", UserPoolId=pool_id, NextToken=token)


async def test_a_second_secret_is_added_and_both_work_until_the_first_is_deleted(world):
    pool_id = await world.pool()
    client = await world.client(pool_id, GenerateSecret=True)
    await world.user(pool_id)

    added = (await world.call("AddUserPoolClientSecret", **_names(client)))["ClientSecretDescriptor"]
    newer = client | {"ClientSecret": added["ClientSecretValue"]}
    assert (await world.tokens(client))["AccessToken"]
    assert (await world.tokens(newer))["AccessToken"]

    listed = (await world.call("ListUserPoolClientSecrets", **_names(client)))["ClientSecrets"]
    older_id = next(
        one["ClientSecretId"] for one in listed if one["ClientSecretId"] != added["ClientSecretId"]
    )
    await world.call("DeleteUserPoolClientSecret", **_names(client), ClientSecretId=older_id)

    assert (await world.tokens(newer))["AccessToken"]
    with pytest.raises(ApiError):
        await world.tokens(client)
    assert (await _describe(world, client))["ClientSecret"] == added["ClientSecretValue"]


async def test_a_secret_id_names_the_client_and_the_second(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)

    added = (await world.call("AddUserPoolClientSecret", **_names(client)))["ClientSecretDescriptor"]

    client_id, _, second = added["ClientSecretId"].partition("--")
    assert client_id == client["ClientId"]
    assert abs(int(second) - world.now // SECOND) <= 2
    ids = [
        one["ClientSecretId"]
        for one in (await world.call("ListUserPoolClientSecrets", **_names(client)))["ClientSecrets"]
    ]
    assert len(set(ids)) == 2


async def test_secrets_are_listed_without_their_values(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)

    (listed,) = (await world.call("ListUserPoolClientSecrets", **_names(client)))["ClientSecrets"]

    assert set(listed) == {"ClientSecretId", "ClientSecretCreateDate"}
    assert "Invalid pagination token" in await refusal(
        world, "ListUserPoolClientSecrets", **_names(client), NextToken="x"
    )


async def test_a_secret_that_was_given_is_not_answered_back(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)

    added = await world.call("AddUserPoolClientSecret", **_names(client), ClientSecret="g" * 30)

    assert set(added["ClientSecretDescriptor"]) == {"ClientSecretId", "ClientSecretCreateDate"}


async def test_a_client_has_two_secrets_at_most_however_many_ask_at_once(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)

    async def add():
        try:
            await world.call("AddUserPoolClientSecret", **_names(client))
        except ApiError as error:
            return error.code
        return "added"

    assert sorted(await asyncio.gather(*(add() for _ in range(10)))) == ["LimitExceededException"] * 9 + [
        "added"
    ]
    assert await refusal(world, "AddUserPoolClientSecret", **_names(client)) == (
        "LimitExceededException: An app client can have 2 secrets at most."
    )


async def test_the_last_secret_and_an_unknown_one_are_not_deleted(world):
    client = await _create(world, await world.pool(), GenerateSecret=True)
    (listed,) = (await world.call("ListUserPoolClientSecrets", **_names(client)))["ClientSecrets"]

    answer = await refusal(
        world, "DeleteUserPoolClientSecret", **_names(client), ClientSecretId=listed["ClientSecretId"]
    )
    assert answer == "InvalidParameterException: The last secret of an app client cannot be deleted."
    assert await refusal(
        world, "DeleteUserPoolClientSecret", **_names(client), ClientSecretId="unknown--1"
    ) == ("ResourceNotFoundException: Client secret unknown--1 does not exist.")


async def test_a_public_client_gets_no_secret(world):
    public = await _create(world, await world.pool())

    assert "is public: it has no secret to rotate" in await refusal(
        world, "AddUserPoolClientSecret", **_names(public)
    )
    assert (await world.call("ListUserPoolClientSecrets", **_names(public)))["ClientSecrets"] == []
