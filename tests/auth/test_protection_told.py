"""Who is told of a risk, what comes of what they say, and what is counted (behaviour file, 7.2)."""

from pathlib import Path
from typing import Any

import pytest
from tests.refusals import mfa
from tests.refusals.scene import EMAIL, Scene
from tests.risky import ENFORCED, FAR, OFFICE, at, at_home, except_ranges, far_away, last, living, protecting
from tests.world import World

from poolhouse.errors import AddressBlocked, RiskTooHigh
from poolhouse.ports import Message

TELLS = "{event-id} {feedback-token} {city} {country} {ip-address}"
WORDS = {kind: {"Subject": kind, "TextBody": TELLS} for kind in ("BlockEmail", "NoActionEmail", "MfaEmail")}
MAIL = {"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com", **WORDS}


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """Ada, who has signed in at home for two days, is told of every level."""
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(ENFORCED, {}, {})
    await living()(made)
    await telling(made, "BLOCK")
    return made


async def telling(s: Scene, action: str) -> None:
    actions = {
        f"{level}Action": {"Notify": True, "EventAction": action} for level in ("Low", "Medium", "High")
    }
    takeover = {"NotifyConfiguration": MAIL, "Actions": actions}
    await s.admin("SetRiskConfiguration", AccountTakeoverRiskConfiguration=takeover)


async def mails(s: Scene) -> list[Message]:
    return [mail for mail in await s.world.inbox(s.pool) if mail.to == EMAIL]


async def blocked(s: Scene) -> None:
    with pytest.raises(RiskTooHigh):
        await far_away(s).sign_in()


async def listed(s: Scene) -> dict[str, Any]:
    return dict((await s.admin("AdminListUserAuthEvents", Username="ada"))["AuthEvents"][0])


async def say(s: Scene, mail: Message, value: str) -> None:
    event_id, token, *_ = mail.body.split()
    about = {"Username": "ada", "EventId": event_id, "FeedbackToken": token, "FeedbackValue": value}
    await s.call("UpdateAuthEventFeedback", UserPoolId=s.pool, **about)


async def test_who_is_blocked_is_told_once_of_the_event_that_it_became(s: Scene) -> None:
    await blocked(s)

    (mail,) = await mails(s)
    event_id, _, *facts = mail.body.split()
    assert mail.subject == "BlockEmail"
    assert facts == ["Saigon", "VN", FAR]
    assert event_id == (await last(s)).event_id == (await listed(s))["EventId"]


@pytest.mark.parametrize("action", ["NO_ACTION", "MFA_IF_CONFIGURED"])
async def test_who_is_let_in_without_more_is_told_of_that(s: Scene, action: str) -> None:
    """Ada has no second factor, so nothing was done."""
    await telling(s, action)

    assert "AuthenticationResult" in await far_away(s).sign_in()

    (mail,) = await mails(s)
    assert mail.subject == "NoActionEmail"
    assert mail.body.split()[0] == (await listed(s))["EventId"]


async def test_a_sign_in_of_several_requests_is_told_of_once_and_heard_as_one(s: Scene) -> None:
    await telling(s, "MFA_REQUIRED")
    await mfa.with_app(at_home(s))
    await mfa.half_minutes(s, 2)
    await mfa.asked(far_away(s))
    await mfa.answer_app(s, mfa.code(s))

    (mail,) = await mails(s)
    await say(s, mail, "Valid")

    assert mail.subject == "MfaEmail"
    event = await listed(s)
    assert (event["EventResponse"], event["EventRisk"]["RiskLevel"]) == ("Pass", "High")
    assert event["EventFeedback"]["FeedbackValue"] == "Valid"


async def test_nobody_is_told_of_what_is_no_risk(s: Scene) -> None:
    await at_home(s).tokens()

    assert await mails(s) == []


async def test_k_in_audit_nobody_is_told(s: Scene) -> None:
    await s.admin("UpdateUserPool", **protecting("AUDIT"))

    await far_away(s).tokens()

    event = await last(s)
    assert event.risk is not None
    assert event.risk.level == "HIGH"
    assert await mails(s) == []


async def test_what_the_owner_says_changes_what_is_decided_next(s: Scene) -> None:
    await blocked(s)
    (mail,) = await mails(s)

    await say(s, mail, "Valid")
    assert "AuthenticationResult" in await far_away(s).sign_in()

    await say(s, mail, "Invalid")
    await blocked(s)


async def test_sign_ins_are_counted_by_what_was_found(s: Scene) -> None:
    s.world.events.clear()
    await at_home(s).tokens()
    await blocked(s)

    counted = {name: s.world.events[name] for name in ("NoRisk", "Risk", "AccountTakeOverRisk")}
    assert counted == {"NoRisk": 1, "Risk": 1, "AccountTakeOverRisk": 1}
    assert s.world.events[f"Risk {s.pool} SignIn high"] == 1
    assert s.world.events[f"NoRisk {s.pool} SignIn "] == 1
    assert s.world.events["risk_notices"] == 1


async def test_k_addresses_that_the_operator_shut_out_are_counted_apart(s: Scene) -> None:
    await except_ranges(s, Blocked=[f"{OFFICE}/32"])
    s.world.events.clear()

    with pytest.raises(AddressBlocked):
        await at(s, OFFICE).sign_in()

    assert (s.world.events["OverrideBlock"], s.world.events["AccountTakeOverRisk"]) == (1, 0)
    assert await mails(s) == []
