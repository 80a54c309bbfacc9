"""Every attempt leaves an event, whatever comes of it, and the event says what decided."""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from tests.functions import answering
from tests.world import PASSWORD, World

from poolhouse.directory.events import Event
from poolhouse.errors import ApiError
from poolhouse.ports import DAY
from poolhouse.store import events, janitor


async def kept(world: World, pool: str) -> Sequence[Event]:
    """Every event of the pool, oldest first."""
    found = await world.env.db.read(lambda tx: events.of_pool(tx, pool, (0, ""), 100))
    return [one for one, _ in found]


def claims_of(token: str) -> dict[str, Any]:
    return dict(msgspec.json.decode(base64.urlsafe_b64decode(token.split(".")[1] + "==")))


async def sub_of(world: World, pool: str, name: str) -> str:
    user = await world.call("AdminGetUser", UserPoolId=pool, Username=name)
    return next(str(one["Value"]) for one in user["UserAttributes"] if one["Name"] == "sub")


async def test_a_sign_in_leaves_one_event_that_its_tokens_name(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    world.user_agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"

    tokens = await world.tokens(client)

    (event,) = await kept(world, pool)
    assert (event.kind, event.response, event.rule) == ("SignIn", "Pass", "done")
    assert event.challenges == (("Password", "Success"),)
    assert event.sub == await sub_of(world, pool, "ada")
    assert event.seen.address == world.address
    assert event.seen.device_name == "Windows, Chrome"
    assert event.event_id == claims_of(tokens["AccessToken"])["event_id"]


async def test_a_wrong_password_leaves_the_class_of_its_refusal(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)

    with pytest.raises(ApiError):
        await world.tokens(client, password="wrong")

    (event,) = await kept(world, pool)
    assert (event.response, event.rule, event.error) == ("Fail", "IncorrectLogin", "NotAuthorizedException")
    assert event.challenges == (("Password", "Failure"),)


async def test_a_name_without_an_owner_leaves_an_event_of_nobodys(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool, PreventUserExistenceErrors="ENABLED")
    await world.user(pool)

    with pytest.raises(ApiError):
        await world.tokens(client, "nobody")

    (event,) = await kept(world, pool)
    assert (event.response, event.rule, event.username) == ("Fail", "IncorrectLogin", "nobody")
    assert event.sub not in ("", await sub_of(world, pool, "ada"))


async def test_a_sign_in_of_two_requests_makes_two_events_of_one_attempt(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    asked = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    world.advance(1)
    await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "An0ther$word"},
    )

    waiting, done = await kept(world, pool)
    assert (waiting.response, waiting.rule) == ("InProgress", "asks NEW_PASSWORD_REQUIRED")
    assert (done.response, done.rule) == ("Pass", "done")
    assert waiting.attempt_id == done.attempt_id
    assert waiting.event_id != done.event_id


async def test_a_first_question_is_no_attempt(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    await world.user(pool)

    await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "SRP_A": "a" * 256},
    )

    assert await kept(world, pool) == []


async def test_what_is_refused_before_the_user_is_looked_for_is_no_attempt(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    request = {"ClientId": client["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH"}
    names = {"USERNAME": "ada", "PASSWORD": PASSWORD}

    with pytest.raises(ApiError):
        await world.call("InitiateAuth", **request | {"AuthFlow": "CUSTOM_AUTH"}, AuthParameters=names)
    assert await kept(world, pool) == []

    await world.call("InitiateAuth", **request, AuthParameters=names)
    assert len(await kept(world, pool)) == 1


async def test_a_lock_is_what_decided_while_it_holds(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    for _ in range(6):
        with pytest.raises(ApiError):
            await world.tokens(client, password="wrong")
        world.advance(1)

    assert (await kept(world, pool))[-1].rule == "LockedOut"


@pytest.mark.parametrize(
    ("kind", "operation", "request_"),
    [
        ("SignUp", "SignUp", {"Username": "eve", "Password": PASSWORD}),
        ("SignUp", "ConfirmSignUp", {"Username": "ada", "ConfirmationCode": "000000"}),
        ("ResendCode", "ResendConfirmationCode", {"Username": "ada"}),
        ("ForgotPassword", "ForgotPassword", {"Username": "ada"}),
        (
            "ForgotPassword",
            "ConfirmForgotPassword",
            {"Username": "ada", "ConfirmationCode": "000000", "Password": PASSWORD},
        ),
    ],
)
async def test_what_else_is_tried_has_its_kind(
    world: World, kind: str, operation: str, request_: dict[str, str]
) -> None:
    pool = await world.pool(AutoVerifiedAttributes=["email"])
    client = await world.client(pool)
    await world.user(pool, email="ada@example.com", email_verified="true")

    try:
        await world.call(operation, ClientId=client["ClientId"], **request_)
        response = "Pass"
    except ApiError:
        response = "Fail"

    (event,) = await kept(world, pool)
    assert (event.kind, event.response, event.operation) == (kind, response, operation)
    assert event.sub
    assert event.username == request_["Username"]


async def test_a_change_of_the_password_is_an_attempt(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    tokens = await world.tokens(client)
    world.advance(1)

    await world.call(
        "ChangePassword",
        AccessToken=tokens["AccessToken"],
        PreviousPassword=PASSWORD,
        ProposedPassword="An0ther$word",
    )

    event = (await kept(world, pool))[-1]
    assert (event.kind, event.response, event.sub) == (
        "PasswordChange",
        "Pass",
        await sub_of(world, pool, "ada"),
    )


async def test_functions_are_in_the_trail_by_their_sizes_and_times(world: World) -> None:
    world.functions["PostAuthentication"] = answering()
    pool = await world.pool(LambdaConfig=world.triggers())
    client = await world.client(pool)
    await world.user(pool)

    await world.tokens(client)

    (event,) = [one for one in await kept(world, pool) if one.kind == "SignIn"]
    called = [note.facts for note in event.trail if note.kind == "trigger"]
    assert "PostAuthentication" in [one["kind"] for one in called]
    assert all(one["sent"] > 0 and one["received"] > 0 and one["outcome"] == "answered" for one in called)
    assert PASSWORD not in str(event)


async def test_old_events_are_deleted_and_younger_ones_stay(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    await world.tokens(client)
    world.advance(700 * DAY)
    await world.tokens(client)
    world.advance(31 * DAY)

    swept = await janitor.sweep(world.env)

    assert swept["events"] == 1
    assert len(await kept(world, pool)) == 1
