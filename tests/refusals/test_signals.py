"""Refused: sign-ins that look odd, addresses that are shut out, and settings of both that are wrong."""

from typing import Any

from tests import encoded
from tests.idp.authenticator import TOTP_ON
from tests.refusals import mfa
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, Scene
from tests.refusals.table import Row, play, table
from tests.risk.life import LINUX_CHROME, WINDOWS_FIREFOX
from tests.risky import (
    ENFORCED,
    FAR,
    HOME,
    OFFICE,
    SHUT_OUT,
    TOO_RISKY,
    arn,
    at_home,
    comes_from,
    doing,
    except_ranges,
    far_away,
    living,
    set_risk,
    srp_from,
)

from poolhouse.directory import risk_scale

POINTS, THRESHOLDS = risk_scale.POINTS_TAG, risk_scale.THRESHOLDS_TAG
SECRET = {"GenerateSecret": True}
PROPAGATES = {**SECRET, "EnablePropagateAdditionalUserContextData": True}
EVENTS = frozenset({"events"})

blocking = living(High="BLOCK")


async def home(s: Scene) -> Any:
    return await at_home(s).sign_in()


async def thief(s: Scene, **sign_in: Any) -> Any:
    return await far_away(s).sign_in(**sign_in)


async def with_app(s: Scene) -> None:
    """Ada has an app, and a HIGH risk requires it."""
    await living(High="MFA_REQUIRED")(s)
    await mfa.with_app(at_home(s))
    await mfa.half_minutes(s, 2)


async def requiring_mfa(s: Scene) -> None:
    """The pool's MFA is ON, and Ada has not set up anything yet."""
    await living(High="MFA_REQUIRED")(s)
    await mfa.mfa(s, "ON", TOTP_ON)


async def client_blocks(s: Scene) -> None:
    """The pool does nothing about a HIGH risk, but the app client does; another client goes by the pool."""
    await living(High="NO_ACTION")(s)
    await s.admin("SetRiskConfiguration", ClientId=s.client, **doing(High="BLOCK"))
    await s.keep(other=s.another_client())


async def shutting_out(s: Scene) -> None:
    await blocking(s)
    await except_ranges(s, Blocked=["198.51.100.0/24", "2001:db8:bad::/48"])


async def proof_kept(s: Scene) -> None:
    await shutting_out(s)
    await s.keep(answer=at_home(s).srp_challenge())


async def told(s: Scene, address: str, **context: Any) -> Any:
    """A server of the operator's signs Ada in and says whence she comes."""
    data = {
        "IpAddress": address,
        "ServerName": "app.example.com",
        "ServerPath": "/login",
        "HttpHeaders": [{"headerName": "User-Agent", "headerValue": context.pop("agent", WINDOWS_FIREFOX)}],
    }
    return await s.admin_sign_in(ContextData=data | context)


async def by_server(s: Scene, address: str) -> Any:
    """The same of a server that holds the client's secret."""
    at_home(s)
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD} | s.world.hash(s.app, "ada")
    return await s.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=given,
        UserContextData={"IpAddress": address},
    )


async def sends(s: Scene, address: str, *, key: str = "", **context: Any) -> Any:
    """Somebody's app sends EncodedData."""
    text = encoded.made(s.client, s.pool, "ada", s.world.now, key=key, **context)
    comes = far_away(s) if address == FAR else at_home(s)
    return await comes.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        UserContextData={"EncodedData": text},
    )


async def devices_known(s: Scene) -> None:
    """Ada's app has told of itself at home."""
    await living(Low="BLOCK", Medium="BLOCK", High="BLOCK")(s)
    await set_risk(s)
    await sends(s, HOME, DeviceId="adas", UserAgent=WINDOWS_FIREFOX)
    await set_risk(s, Low="BLOCK", Medium="BLOCK", High="BLOCK")


RISKS = (
    Row("a stolen password from far away", TOO_RISKY, thief, home, blocking, ENFORCED, changes=EVENTS),
    Row(
        "the proof of a stolen password from far away",
        TOO_RISKY,
        lambda s: srp_from(s, FAR, LINUX_CHROME),
        lambda s: srp_from(s, HOME),
        blocking,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a stolen password from far away, for who has no second factor where one is required",
        TOO_RISKY,
        thief,
        home,
        living(High="MFA_REQUIRED"),
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a stolen password from far away, for who would have to set up a second factor first",
        TOO_RISKY,
        thief,
        home,
        requiring_mfa,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a wrong code of the app that a risk demands",
        mfa.WRONG_APP_CODE,
        lambda s: s.steps(mfa.asked(far_away(s)), mfa.answer_app(s, mfa.wrong(mfa.code(s)))),
        lambda s: mfa.answer_app(s, mfa.code(s)),
        with_app,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a stolen password from far away, in the configuration of the app client",
        TOO_RISKY,
        thief,
        lambda s: far_away(s).sign_in(app=s.got["other"]),
        client_blocks,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a new browser at home, where LOW is blocked",
        TOO_RISKY,
        lambda s: comes_from(s, HOME, LINUX_CHROME),
        home,
        living(Low="BLOCK"),
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a stolen password told of by a server of the operator's",
        TOO_RISKY,
        lambda s: told(s, FAR, agent=LINUX_CHROME),
        lambda s: told(s, HOME),
        blocking,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a stolen password told of by a server with the client's secret",
        TOO_RISKY,
        lambda s: by_server(s, FAR),
        lambda s: by_server(s, HOME),
        living(Low="BLOCK", Medium="BLOCK", High="BLOCK"),
        ENFORCED,
        PROPAGATES,
        changes=EVENTS,
    ),
)


@table(RISKS)
async def test_a_sign_in_that_looks_odd_is_refused_and_the_usual_one_is_not(row, scene, count):
    await play(row, scene, count)


CONTEXT = (
    Row(
        "a device that says it is another than Ada's, at home",
        TOO_RISKY,
        lambda s: sends(s, HOME, DeviceId="another", UserAgent=WINDOWS_FIREFOX),
        lambda s: sends(s, HOME, DeviceId="adas", UserAgent=WINDOWS_FIREFOX),
        devices_known,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a thief who sends EncodedData with a wrong signature, so as not to be assessed",
        TOO_RISKY,
        lambda s: sends(s, FAR, key="wrong"),
        lambda s: sends(s, HOME, key="wrong"),
        blocking,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a thief who sends EncodedData of somebody else",
        TOO_RISKY,
        lambda s: sends(s, FAR, version="JS20171116"),
        lambda s: sends(s, HOME, version="JS20171116"),
        blocking,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "a thief who names Ada's address without the client's secret",
        TOO_RISKY,
        lambda s: _names_address(far_away(s), HOME),
        lambda s: _names_address(at_home(s), FAR),
        blocking,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "the client setting for a client without a secret",
        "InvalidParameterException: EnablePropagateAdditionalUserContextData needs an app client that has a "
        "secret.",
        lambda s: s.another_client(EnablePropagateAdditionalUserContextData=True),
        lambda s: s.another_client(**PROPAGATES),
    ),
)


async def _names_address(s: Scene, address: str) -> Any:
    return await s.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        UserContextData={"IpAddress": address},
    )


@table(CONTEXT)
async def test_what_a_caller_says_is_believed_from_who_may_say_it(row, scene, count):
    await play(row, scene, count)


RANGES = (
    Row("an address that is shut out", SHUT_OUT, thief, home, shutting_out, ENFORCED, changes=EVENTS),
    Row(
        "an address that is shut out, with a wrong password",
        SHUT_OUT,
        lambda s: thief(s, password=OTHER_PASSWORD),
        home,
        shutting_out,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "an address that is shut out, for a name that nobody has",
        SHUT_OUT,
        lambda s: thief(s, name="nobody"),
        home,
        shutting_out,
        ENFORCED,
        {"PreventUserExistenceErrors": "ENABLED"},
        changes=EVENTS,
    ),
    Row(
        "a proof from an address that is shut out, begun elsewhere",
        SHUT_OUT,
        lambda s: far_away(s).srp_answer(s.got["answer"]),
        lambda s: at_home(s).srp_answer(s.got["answer"]),
        proof_kept,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "an address that is shut out, of IPv6",
        SHUT_OUT,
        lambda s: comes_from(s, "2001:db8:bad::7"),
        lambda s: comes_from(s, "2001:db8:600d::7"),
        shutting_out,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "an address that is shut out, told of by a server of the operator's",
        SHUT_OUT,
        lambda s: told(s, FAR),
        lambda s: told(s, HOME),
        shutting_out,
        ENFORCED,
        changes=EVENTS,
    ),
    Row(
        "an address that is shut out, in the IPv6 form of an IPv4 address",
        SHUT_OUT,
        lambda s: comes_from(s, f"::ffff:{FAR}"),
        lambda s: comes_from(s, f"::ffff:{OFFICE}"),
        shutting_out,
        ENFORCED,
        changes=EVENTS,
    ),
)


@table(RANGES)
async def test_an_address_that_is_shut_out_is_refused_and_others_are_not(row, scene, count):
    await play(row, scene, count)


def _tag(name: str, wrong: str, right: str, text: str) -> Row:
    async def tagged(s: Scene, value: str) -> Any:
        return await s.call("TagResource", ResourceArn=arn(s), Tags={name: value})

    return Row(
        f"{name} = {wrong}",
        f"InvalidParameterException: The tag {name} {text}",
        lambda s: tagged(s, wrong),
        lambda s: tagged(s, right),
    )


_KNOWN = ", ".join(risk_scale.POINTS)
TAGS = (
    _tag(POINTS, "new-device", "new-device=1", "must be pairs such as new-device=30, with spaces between."),
    _tag(
        POINTS, "new-device=1,", "new-device=1 ", "must be pairs such as new-device=30, with spaces between."
    ),
    _tag(POINTS, "new-device=101", "new-device=100", "must have whole numbers from -100 to 100."),
    _tag(POINTS, "reported=-101", "reported=-100", "must have whole numbers from -100 to 100."),
    _tag(POINTS, "new-moon=1", "new-country=1", f"knows no new-moon: it has {_KNOWN}."),
    _tag(THRESHOLDS, "low=45", "low=44", "must have 0 < low < medium < high."),
    _tag(THRESHOLDS, "low=0", "low=1", "must have 0 < low < medium < high."),
    _tag(THRESHOLDS, "highest=1", "high=99", "knows no highest: it has low, medium, high."),
)


@table(TAGS)
async def test_a_tag_of_risk_that_is_wrong_is_refused(row, scene, count):
    await play(row, scene, count)
