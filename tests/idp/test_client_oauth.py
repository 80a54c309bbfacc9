"""OAuth settings of app clients over the API (behaviour file, 1.11 and 6.9)."""

from tests.idp.refused import refusal

WEB = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "photos/read"],
    "CallbackURLs": ["https://app.example.com/callback"],
    "LogoutURLs": ["https://app.example.com/bye"],
    "DefaultRedirectURI": "https://app.example.com/callback",
    "SupportedIdentityProviders": ["COGNITO"],
}
PHOTOS = {
    "Identifier": "photos",
    "Name": "Photos",
    "Scopes": [{"ScopeName": "read", "ScopeDescription": "See photos"}],
}


async def _pool_with_photos(world):
    pool_id = await world.pool()
    await world.call("CreateResourceServer", UserPoolId=pool_id, **PHOTOS)
    return pool_id


async def test_a_client_shows_its_oauth_settings_as_they_were_given(world):
    client = await world.client(await _pool_with_photos(world), **WEB)

    names = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}
    shown = (await world.call("DescribeUserPoolClient", **names))["UserPoolClient"]
    assert WEB.items() <= shown.items()


async def test_an_update_that_leaves_them_out_takes_them_away(world):
    client = await world.client(await _pool_with_photos(world), **WEB)
    names = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}

    updated = (await world.call("UpdateUserPoolClient", **names))["UserPoolClient"]

    assert updated["AllowedOAuthFlowsUserPoolClient"] is False
    assert not WEB.keys() - {"AllowedOAuthFlowsUserPoolClient"} & updated.keys()


async def test_a_client_keeps_a_scope_that_is_gone_but_is_not_given_it_anew(world):
    pool_id = await _pool_with_photos(world)
    client = await world.client(pool_id, **WEB)
    names = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}

    await world.call("DeleteResourceServer", UserPoolId=pool_id, Identifier="photos")

    shown = (await world.call("DescribeUserPoolClient", **names))["UserPoolClient"]
    assert shown["AllowedOAuthScopes"] == ["openid", "photos/read"]
    assert await refusal(world, "UpdateUserPoolClient", **names, **WEB) == (
        "ScopeDoesNotExistException: Invalid scope requested: photos/read"
    )
    await world.call("CreateResourceServer", UserPoolId=pool_id, **PHOTOS)
    await world.call("UpdateUserPoolClient", **names, **WEB)


async def test_the_scope_of_another_pool_does_not_exist(world):
    await _pool_with_photos(world)
    other = await world.pool()

    assert await refusal(world, "CreateUserPoolClient", UserPoolId=other, ClientName="app", **WEB) == (
        "ScopeDoesNotExistException: Invalid scope requested: photos/read"
    )
    await world.client(other, **(WEB | {"AllowedOAuthScopes": ["openid"]}))


async def test_an_update_knows_whether_the_client_has_a_secret(world):
    machine = {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["photos/read"]}
    pool_id = await _pool_with_photos(world)
    public, confidential = await world.client(pool_id), await world.client(pool_id, GenerateSecret=True)

    assert await refusal(
        world, "UpdateUserPoolClient", UserPoolId=pool_id, ClientId=public["ClientId"], **machine
    ) == (
        "InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a "
        "client secret."
    )
    await world.call("UpdateUserPoolClient", UserPoolId=pool_id, ClientId=confidential["ClientId"], **machine)


async def test_a_client_for_tokens_of_its_own_has_that_flow_alone(world):
    pool_id = await world.pool()

    client = await world.client(pool_id, GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"])

    assert client["ExplicitAuthFlows"] == ["ALLOW_CLIENT_TOKEN_AUTH"]


async def test_the_scope_that_registers_clients_needs_no_resource_server(world):
    pool_id = await world.pool()
    scopes = ["aws.cognito/dcr/register"]

    client = await world.client(
        pool_id,
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=scopes,
    )

    assert client["AllowedOAuthScopes"] == scopes
