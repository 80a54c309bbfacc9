"""GetClientToken and GetDerivedToken (behaviour file, 1.2; RFC 8693)."""

from typing import Any

import pytest
from tests.functions import Event, answering
from tests.oauth.booth import MACHINE, App, Booth, claims, open_booth
from tests.world import World

from poolhouse.errors import ApiError, FunctionFailed
from poolhouse.ports import HOUR, SECOND

IMPERSONATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
DELEGATION = "ALLOW_TOKEN_EXCHANGE_DELEGATION"
REFRESH = "ALLOW_REFRESH_TOKEN_AUTH"


async def with_api(booth: Booth) -> Booth:
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    await booth.world.call(
        "CreateResourceServer", UserPoolId=booth.pool, Identifier="api", Name="API", Scopes=scopes
    )
    return booth


@pytest.fixture
async def booth(world: World) -> Booth:
    """Ada's app may ask for openid, email and two scopes of an API."""
    booth = await with_api(await open_booth(world))
    booth.app = await booth.another_app(AllowedOAuthScopes=["openid", "email", "api/read", "api/write"])
    return booth


async def machine_of(booth: Booth, **settings: Any) -> App:
    usual = {"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "GenerateSecret": True}
    scopes = {"AllowedOAuthScopes": ["api/read", "api/write"]}
    return await booth.world.client(booth.pool, **(usual | scopes | settings))


async def service_of(booth: Booth, *flows: str, **settings: Any) -> App:
    usual = {"ExplicitAuthFlows": [REFRESH, *flows], "AllowedOAuthScopes": ["openid", "email", "api/read"]}
    return await booth.another_app(**(usual | settings))


async def derive(booth: Booth, service: App, token: str, kind: str = "ACCESS_TOKEN", **members: Any) -> Any:
    given = {"ClientId": service["ClientId"], "SubjectToken": token, "SubjectTokenType": kind}
    if "ClientSecret" in service:
        given["ClientSecret"] = service["ClientSecret"]
    return await booth.world.call("GetDerivedToken", **(given | members))


async def client_token(booth: Booth, machine: App, **members: Any) -> dict[str, Any]:
    given = {"ClientId": machine["ClientId"], "Secret": machine["ClientSecret"]}
    answer = await booth.world.call("GetClientToken", **(given | members))
    return dict(answer["ClientAuthenticationResult"])


class TestGetClientToken:
    async def test_a_client_gets_what_the_token_endpoint_would_give_it(self, booth: Booth) -> None:
        machine = await machine_of(booth)

        result = await client_token(booth, machine)

        said = claims(result["AccessToken"])
        assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")
        assert said["sub"] == said["client_id"] == machine["ClientId"]
        assert (said["scope"], said["token_use"], said["version"]) == ("api/read api/write", "access", 2)
        assert claims((await client_token(booth, machine, Scopes=["api/read"]))["AccessToken"])["scope"] == (
            "api/read"
        )

    async def test_it_wants_the_flow_the_secret_and_scopes_of_the_client(self, booth: Booth) -> None:
        machine = await machine_of(booth)
        other = await booth.world.client(booth.pool, **MACHINE)

        with pytest.raises(ApiError, match="Auth flow not enabled for this client"):
            await client_token(booth, other)
        with pytest.raises(ApiError, match="Client secret is missing or does not match"):
            await client_token(booth, machine, Secret="wrong" * 8)
        with pytest.raises(ApiError, match="does not have the requested scopes"):
            await client_token(booth, machine, Scopes=["api/delete"])

        assert (await client_token(booth, machine))["AccessToken"]

    async def test_a_function_sees_the_metadata_and_its_failure_is_told(self, world: World) -> None:
        world.functions["PreTokenGeneration"] = answering()
        triggers = {"LambdaConfig": world.triggers(PreTokenGeneration="V3_0")}
        booth = await with_api(await open_booth(world, triggers))
        machine = await machine_of(booth)

        await client_token(booth, machine, ClientMetadata={"order": "7"})

        assert world.fired[-1]["request"]["clientMetadata"] == {"order": "7"}

        def refuse(event: Event) -> Event:
            raise FunctionFailed("Error", "not today")

        world.functions["PreTokenGeneration"] = refuse
        with pytest.raises(ApiError, match="PreTokenGeneration failed with error not today"):
            await client_token(booth, machine)


class TestGetDerivedToken:
    async def test_a_service_gets_the_users_token_for_itself_with_no_more_than_both_may(
        self, booth: Booth
    ) -> None:
        service = await service_of(booth, IMPERSONATION)
        token = (await booth.tokens(booth.app, scope="openid api/read api/write"))["access_token"]

        answer = await derive(booth, service, token)

        before, after = claims(token), claims(answer["IssuedToken"])
        assert (answer["IssuedTokenType"], answer["TokenType"]) == ("ACCESS_TOKEN", "Bearer")
        assert answer["Scopes"] == ["openid", "api/read"]
        assert after["scope"] == "openid api/read"
        assert after["client_id"] == service["ClientId"]
        assert "act" not in after
        for name in ("sub", "username", "origin_jti", "auth_time", "iss", "exp"):
            assert after[name] == before[name]
        assert after["jti"] != before["jti"]

    async def test_scopes_only_shrink(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION)
        token = (await booth.tokens(booth.app, scope="openid api/read"))["access_token"]

        fewer = await derive(booth, service, token, Scopes=["api/read", "api/write", "email"])

        assert fewer["Scopes"] == ["api/read"]
        with pytest.raises(ApiError, match="None of the requested scopes can be granted"):
            await derive(booth, service, token, Scopes=["email"])

    async def test_a_token_for_an_audience_or_for_a_resource_server_is_bound_to_it(
        self, booth: Booth
    ) -> None:
        service = await service_of(booth, IMPERSONATION)
        token = (await booth.tokens(booth.app))["access_token"]

        named = await derive(booth, service, token, Audiences=["payments"])
        server = await derive(booth, service, token, Resources=["api"])

        assert claims(named["IssuedToken"])["aud"] == "payments"
        assert claims(server["IssuedToken"])["aud"] == "api"
        with pytest.raises(ApiError, match="cannot both be requested"):
            await derive(booth, service, token, Audiences=["payments"], Resources=["api"])
        with pytest.raises(ApiError, match="Resource server nothing does not exist"):
            await derive(booth, service, token, Resources=["nothing"])
        with pytest.raises(ApiError, match="another app client"):
            await derive(booth, service, token, Audiences=[booth.app["ClientId"]])

    async def test_an_id_token_comes_of_an_access_token_and_the_other_way_round(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION)
        tokens = await booth.tokens(booth.app, scope="openid email")

        identity = await derive(booth, service, tokens["access_token"], RequestedTokenType="ID_TOKEN")
        access = await derive(booth, service, tokens["id_token"], "ID_TOKEN")

        said = claims(identity["IssuedToken"])
        assert (identity["IssuedTokenType"], identity["TokenType"]) == ("ID_TOKEN", "N_A")
        assert (said["token_use"], said["aud"], said["email"]) == (
            "id",
            service["ClientId"],
            "ada@example.com",
        )
        assert claims(access["IssuedToken"])["scope"] == "openid email"
        with pytest.raises(ApiError, match="None of the requested scopes"):
            await derive(
                booth, service, tokens["access_token"], Scopes=["email"], RequestedTokenType="ID_TOKEN"
            )

    async def test_an_actor_is_named_around_those_before_it_and_never_dropped(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION, DELEGATION)
        first, second = await machine_of(booth), await machine_of(booth)
        token = (await booth.tokens(booth.app))["access_token"]

        async def acting(token: str, machine: App) -> str:
            actor = (await client_token(booth, machine))["AccessToken"]
            answer = await derive(booth, service, token, ActorToken=actor, ActorTokenType="ACCESS_TOKEN")
            return str(answer["IssuedToken"])

        once = await acting(token, first)
        twice = await acting(once, second)
        alone = (await derive(booth, service, twice))["IssuedToken"]

        assert claims(once)["act"] == {"sub": first["ClientId"]}
        assert claims(twice)["act"] == {"sub": second["ClientId"], "act": {"sub": first["ClientId"]}}
        assert claims(alone)["act"] == claims(twice)["act"]

    async def test_each_way_has_a_flow_of_its_own(self, booth: Booth) -> None:
        alone, for_others = await service_of(booth, IMPERSONATION), await service_of(booth, DELEGATION)
        token = (await booth.tokens(booth.app))["access_token"]
        machine = (await client_token(booth, await machine_of(booth)))["AccessToken"]
        actor = {"ActorToken": machine, "ActorTokenType": "ACCESS_TOKEN"}

        for service, members in ((alone, actor), (for_others, {})):
            with pytest.raises(ApiError, match="Auth flow not enabled for this client"):
                await derive(booth, service, token, **members)

        assert (await derive(booth, alone, token))["IssuedToken"]
        assert (await derive(booth, for_others, token, **actor))["IssuedToken"]

    async def test_a_service_with_a_secret_shows_it(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION, GenerateSecret=True)
        token = (await booth.tokens(booth.app))["access_token"]

        with pytest.raises(ApiError, match="Client secret is missing or does not match"):
            await derive(booth, service, token, ClientSecret="w" * 30)

        assert (await derive(booth, service, token))["IssuedToken"]

    async def test_it_does_not_outlive_the_token_it_was_traded_for(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION)
        token = (await booth.tokens(booth.app))["access_token"]
        booth.world.advance(HOUR - 600 * SECOND)

        answer = await derive(booth, service, token)

        assert claims(answer["IssuedToken"])["exp"] == claims(token)["exp"]
        assert answer["ExpiresIn"] <= 600
        booth.world.advance(601 * SECOND)
        with pytest.raises(ApiError, match="Access Token has expired"):
            await derive(booth, service, token)

    async def test_it_is_revoked_with_the_sign_in_and_nothing_more_comes_of_it(self, booth: Booth) -> None:
        service = await service_of(booth, IMPERSONATION)
        tokens = await booth.tokens(booth.app, scope="openid")
        derived = (await derive(booth, service, tokens["access_token"]))["IssuedToken"]
        assert (await booth.user_info(derived)).status == 200

        await booth.post("/oauth2/revoke", {"token": tokens["refresh_token"], **booth.named(booth.app)})

        assert (await booth.user_info(derived)).status == 401
        for token, kind in ((tokens["access_token"], "ACCESS_TOKEN"), (tokens["id_token"], "ID_TOKEN")):
            with pytest.raises(ApiError, match="Access Token has been revoked"):
                await derive(booth, service, token, kind)
        assert (await derive(booth, service, (await booth.tokens(booth.app))["access_token"]))["IssuedToken"]

    async def test_tokens_of_another_kind_pool_issuer_or_of_a_machine_are_not_traded(
        self, booth: Booth
    ) -> None:
        service = await service_of(booth, IMPERSONATION)
        other = await open_booth(booth.world)
        tokens = await booth.tokens(booth.app)
        foreign = (await other.tokens())["access_token"]
        machine = (await client_token(booth, await machine_of(booth)))["AccessToken"]

        for token, kind in (
            (tokens["id_token"], "ACCESS_TOKEN"),
            (tokens["access_token"], "ID_TOKEN"),
            (foreign, "ACCESS_TOKEN"),
            (machine, "ACCESS_TOKEN"),
        ):
            with pytest.raises(ApiError, match="Invalid Access Token"):
                await derive(booth, service, token, kind)
        with pytest.raises(ApiError, match="Identity provider Acme is not enabled for the app client"):
            await derive(booth, service, tokens["id_token"], "ID_TOKEN", SubjectTokenProviderName="Acme")
        with pytest.raises(ApiError, match="SubjectTokenProviderName must name the identity provider"):
            await derive(booth, service, "PHNhbWw-", "SAML2")

        assert (await derive(booth, service, tokens["access_token"]))["IssuedToken"]

    @pytest.mark.parametrize("member", ["ActorToken", "ActorTokenType", "ActorTokenProviderName"])
    async def test_an_actor_comes_with_its_type(self, booth: Booth, member: str) -> None:
        service = await service_of(booth, IMPERSONATION, DELEGATION)
        token = (await booth.tokens(booth.app))["access_token"]
        value = {"ActorToken": token, "ActorTokenType": "ACCESS_TOKEN", "ActorTokenProviderName": "Acme"}

        with pytest.raises(ApiError, match="must be given together"):
            await derive(booth, service, token, **{member: value[member]})

        assert await derive(booth, service, token, ActorToken=token, ActorTokenType="ACCESS_TOKEN")
