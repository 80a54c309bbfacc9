"""Refused: threat protection that is off, or set so that it could not work; words about others' events."""

from typing import Any

from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens
from poolhouse.ports import DAY, HOUR, SECOND
from poolhouse.store import snapshots

INVALID = "InvalidParameterException: "
OFF = "UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool {pool}."
NO_USER = "UserNotFoundException: User does not exist."
NO_EVENT = "ResourceNotFoundException: Auth event not found."
WRONG_TOKEN = "NotAuthorizedException: Invalid feedback token."
NOT_A_RANGE = (
    INVALID
    + "{member} must have address ranges in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32: {range}"
)
CONSTRAINT = (
    INVALID + "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {what}"
)

ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
AUDIT = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
MAIL = {"SourceArn": ARN}
ACTIONS = {"HighAction": {"Notify": True, "EventAction": "BLOCK"}}
QUIET = {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}


def on(name: str, error: str, refused: Any, twin: Any, **more: Any) -> Row:
    """In a pool that watches."""
    return Row(name, error, refused, twin, **({"pool": AUDIT} | more))


async def set_(s: Scene, **members: Any) -> Any:
    return await s.admin("SetRiskConfiguration", **members)


async def takeover(s: Scene, mail: Any = None, actions: Any = QUIET) -> Any:
    given = {"Actions": actions} | ({"NotifyConfiguration": MAIL | mail} if mail is not None else {})
    return await set_(s, AccountTakeoverRiskConfiguration=given)


async def exceptions(s: Scene, member: str, *ranges: str) -> Any:
    return await set_(s, RiskExceptionConfiguration={member: list(ranges)})


async def turned(s: Scene, mode: str) -> Any:
    return await s.admin("UpdateUserPool", UserPoolAddOns={"AdvancedSecurityMode": mode})


def then_on(step: Any) -> Any:
    """The same once the pool is protected."""

    async def run(s: Scene) -> Any:
        await turned(s, "AUDIT")
        return await step(s)

    return run


# What may be set


def no_range(member: str, text: str, right: str) -> Row:
    return on(
        f"{text!r} among {member}",
        NOT_A_RANGE.replace("{member}", member).replace("{range}", text),
        lambda s: exceptions(s, member, text),
        lambda s: exceptions(s, member, right),
    )


async def without_mail_service(s: Scene) -> Any:
    await s.with_settings(email_driver="none")


async def with_mail_service(s: Scene) -> Any:
    await s.with_settings(email_driver="inbox")
    return await takeover(s, {}, ACTIONS)


CONFIGURED = (
    Row(
        "a configuration where protection is off",
        OFF,
        lambda s: takeover(s),
        then_on(takeover),
    ),
    Row(
        "a look at the configuration where protection is off",
        OFF,
        lambda s: s.admin("DescribeRiskConfiguration"),
        then_on(lambda s: s.admin("DescribeRiskConfiguration")),
    ),
    Row(
        "a reset where protection is off",
        OFF,
        lambda s: set_(s),
        then_on(set_),
        pool={"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}},
    ),
    on(
        "mails without a word of who sends them",
        INVALID + "AccountTakeoverRiskConfiguration needs a NotifyConfiguration when an action has Notify.",
        lambda s: takeover(s, None, ACTIONS),
        lambda s: takeover(s, {}, ACTIONS),
    ),
    on(
        "mails that no service would carry",
        "CodeDeliveryFailureException: This server has no service that delivers by EMAIL, so the message was "
        "not sent.",
        lambda s: takeover(s, {}, ACTIONS),
        with_mail_service,
        arrange=without_mail_service,
    ),
    on(
        "mail from two addresses",
        INVALID + "NotifyConfiguration.From must be one address, such as a@example.com or "
        "Anna <a@example.com>.",
        lambda s: takeover(s, {"From": "a@example.com, b@example.com"}),
        lambda s: takeover(s, {"From": "a@example.com"}),
    ),
    on(
        "answers to what is no address",
        INVALID + "NotifyConfiguration.ReplyTo must be one address, such as a@example.com or "
        "Anna <a@example.com>.",
        lambda s: takeover(s, {"ReplyTo": "nobody"}),
        lambda s: takeover(s, {"ReplyTo": "Nobody <nobody@example.com>"}),
    ),
    on(
        "a subject of 141 characters",
        CONSTRAINT.replace("{value}", f"'{'x' * 141}'")
        .replace("{member}", "accountTakeoverRiskConfiguration.notifyConfiguration.blockEmail.subject")
        .replace("{what}", "Member must have length less than or equal to 140"),
        lambda s: takeover(s, {"BlockEmail": {"Subject": "x" * 141}}),
        lambda s: takeover(s, {"BlockEmail": {"Subject": "x" * 140}}),
    ),
    on(
        "a body of five characters",
        CONSTRAINT.replace("{value}", "'Hello'")
        .replace("{member}", "accountTakeoverRiskConfiguration.notifyConfiguration.mfaEmail.textBody")
        .replace("{what}", "Member must have length greater than or equal to 6"),
        lambda s: takeover(s, {"MfaEmail": {"Subject": "x", "TextBody": "Hello"}}),
        lambda s: takeover(s, {"MfaEmail": {"Subject": "x", "TextBody": "Hello."}}),
    ),
    on(
        "an action that does not exist",
        CONSTRAINT.replace("{value}", "'IGNORE'")
        .replace("{member}", "accountTakeoverRiskConfiguration.actions.lowAction.eventAction")
        .replace(
            "{what}",
            "Member must satisfy enum value set: [BLOCK, MFA_IF_CONFIGURED, NO_ACTION, MFA_REQUIRED]",
        ),
        lambda s: takeover(s, None, {"LowAction": {"Notify": False, "EventAction": "IGNORE"}}),
        lambda s: takeover(s, None, {"LowAction": {"Notify": False, "EventAction": "NO_ACTION"}}),
    ),
    no_range("BlockedIPRangeList", "192.0.2.1", "192.0.2.1/32"),
    no_range("BlockedIPRangeList", "192.0.2.0/33", "192.0.2.0/32"),
    no_range("SkippedIPRangeList", "192.0.2.0/255.255.255.0", "192.0.2.0/24"),
    no_range("SkippedIPRangeList", "2001:db8::/129", "2001:db8::/128"),
    no_range("SkippedIPRangeList", "office.example.com/24", "10.0.0.0/24"),
    on(
        "201 ranges",
        CONSTRAINT.replace("{value}", "'[" + ", ".join(["10.0.0.0/8"] * 201) + "]'")
        .replace("{member}", "riskExceptionConfiguration.blockedIPRangeList")
        .replace("{what}", "Member must have length less than or equal to 200"),
        lambda s: exceptions(s, "BlockedIPRangeList", *["10.0.0.0/8"] * 201),
        lambda s: exceptions(s, "BlockedIPRangeList", *["10.0.0.0/8"] * 200),
    ),
    *(
        on(
            f"{operation} of an app client that does not exist",
            "ResourceNotFoundException: User pool client 1a2b3c does not exist.",
            lambda s, operation=operation: s.admin(operation, ClientId="1a2b3c"),
            lambda s, operation=operation: s.admin(operation, ClientId=s.client),
        )
        for operation in ("SetRiskConfiguration", "DescribeRiskConfiguration")
    ),
    Row(
        "K: a mode for custom flows alone",
        INVALID + "AdvancedSecurityAdditionalFlows needs an AdvancedSecurityMode of AUDIT or ENFORCED.",
        lambda s: custom_flows(s, "OFF"),
        lambda s: custom_flows(s, "AUDIT"),
    ),
)


async def custom_flows(s: Scene, mode: str) -> Any:
    add_ons = {
        "AdvancedSecurityMode": mode,
        "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"},
    }
    return await s.admin("UpdateUserPool", UserPoolAddOns=add_ons)


# What was tried, and what is said of it


async def token_for(s: Scene, name: str, pool: str = "") -> tuple[str, str]:
    """The newest event of a user, and the token of a mail about it."""
    given = {"UserPoolId": pool or s.pool, "Username": name}
    event = (await s.call("AdminListUserAuthEvents", **given))["AuthEvents"][0]["EventId"]
    found = (await s.call("AdminGetUser", **given))["UserAttributes"]
    env = s.world.env
    snapshot = await snapshots.of_pool(env, given["UserPoolId"])
    ctx = Ctx(env, "request", "InitiateAuth", "us-east-1", env.clock.now(), snapshot=snapshot)
    return event, feedback_tokens.seal(ctx, found[0]["Value"], event)


async def mailed(s: Scene) -> None:
    """Ada and Bob have signed in, and there was a mail about each."""
    await s.another_user("bob")
    for name in ("ada", "bob"):
        await s.sign_in(name)
        await s.keep(**{name: token_for(s, name)})


async def mailed_elsewhere(s: Scene) -> None:
    await mailed(s)
    other = await s.another_pool(**AUDIT)
    await s.world.user(other, "ada", "P2$Sword")
    await s.sign_in("ada", app=await s.another_client(other))
    await s.keep(elsewhere=token_for(s, "ada", other))


async def say(s: Scene, *, whose: str = "ada", event: str = "", token: str = "", **members: Any) -> Any:
    event_id, right = s.got["ada"]
    about = {"Username": whose, "EventId": event or event_id, "FeedbackToken": token or right}
    return await s.call(
        "UpdateAuthEventFeedback", **({"UserPoolId": s.pool, "FeedbackValue": "Valid", **about} | members)
    )


async def admin_says(s: Scene, event: str, name: str = "ada", value: str = "Invalid") -> Any:
    return await s.admin("AdminUpdateAuthEventFeedback", Username=name, EventId=event, FeedbackValue=value)


def said(name: str, error: str, refused: Any, twin: Any = say, **more: Any) -> Row:
    return on(name, error, refused, twin, **({"arrange": mailed} | more))


async def turned_off(s: Scene) -> None:
    await mailed(s)
    await turned(s, "OFF")


async def late(s: Scene) -> None:
    await mailed(s)
    await s.later(7 * DAY + SECOND)


async def in_time(s: Scene) -> Any:
    await s.sign_in()
    await s.keep(ada=token_for(s, "ada"))
    await s.later(7 * DAY - SECOND)
    return await say(s)


async def listed(s: Scene) -> None:
    await mailed(s)
    await s.sign_in()
    await s.keep(page=listing(s, MaxResults=1))


async def listing(s: Scene, **members: Any) -> Any:
    return await s.admin("AdminListUserAuthEvents", **({"Username": "ada"} | members))


async def next_page(s: Scene, name: str = "ada") -> Any:
    return await listing(s, Username=name, NextToken=s.got["page"]["NextToken"])


async def an_hour_later(s: Scene) -> None:
    await listed(s)
    await s.later(HOUR + SECOND)


async def a_new_page(s: Scene) -> Any:
    await s.keep(page=listing(s, MaxResults=1))
    return await next_page(s)


PAGE = INVALID + "Invalid pagination token given."

SAID = (
    said("a listing where protection is off", OFF, listing, then_on(listing), arrange=turned_off),
    said("events of nobody", NO_USER, lambda s: listing(s, Username="eve"), listing),
    said(
        "a page of another user's listing",
        PAGE,
        lambda s: next_page(s, "bob"),
        next_page,
        arrange=listed,
    ),
    said("a page of an hour ago", PAGE, next_page, a_new_page, arrange=an_hour_later),
    said(
        "an administrator's word where protection is off",
        OFF,
        lambda s: admin_says(s, s.got["ada"][0]),
        then_on(lambda s: admin_says(s, s.got["ada"][0])),
        arrange=turned_off,
    ),
    said(
        "an administrator's word about nobody",
        NO_USER,
        lambda s: admin_says(s, s.got["ada"][0], "eve"),
        lambda s: admin_says(s, s.got["ada"][0]),
    ),
    said(
        "an administrator's word about another user's event",
        NO_EVENT,
        lambda s: admin_says(s, s.got["bob"][0]),
        lambda s: admin_says(s, s.got["bob"][0], "bob"),
    ),
    said(
        "K: an administrator's word about no event",
        NO_EVENT,
        lambda s: admin_says(s, "nothing"),
        lambda s: admin_says(s, s.got["ada"][0]),
    ),
    said(
        "a word that is neither",
        CONSTRAINT.replace("{value}", "'Maybe'")
        .replace("{member}", "feedbackValue")
        .replace("{what}", "Member must satisfy enum value set: [Valid, Invalid]"),
        lambda s: admin_says(s, s.got["ada"][0], value="Maybe"),
        lambda s: admin_says(s, s.got["ada"][0], value="Valid"),
    ),
    said("a reader's word where protection is off", OFF, say, then_on(say), arrange=turned_off),
    said("a reader without a token", WRONG_TOKEN, lambda s: say(s, token="AAAA")),
    said("a token that lacks a letter", WRONG_TOKEN, lambda s: say(s, token=s.got["ada"][1][:-1])),
    said("K: a token of more than a week ago", WRONG_TOKEN, say, in_time, arrange=late),
    said("a token about another user's event", WRONG_TOKEN, lambda s: say(s, token=s.got["bob"][1])),
    said("the right token with another event", WRONG_TOKEN, lambda s: say(s, event=s.got["bob"][0])),
    said("the right token with another name", WRONG_TOKEN, lambda s: say(s, whose="bob")),
    said("the right token with nobody's name", WRONG_TOKEN, lambda s: say(s, whose="eve")),
    said(
        "a token of another pool",
        WRONG_TOKEN,
        lambda s: say(s, token=s.got["elsewhere"][1], event=s.got["elsewhere"][0]),
        arrange=mailed_elsewhere,
    ),
)


@table(CONFIGURED, SAID)
async def test_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
