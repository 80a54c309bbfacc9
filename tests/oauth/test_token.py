"""The token endpoint itself: its headers, its form, who may call it (behaviour file, 6.4)."""

import json

import pytest
from tests.oauth.booth import FORM, Booth, basic, open_booth
from tests.world import World


async def test_an_answer_has_cognitos_headers_and_members_in_cognitos_order(booth: Booth) -> None:
    answer = await booth.token(booth.redeem(await booth.code()))

    assert answer.status == 200
    assert list(answer.json) == ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]
    assert (answer.json["expires_in"], answer.json["token_type"]) == (3600, "Bearer")
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["expires"] == "0"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(answer.headers["x-amz-cognito-request-id"]) == 36


async def test_an_error_has_the_same_headers_and_no_description_of_its_own(booth: Booth) -> None:
    answer = await booth.token(booth.redeem("no such code"))

    assert (answer.status, answer.json) == (400, {"error": "invalid_grant"})
    assert answer.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_under_https_browsers_are_told_to_stay_there(world: World) -> None:
    booth = await open_booth(world)
    plain = await booth.token({})

    booth.with_settings(public_url="https://id.example.com")
    secured = await booth.token({})

    assert "strict-transport-security" not in plain.headers
    assert secured.headers["strict-transport-security"] == "max-age=31536000 ; includeSubDomains"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", ""])
async def test_what_is_no_form_is_answered_with_405_and_nothing(booth: Booth, content_type: str) -> None:
    form = booth.redeem(await booth.code())

    answer = await booth.send(
        "POST", "/oauth2/token", {"content-type": content_type}, json.dumps(form).encode()
    )

    assert (answer.status, answer.body) == (405, b"")
    assert (await booth.token(form, {"content-type": FORM + "; charset=utf-8"})).status == 200


async def test_a_get_is_answered_with_405(booth: Booth) -> None:
    assert (await booth.send("GET", "/oauth2/token?grant_type=refresh_token")).status == 405


async def test_a_confidential_app_shows_its_secret_in_the_form_or_in_the_header(world: World) -> None:
    booth = await open_booth(world, app={"GenerateSecret": True})
    client_id, secret = booth.app["ClientId"], booth.app["ClientSecret"]
    in_header = booth.redeem(await booth.code(), client_secret="", client_id="")

    assert (await booth.token(booth.redeem(await booth.code()))).status == 200
    assert (await booth.token(in_header, basic(client_id, secret))).status == 200


async def test_a_secret_with_a_plus_may_be_percent_encoded_or_not(world: World) -> None:
    booth = await open_booth(world, app={"GenerateSecret": True})
    client_id, secret = booth.app["ClientId"], "a+secret+of+ours+with+four+signs"
    await world.call(
        "AddUserPoolClientSecret", UserPoolId=booth.pool, ClientId=client_id, ClientSecret=secret
    )

    for shown in (secret, secret.replace("+", "%2B")):
        form = booth.redeem(await booth.code(), client_secret="", client_id="")
        assert (await booth.token(form, basic(client_id, shown))).status == 200


async def test_both_secrets_of_an_app_are_good_while_it_has_two(world: World) -> None:
    booth = await open_booth(world, app={"GenerateSecret": True})
    added = await world.call("AddUserPoolClientSecret", UserPoolId=booth.pool, ClientId=booth.app["ClientId"])

    second = added["ClientSecretDescriptor"]["ClientSecretValue"]

    assert (await booth.token(booth.redeem(await booth.code()))).status == 200
    assert (await booth.token(booth.redeem(await booth.code(), client_secret=second))).status == 200


async def test_a_post_of_too_many_is_told_so_and_a_later_one_is_not(world: World) -> None:
    booth = await open_booth(world)
    code = await booth.code()
    booth.with_settings(quotas=True, quota_rates={"UserAuthentication": 1})

    first = await booth.token(booth.redeem("a guess"))
    second = await booth.token(booth.redeem("a guess"))
    refresh = await booth.token(booth.refresh("a guess"))

    assert first.error == (400, "invalid_grant")
    assert second.error == (429, "too_many_requests")
    assert refresh.error == (400, "invalid_grant")  # codes have a bucket of their own
    world.env.buckets._entries.clear()
    assert (await booth.token(booth.redeem(code))).status == 200
