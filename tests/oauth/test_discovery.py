"""What verifiers and OAuth clients read first: member by member, in the order of Cognito (4.4, RFC 8414)."""

import json

import pytest
from tests.world import World

from poolhouse.context import Snapshot
from poolhouse.oauth import discovery
from poolhouse.store import snapshots

# What both documents say of every pool, beside addresses and scopes.
SAID = {
    "authorization_response_iss_parameter_supported": True,
    "code_challenge_methods_supported": ["S256"],
    "grant_types_supported": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "response_modes_supported": ["query", "fragment"],
    "response_types_supported": ["code", "token"],
    "subject_types_supported": ["public"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
}
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"
DOMAIN = {"Domain": "login.example.com", "CustomDomainConfig": {"CertificateArn": ARN}}
OIDC_SCOPES = ["openid", "email", "phone", "profile"]


async def _snapshot(world: World, pool: str) -> Snapshot:
    return await snapshots.of_pool(world.env, pool)


async def test_without_a_domain_the_members_of_cognito_are_based_on_the_issuer(world: World) -> None:
    pool = await world.pool()
    issuer = f"{world.env.settings.public_url}/{pool}"

    document = discovery.openid_configuration(world.env.settings, await _snapshot(world, pool))

    assert list(document) == sorted(document)
    assert document == SAID | {
        "authorization_endpoint": f"{issuer}/authorize",
        "end_session_endpoint": f"{issuer}/logout",
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "revocation_endpoint": f"{issuer}/revoke",
        "scopes_supported": OIDC_SCOPES,
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userInfo",
    }


async def test_with_a_domain_the_endpoints_are_there_and_the_issuer_stays(world: World) -> None:
    pool = await world.pool()
    await world.call("CreateUserPoolDomain", UserPoolId=pool, **DOMAIN)
    settings = world.env.settings
    issuer, domain = f"{settings.public_url}/{pool}", "http://login.example.com:8400"

    document = discovery.openid_configuration(settings, await _snapshot(world, pool))

    assert document == SAID | {
        "authorization_endpoint": f"{domain}/oauth2/authorize",
        "end_session_endpoint": f"{domain}/logout",
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "revocation_endpoint": f"{domain}/oauth2/revoke",
        "scopes_supported": OIDC_SCOPES,
        "token_endpoint": f"{domain}/oauth2/token",
        "userinfo_endpoint": f"{domain}/oauth2/userInfo",
    }


@pytest.mark.parametrize("with_domain", [False, True])
async def test_the_metadata_of_the_server_names_the_origin_of_the_issuer_alone(
    world: World, with_domain: bool
) -> None:
    pool = await world.pool()
    if with_domain:
        await world.call("CreateUserPoolDomain", UserPoolId=pool, **DOMAIN)
    issuer = f"{world.env.settings.public_url}/{pool}"

    document = discovery.authorization_server(world.env.settings, await _snapshot(world, pool))

    assert list(document) == sorted(document)
    assert document == SAID | {
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "end_session_endpoint": f"{issuer}/logout",
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "scopes_supported": OIDC_SCOPES,
        "token_endpoint": f"{issuer}/oauth2/token",
        "userinfo_endpoint": f"{issuer}/oauth2/userInfo",
    }


async def test_registration_is_named_while_it_is_on_and_with_it_the_scopes_that_it_can_give(
    world: World,
) -> None:
    pool = await world.pool()
    await world.call(
        "CreateResourceServer",
        UserPoolId=pool,
        Identifier="notes",
        Name="Notes",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read notes"}],
    )
    setting = {"AllowedScopes": ["notes/read", "gone/read", "aws.cognito/dcr/register"]}
    await world.call("UpdateUserPool", UserPoolId=pool, DcrConfiguration=setting)
    issuer = f"{world.env.settings.public_url}/{pool}"

    on = await _snapshot(world, pool)
    await world.call("UpdateUserPool", UserPoolId=pool, DcrConfiguration={"EnableStatus": "Disabled"})
    off = await _snapshot(world, pool)

    settings = world.env.settings
    for describe in (discovery.openid_configuration, discovery.authorization_server):
        assert describe(settings, on)["registration_endpoint"] == f"{issuer}/oauth2/register"
        assert "registration_endpoint" not in describe(settings, off)
    assert discovery.authorization_server(settings, on)["scopes_supported"] == [*OIDC_SCOPES, "notes/read"]
    assert discovery.authorization_server(settings, off)["scopes_supported"] == OIDC_SCOPES


async def test_the_jwks_has_two_keys_of_2048_bits_and_nothing_private(world: World) -> None:
    pool = await world.pool()

    keys = discovery.jwks(await _snapshot(world, pool))["keys"]

    assert [list(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]] * 2
    assert {(key["alg"], key["e"], key["kty"], key["use"]) for key in keys} == {
        ("RS256", "AQAB", "RSA", "sig")
    }
    assert [len(key["kid"]) for key in keys] == [43, 43]
    assert [len(key["n"]) for key in keys] == [342, 342]
    assert len({json.dumps(key) for key in keys}) == 2
