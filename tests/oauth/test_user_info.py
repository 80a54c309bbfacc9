"""What userInfo shows and whom it refuses (behaviour file, 6.5)."""

import base64
import json
from typing import Any

import pytest
from tests.oauth.booth import FORM, Answer, Booth, claims, open_booth
from tests.world import World

from poolhouse.ports import HOUR

DEAD = "invalid_token: Access token is expired, disabled, or deleted, or the user has globally signed out."
BAD = "invalid_request: Bad OAuth2 request at UserInfo Endpoint"
MAIL = ("email", "email_verified")


@pytest.fixture
async def booth(world: World) -> Booth:
    """Ada has a bit of everything."""
    made = await open_booth(
        world, {"Schema": [{"Name": "plan", "AttributeDataType": "String", "Mutable": True}]}
    )
    given = {"phone_number": "+15550100", "phone_number_verified": "false", "custom:plan": "gold"}
    await world.call(
        "AdminUpdateUserAttributes",
        UserPoolId=made.pool,
        Username="ada",
        UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
    )
    made.app = await made.another_app(
        ReadAttributes=[*MAIL, "phone_number", "phone_number_verified", "given_name", "custom:plan"]
    )
    return made


async def shown(booth: Booth, scope: str) -> dict[str, Any]:
    answer = await booth.user_info((await booth.tokens(scope=scope))["access_token"])
    assert answer.status == 200, answer.body
    return answer.json


async def test_each_scope_shows_its_claims_and_truths_are_texts(booth: Booth) -> None:
    always = {"sub": booth.sub, "username": "ada"}
    mail = {"email": "ada@example.com", "email_verified": "true"}
    phone = {"phone_number": "+15550100", "phone_number_verified": "false"}
    profile = {"given_name": "Ada", "custom:plan": "gold"}

    assert await shown(booth, "openid email") == always | mail
    assert await shown(booth, "openid phone") == always | phone
    assert await shown(booth, "openid profile") == always | profile
    assert await shown(booth, "openid email profile") == always | mail | profile
    assert await shown(booth, "openid") == always | mail | phone | profile


async def test_what_the_app_may_not_read_is_not_shown(booth: Booth) -> None:
    booth.app = await booth.another_app(ReadAttributes=["email", "email_verified"])

    assert await shown(booth, "openid profile") == {"sub": booth.sub, "username": "ada"}


async def test_it_is_never_cached_and_open_to_every_origin(booth: Booth) -> None:
    answer = await booth.user_info((await booth.tokens())["access_token"])

    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_post_may_carry_the_token_in_its_header_or_in_its_form(booth: Booth) -> None:
    """[K]: only GET is documented."""
    token = (await booth.tokens())["access_token"]

    by_header = await booth.send("POST", "/oauth2/userInfo", {"authorization": f"Bearer {token}"})
    by_form = await booth.post("/oauth2/userInfo", {"access_token": token})

    assert by_header.json == by_form.json == (await booth.user_info(token)).json


async def test_a_token_in_two_places_in_the_query_or_of_another_scheme_is_a_bad_request(booth: Booth) -> None:
    token = (await booth.tokens())["access_token"]
    bearer = {"authorization": f"Bearer {token}", "content-type": FORM}

    refused: list[Answer] = [
        await booth.send("POST", "/oauth2/userInfo", bearer, f"access_token={token}".encode()),
        await booth.send(
            "POST", "/oauth2/userInfo", {"content-type": FORM}, b"access_token=a&access_token=b"
        ),
        await booth.send("GET", f"/oauth2/userInfo?access_token={token}"),
        await booth.send("GET", "/oauth2/userInfo", {"authorization": f"Basic {token}"}),
        await booth.send("GET", "/oauth2/userInfo", {"authorization": "Bearer"}),
        await booth.send("GET", "/oauth2/userInfo"),
    ]

    for answer in refused:
        assert answer.error == (400, BAD)
        assert answer.headers["www-authenticate"] == (
            'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"'
        )
    assert (await booth.send("GET", "/oauth2/userInfo", {"authorization": f"bearer {token}"})).status == 200


async def test_without_openid_the_refusal_says_so(booth: Booth) -> None:
    api = (await booth.world.tokens(dict(booth.app)))["AccessToken"]
    pages = (await booth.tokens(scope="aws.cognito.signin.user.admin"))["access_token"]

    for token in (api, pages):
        answer = await booth.user_info(token)
        assert answer.error == (401, "invalid_token: Access token does not contain openid scope")
        assert answer.headers["www-authenticate"] == (
            'error="invalid_token", error_description="Access token does not contain openid scope"'
        )


async def test_an_id_token_a_forged_one_and_noise_are_dead(booth: Booth) -> None:
    tokens = await booth.tokens()
    head, payload, signature = tokens["access_token"].split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()

    for token in (
        tokens["id_token"],
        tokens["refresh_token"],
        f"{unsigned}.{payload}.",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        "no-token",
        "a.b.c",
    ):
        assert (await booth.user_info(token)).error == (401, DEAD)
    assert (await booth.user_info(tokens["access_token"])).status == 200


async def test_a_token_of_another_pool_is_dead_here(booth: Booth) -> None:
    other = await open_booth(booth.world)
    token = (await other.tokens())["access_token"]

    assert (await booth.user_info(token)).error == (401, DEAD)
    assert (await other.user_info(token)).status == 200


async def test_an_expired_token_is_dead(booth: Booth) -> None:
    token = (await booth.tokens())["access_token"]
    booth.world.advance(HOUR - 1_000_000)
    assert (await booth.user_info(token)).status == 200

    booth.world.advance(2_000_000)

    assert (await booth.user_info(token)).error == (401, DEAD)


@pytest.mark.parametrize(
    "operation", ["AdminUserGlobalSignOut", "AdminDisableUser", "AdminDeleteUser", "DeleteUserPoolClient"]
)
async def test_what_ends_a_sign_in_ends_this(booth: Booth, operation: str) -> None:
    token = (await booth.tokens())["access_token"]
    whom = {"ClientId": booth.app["ClientId"]} if operation.endswith("Client") else {"Username": "ada"}
    assert (await booth.user_info(token)).status == 200

    await booth.world.call(operation, UserPoolId=booth.pool, **whom)

    assert (await booth.user_info(token)).error == (401, DEAD)


async def test_an_app_without_revocation_is_signed_out_of_all_the_same(world: World) -> None:
    booth = await open_booth(world, app={"EnableTokenRevocation": False})
    token = (await booth.tokens())["access_token"]
    assert "origin_jti" not in claims(token)
    assert (await booth.user_info(token)).status == 200

    await world.call("AdminUserGlobalSignOut", UserPoolId=booth.pool, Username="ada")

    assert (await booth.user_info(token)).error == (401, DEAD)


async def test_in_development_the_token_says_which_pool_is_asked(booth: Booth) -> None:
    token = (await booth.tokens())["access_token"]
    booth.with_settings(profile="dev")

    answer = await booth.at_root("GET", "/oauth2/userInfo", {"authorization": f"Bearer {token}"})

    assert answer is not None
    assert answer.json["sub"] == booth.sub
    assert await booth.at_root("GET", "/oauth2/userInfo", {"authorization": "Bearer a.b.c"}) is None
