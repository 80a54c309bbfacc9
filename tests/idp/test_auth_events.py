"""AdminListUserAuthEvents, and what is said of events (behaviour file, 1.16 and 7.2)."""

from typing import Any

import pytest
from tests.idp.refused import refusal
from tests.world import World

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens
from poolhouse.directory.events import Event, Reason, Risk, Seen
from poolhouse.errors import ApiError
from poolhouse.ports import DAY, SECOND, Tx
from poolhouse.store import event_feedback, events, snapshots

AUDIT = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}


class Stage:
    """A pool that watches, with Ada in it."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def set_up(self) -> None:
        self.pool = await self.world.pool(**AUDIT)
        self.client = await self.world.client(self.pool)
        await self.world.user(self.pool)
        found = await self.world.call("AdminGetUser", UserPoolId=self.pool, Username="ada")
        self.sub = next(one["Value"] for one in found["UserAttributes"] if one["Name"] == "sub")

    async def signed_in(self, times: int = 1) -> None:
        for _ in range(times):
            await self.world.tokens(self.client)
            self.world.advance(SECOND)

    async def list(self, **members: Any) -> dict[str, Any]:
        given = {"UserPoolId": self.pool, "Username": "ada"} | members
        return await self.world.call("AdminListUserAuthEvents", **given)

    async def newest(self) -> dict[str, Any]:
        return dict((await self.list())["AuthEvents"][0])

    async def add(self, **members: Any) -> None:
        """An event as threat protection would leave it."""
        usual = {
            "pool_id": self.pool,
            "sub": self.sub,
            "event_id": self.world.env.rng.uuid(),
            "attempt_id": "attempt",
            "request_id": "request",
            "kind": "SignIn",
            "response": "Pass",
            "at": self.world.now,
            "operation": "InitiateAuth",
        }

        async def add(tx: Tx) -> None:
            await events.add(tx, Event(**(usual | members)))

        await self.world.env.db.run(add)

    async def token(self, event_id: str, sub: str = "") -> str:
        """As a mail about the event has it."""
        env = self.world.env
        snapshot = await snapshots.of_pool(env, self.pool)
        ctx = Ctx(env, "request", "InitiateAuth", "us-east-1", env.clock.now(), snapshot=snapshot)
        return feedback_tokens.seal(ctx, sub or self.sub, event_id)

    async def say(self, event_id: str, token: str, value: str = "Invalid", username: str = "ada") -> None:
        await self.world.call(
            "UpdateAuthEventFeedback",
            UserPoolId=self.pool,
            Username=username,
            EventId=event_id,
            FeedbackToken=token,
            FeedbackValue=value,
        )


@pytest.fixture
async def stage(world: World) -> Stage:
    made = Stage(world)
    await made.set_up()
    return made


async def test_a_sign_in_is_listed_with_what_is_known_of_it(stage):
    stage.world.user_agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0"
    await stage.signed_in()

    (event,) = (await stage.list())["AuthEvents"]

    assert {key: value for key, value in event.items() if key not in ("EventId", "CreationDate")} == {
        "EventType": "SignIn",
        "EventResponse": "Pass",
        "EventRisk": {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False},
        "ChallengeResponses": [{"ChallengeName": "Password", "ChallengeResponse": "Success"}],
        "EventContextData": {"IpAddress": "203.0.113.7", "DeviceName": "Windows, Chrome"},
    }
    assert abs(event["CreationDate"] - stage.world.now) < 5 * SECOND


async def test_what_threat_protection_found_is_shown_in_the_models_words(stage):
    risk = Risk("HIGH", "Block", "BLOCK", compromised=True, points=90, reasons=(Reason("new", 90, "New."),))
    seen = Seen("192.0.2.1", "ua", "Phone", "key", "UTC+1", "NL", "Utrecht", "AS1 One")
    await stage.add(response="Fail", risk=risk, seen=seen, challenges=(("Mfa", "Failure"),))

    event = await stage.newest()

    assert event["EventRisk"] == {
        "RiskDecision": "Block",
        "RiskLevel": "High",
        "CompromisedCredentialsDetected": True,
    }
    assert event["EventContextData"] == {
        "IpAddress": "192.0.2.1",
        "DeviceName": "Phone",
        "Timezone": "UTC+1",
        "City": "Utrecht",
        "Country": "NL",
    }
    assert event["ChallengeResponses"] == [{"ChallengeName": "Mfa", "ChallengeResponse": "Failure"}]


@pytest.mark.parametrize(("level", "shown"), [("LOW", "Low"), ("MEDIUM", "Medium"), ("HIGH", "High")])
async def test_each_level_has_its_word(stage, level, shown):
    await stage.add(risk=Risk(level, "AccountTakeover"))

    assert (await stage.newest())["EventRisk"]["RiskLevel"] == shown


async def test_the_newest_comes_first_and_pages_follow_each_other(stage):
    await stage.signed_in(5)
    everything = (await stage.list())["AuthEvents"]

    pages, token = [], {}
    while True:
        page = await stage.list(MaxResults=2, **token)
        pages.append(page["AuthEvents"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [event for page in pages for event in page] == everything
    dates = [event["CreationDate"] for event in everything]
    assert dates == sorted(dates, reverse=True)


async def test_k_a_page_of_nothing_is_a_usual_page(stage):
    await stage.signed_in(2)

    assert len((await stage.list(MaxResults=0))["AuthEvents"]) == 2


async def test_a_token_of_another_users_listing_is_no_token_of_this_one(stage):
    await stage.world.user(stage.pool, "bob")
    await stage.signed_in(2)
    token = (await stage.list(MaxResults=1))["NextToken"]

    answer = await refusal(
        stage.world, "AdminListUserAuthEvents", UserPoolId=stage.pool, Username="bob", NextToken=token
    )

    assert answer.startswith("InvalidParameterException")
    assert len((await stage.list(MaxResults=1, NextToken=token))["AuthEvents"]) == 1


async def test_a_name_that_only_somebody_tried_has_no_events_to_show(stage):
    with pytest.raises(ApiError):
        await stage.world.tokens(stage.client, "nobody")

    assert await refusal(
        stage.world, "AdminListUserAuthEvents", UserPoolId=stage.pool, Username="nobody"
    ) == "UserNotFoundException: User does not exist."  # fmt: skip


@pytest.mark.parametrize("value", ["Valid", "Invalid"])
async def test_what_an_administrator_says_is_shown_with_the_event(stage, value):
    await stage.signed_in(2)
    event = await stage.newest()

    await stage.world.call(
        "AdminUpdateAuthEventFeedback",
        UserPoolId=stage.pool,
        Username="ada",
        EventId=event["EventId"],
        FeedbackValue=value,
    )

    newest, older = (await stage.list())["AuthEvents"]
    said = newest["EventFeedback"]
    assert (said["FeedbackValue"], said["Provider"]) == (value, "Admin")
    assert abs(said["FeedbackDate"] - stage.world.now) < 5 * SECOND
    assert "EventFeedback" not in older


async def test_the_mails_token_lets_its_reader_speak_and_the_last_word_counts(stage):
    await stage.signed_in()
    event_id = (await stage.newest())["EventId"]
    token = await stage.token(event_id)

    await stage.say(event_id, token, "Valid")
    await stage.say(event_id, token, "Invalid", username=stage.sub)

    said = (await stage.newest())["EventFeedback"]
    assert (said["FeedbackValue"], said["Provider"]) == ("Invalid", "User")


async def test_what_is_said_of_any_request_of_a_sign_in_is_said_of_the_sign_in(stage):
    await stage.add(event_id="first", response="InProgress")
    stage.world.advance(SECOND)
    await stage.add(event_id="last")

    await stage.say("first", await stage.token("first"))

    (event,) = (await stage.list())["AuthEvents"]
    assert event["EventId"] == "last"
    assert event["EventFeedback"]["FeedbackValue"] == "Invalid"


async def test_who_assesses_sign_ins_finds_what_was_said_by_attempt(stage):
    await stage.add(event_id="one")
    await stage.say("one", await stage.token("one"))

    async def read(tx: Tx) -> Any:
        since = stage.world.now - DAY
        return await event_feedback.of_user(tx, stage.pool, stage.sub, since)

    found = await stage.world.env.db.read(read)

    assert {attempt: said.value for attempt, said in found.items()} == {"attempt": "Invalid"}


async def test_feedback_is_forgotten_with_the_pool_it_is_of(stage):
    await stage.add(event_id="one")
    await stage.say("one", await stage.token("one"))

    await stage.world.call("DeleteUserPool", UserPoolId=stage.pool)

    async def read(tx: Tx) -> Any:
        return await event_feedback.of_user(tx, stage.pool, stage.sub, 0)

    assert await stage.world.env.db.read(read) == {}


WRONG = "NotAuthorizedException: Invalid feedback token."


@pytest.mark.parametrize(
    ("username", "event_id"), [("bob", "one"), ("nobody", "one"), ("ada", "two"), ("ada", "three")]
)
async def test_a_token_about_something_else_tells_nobody_who_exists(stage, username, event_id):
    await stage.world.user(stage.pool, "bob")
    await stage.add(event_id="one")
    await stage.add(event_id="two", attempt_id="another")
    token = await stage.token("one")

    with pytest.raises(ApiError) as refused:
        await stage.say(event_id, token, username=username)

    assert f"{refused.value.code}: {refused.value.message}" == WRONG
    await stage.say("one", token)


async def test_a_token_ends_after_a_week(stage):
    await stage.add(event_id="one")
    token = await stage.token("one")
    await stage.say("one", token)
    stage.world.advance(7 * DAY + SECOND)

    with pytest.raises(ApiError) as refused:
        await stage.say("one", token)

    assert f"{refused.value.code}: {refused.value.message}" == WRONG


async def test_whose_account_is_gone_speaks_no_more(stage):
    await stage.add(event_id="one")
    token = await stage.token("one")
    await stage.world.call("AdminDeleteUser", UserPoolId=stage.pool, Username="ada")

    with pytest.raises(ApiError) as refused:
        await stage.say("one", token)

    assert refused.value.code == "UserNotFoundException"


OPERATIONS = {
    "AdminListUserAuthEvents": {},
    "AdminUpdateAuthEventFeedback": {"EventId": "one", "FeedbackValue": "Valid"},
    "UpdateAuthEventFeedback": {"EventId": "one", "FeedbackValue": "Valid", "FeedbackToken": "x"},
}


@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_pool_without_threat_protection_shows_and_takes_nothing(world, name):
    pool = await world.pool()
    await world.user(pool)

    answer = await refusal(world, name, UserPoolId=pool, Username="ada", **OPERATIONS[name])

    assert answer == (
        f"UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool {pool}."
    )
