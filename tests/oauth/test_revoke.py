"""POST /oauth2/revoke (RFC 7009; behaviour file, 6.6)."""

import pytest
from tests.oauth.booth import Booth, basic, open_booth
from tests.world import World


async def living(booth: Booth, tokens: dict[str, str]) -> bool:
    return (await booth.user_info(tokens["access_token"])).status == 200


async def test_revoking_ends_the_sign_in_and_no_other(booth: Booth) -> None:
    tokens, other = await booth.tokens(), await booth.tokens()

    answer = await booth.post("/oauth2/revoke", {"token": tokens["refresh_token"], **booth.named()})

    assert (answer.status, answer.body) == (200, b"")
    assert "no-store" in answer.headers["cache-control"]
    assert not await living(booth, tokens)
    assert (await booth.token(booth.refresh(tokens["refresh_token"]))).error == (400, "invalid_grant")
    assert await living(booth, other)


async def test_a_token_that_is_dead_unknown_or_another_apps_is_a_success_that_ends_nothing(
    booth: Booth,
) -> None:
    tokens = await booth.tokens()
    other = await booth.another_app()

    for token, app in ((tokens["refresh_token"], other), ("unknown", booth.app), ("a.b.c.d.e", booth.app)):
        answer = await booth.post("/oauth2/revoke", {"token": token, **booth.named(app)})
        assert (answer.status, answer.body) == (200, b"")
    assert await living(booth, tokens)
    for _ in range(2):
        form = {"token": tokens["refresh_token"], "token_type_hint": "refresh_token", **booth.named()}
        assert (await booth.post("/oauth2/revoke", form)).status == 200
    assert not await living(booth, tokens)


async def test_every_generation_of_a_rotated_token_revokes(world: World) -> None:
    rotating = {
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    }
    booth = await open_booth(world, app=rotating)
    first = await booth.tokens()
    second = (await booth.token(booth.refresh(first["refresh_token"]))).json

    await booth.post("/oauth2/revoke", {"token": first["refresh_token"], **booth.named()})

    assert not await living(booth, second)


@pytest.mark.parametrize("member", ["access_token", "id_token"])
async def test_an_access_or_id_token_is_of_a_type_that_is_not_revoked(booth: Booth, member: str) -> None:
    tokens = await booth.tokens()

    answer = await booth.post("/oauth2/revoke", {"token": tokens[member], **booth.named()})

    assert answer.error == (400, "unsupported_token_type")
    assert await living(booth, tokens)


async def test_without_a_token_or_where_the_app_has_no_revocation_it_is_a_bad_request(booth: Booth) -> None:
    without = await booth.another_app(EnableTokenRevocation=False)
    tokens = await booth.tokens(without)

    none = await booth.post("/oauth2/revoke", booth.named())
    off = await booth.post("/oauth2/revoke", {"token": tokens["refresh_token"], **booth.named(without)})

    assert none.error == off.error == (400, "invalid_request")
    assert (await booth.token(booth.refresh(tokens["refresh_token"], without))).status == 200


async def test_the_app_proves_itself_or_is_told_401(world: World) -> None:
    booth = await open_booth(world, app={"GenerateSecret": True})
    tokens = await booth.tokens()
    client_id, secret = booth.app["ClientId"], booth.app["ClientSecret"]
    form = {"token": tokens["refresh_token"]}

    wrong = await booth.post("/oauth2/revoke", form, basic(client_id, "wrong"))
    missing = await booth.post("/oauth2/revoke", form | {"client_id": client_id})
    nobody = await booth.post("/oauth2/revoke", form | {"client_id": "nobody"})

    assert wrong.error == nobody.error == (401, "invalid_client")
    assert missing.error == (401, "invalid_client: invalid_client_secret")
    assert await living(booth, tokens)
    assert (await booth.post("/oauth2/revoke", form, basic(client_id, secret))).status == 200
    assert not await living(booth, tokens)


async def test_what_is_no_form_is_answered_with_405(booth: Booth) -> None:
    tokens = await booth.tokens()
    body = b'{"token":"x"}'

    assert (
        await booth.send("POST", "/oauth2/revoke", {"content-type": "application/json"}, body)
    ).status == 405
    assert (await booth.send("GET", f"/oauth2/revoke?token={tokens['refresh_token']}")).status == 405
    assert await living(booth, tokens)
