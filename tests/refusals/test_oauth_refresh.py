"""Refused: refresh tokens at the token endpoint, and machines.

After the negative list of the OpenID conformance suite's Basic OP profile, RFC 6749, 6750, 7009, 7636 and
9700, and security.md, rules 2, 4 and 7.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tests.oauth.apps import CALLBACK
from tests.oauth.booth import MACHINE, Answer, Booth
from tests.refusals.oauth_table import OAuthRow, oauth_table, play
from tests.refusals.scene import Scene

from poolhouse.ports import DAY

Making = Callable[[Booth], Awaitable[Any]]

ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}


# Refresh tokens


async def with_tokens(b: Booth) -> None:
    b.got["tokens"] = await b.tokens()


async def refresh(b: Booth, **changes: str) -> Answer:
    return await b.token(b.refresh(b.got["tokens"]["refresh_token"]) | changes)


async def refresh_new(b: Booth) -> Answer:
    await with_tokens(b)
    return await refresh(b)


async def with_rotated(b: Booth) -> None:
    await with_tokens(b)
    await refresh(b)


async def with_revoked(b: Booth) -> None:
    await with_tokens(b)
    await b.post("/oauth2/revoke", {"token": b.got["tokens"]["refresh_token"], **b.named()})


async def by_second_app(b: Booth) -> Answer:
    return await b.token(b.refresh(b.got["tokens"]["refresh_token"], await b.another_app()))


def after(amount: int) -> Making:
    async def arrange(b: Booth) -> None:
        await with_tokens(b)
        b.world.advance(amount)

    return arrange


async def after_sign_out(b: Booth) -> None:
    await with_tokens(b)
    await b.world.call("AdminUserGlobalSignOut", UserPoolId=b.pool, Username="ada")


async def after_disabling(b: Booth) -> None:
    await with_tokens(b)
    await b.world.call("AdminDisableUser", UserPoolId=b.pool, Username="ada")


async def refresh_enabled(b: Booth) -> Answer:
    await b.world.call("AdminEnableUser", UserPoolId=b.pool, Username="ada")
    b.world.advance(1_000_000)
    await b.signed_in()
    return await refresh_new(b)


async def spoilt(b: Booth) -> Answer:
    token = b.got["tokens"]["refresh_token"]
    return await refresh(b, refresh_token=token[:-2] + ("AA" if not token.endswith("AA") else "BB"))


async def refresh_in_new_session(b: Booth) -> Answer:
    await b.signed_in()
    return await refresh_new(b)


def refresh_rows() -> Iterator[OAuthRow]:
    invalid = "400 invalid_grant"

    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_tokens, "twin": refresh_new}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("no refresh token", "400 invalid_request", lambda b: refresh(b, refresh_token=""))
    yield row("noise as refresh token", invalid, lambda b: refresh(b, refresh_token="noise"))
    yield row("a refresh token with two letters changed", invalid, spoilt, twin=refresh)
    yield row(
        "an access token as refresh token",
        invalid,
        lambda b: refresh(b, refresh_token=b.got["tokens"]["access_token"]),
        twin=refresh,
    )
    yield row("a code as refresh token", invalid, code_as_refresh_token)
    yield row(
        "a refresh token of another app",
        invalid,
        by_second_app,
        twin=refresh,
        changes=frozenset({"clients", "pools", "audit_heads", "audit_records"}),
    )
    yield row("a refresh token that was revoked", invalid, refresh, arrange=with_revoked)
    yield row(
        "a refresh token that was rotated",
        invalid,
        refresh,
        arrange=with_rotated,
        app=ROTATING,
        changes=frozenset({"token_families", "revocations"}),
    )
    yield row(
        "a refresh token that is 30 days old",
        invalid,
        refresh,
        arrange=after(30 * DAY),
        twin=refresh_in_new_session,
    )
    yield row(
        "a refresh token of somebody who signed out everywhere", invalid, refresh, arrange=after_sign_out
    )
    yield row(
        "a refresh token of somebody who is disabled",
        invalid,
        refresh,
        arrange=after_disabling,
        twin=refresh_enabled,
    )
    yield row(
        "a scope that was not granted",
        "400 invalid_scope",
        lambda b: refresh(b, scope="openid phone"),
        twin=lambda b: refresh(b, scope="openid"),
    )
    yield row(
        "the API's scope, which was not granted",
        "400 invalid_scope",
        lambda b: refresh(b, scope="aws.cognito.signin.user.admin"),
        twin=refresh,
    )
    yield row(
        "scopes with two spaces between them",
        "400 invalid_scope",
        lambda b: refresh(b, scope="openid  email"),
        twin=lambda b: refresh(b, scope="openid email"),
    )


async def code_as_refresh_token(b: Booth) -> Answer:
    return await b.token(b.refresh(b.got["tokens"]["id_token"]))


# Machines


async def with_machine(b: Booth) -> None:
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write", "delete")]
    await b.world.call("CreateResourceServer", UserPoolId=b.pool, Identifier="api", Name="API", Scopes=scopes)
    b.got["machine"] = await b.world.client(b.pool, **MACHINE)


async def ask(b: Booth, **changes: str) -> Answer:
    return await b.token(b.machine(b.got["machine"], **changes))


def machine_rows() -> Iterator[OAuthRow]:
    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_machine, "twin": ask}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("a machine with a wrong secret", "400 invalid_client", lambda b: ask(b, client_secret="wrong"))
    yield row(
        "a machine without its secret",
        "400 invalid_client: invalid_client_secret",
        lambda b: ask(b, client_secret=""),
    )
    yield row(
        "a scope of the API that the machine does not have",
        "400 invalid_scope",
        lambda b: ask(b, scope="api/read api/delete"),
        twin=lambda b: ask(b, scope="api/read"),
    )
    yield row("a scope of people, for a machine", "400 invalid_scope", lambda b: ask(b, scope="openid"))
    yield row(
        "a code, by a machine",
        "400 unauthorized_client",
        lambda b: ask(b, grant_type="authorization_code", code="x", redirect_uri=CALLBACK),
    )
    yield row(
        "client credentials, by an app for people",
        "400 unauthorized_client",
        lambda b: b.token({"grant_type": "client_credentials", **b.named()}),
    )
    yield row(
        "metadata that is no JSON",
        "400 invalid_request",
        lambda b: ask(b, aws_client_metadata="{"),
        twin=lambda b: ask(b, aws_client_metadata='{"a":"b"}'),
    )


@oauth_table(refresh_rows(), machine_rows())
async def test_refused(row: OAuthRow, scene: Scene, count: Any) -> None:
    await play(row, scene.world, scene.file, count)
