"""Refused: second factors on the pages that are wrong, old, repeated, or of another browser or app."""

from collections.abc import Callable
from typing import Any

from tests.idp import authenticator
from tests.oauth.sign_in.inside import OAUTH, Visitor, state_of
from tests.refusals.mfa import MAILS, PHONE, code, mfa, with_app, wrong
from tests.refusals.pages import (
    AGAIN,
    LOCKED,
    NO_SUCH_WAY,
    RIGHT,
    WRONG_APP_CODE,
    WRONG_CODE,
    Answer,
    Row,
    Step,
    all_of,
    app_code,
    at,
    enters,
    later,
    play,
    rows,
    sent_code,
    shows,
    times,
    wrong_sent_code,
)
from tests.refusals.scene import EMAIL, PASSWORD, Scene

from poolhouse.ports import MINUTE, SECOND


async def wrong_app_code(visitor: Visitor) -> str:
    return wrong(code(visitor.scene))


async def texts(s: Scene) -> None:
    await mfa(s, "ON", authenticator.SMS_ON)


async def several(s: Scene) -> None:
    await mfa(s, "ON", authenticator.SMS_ON, authenticator.EMAIL_ON)


async def set_up(s: Scene) -> None:
    """Kim has a password, and no factor where one is required."""
    await mfa(s, "ON", authenticator.TOTP_ON, authenticator.EMAIL_ON)
    await s.world.user(s.pool, "kim", PASSWORD)


async def kim(visitor: Visitor) -> Answer:
    return await visitor.enter("kim")


async def kims_app(visitor: Visitor) -> Answer:
    return await visitor.submit(await kim(visitor), answer="SOFTWARE_TOKEN_MFA")


async def kims_address(visitor: Visitor) -> Answer:
    return await visitor.submit(await kim(visitor), answer="EMAIL_OTP")


def in_another_browser(step_to: Step, **typed: Any) -> Step:
    """The state of a challenge is carried to a browser that was never asked."""

    async def run(visitor: Visitor) -> Answer:
        page = await step_to(visitor)
        other = visitor.another()
        return await other.submit(
            await other.page(), changes={"state": state_of(page)}, **await all_of(visitor, typed)
        )

    return run


def with_state(state: str, **typed: Any) -> Step:
    async def run(visitor: Visitor) -> Answer:
        return await visitor.submit(
            await visitor.page(), changes={"state": state}, **await all_of(visitor, typed)
        )

    return run


async def _session_of_the_api(visitor: Visitor) -> Answer:
    asked = await visitor.scene.sign_in()
    page = await visitor.page()
    return await visitor.submit(page, changes={"state": asked["Session"]}, code=code(visitor.scene))


async def _in_another_app(visitor: Visitor) -> Answer:
    page = await visitor.enter()
    other = await visitor.scene.another_client(**OAUTH)
    moved = str(page.url).replace(visitor.app.client_id, other["ClientId"])
    data = {
        "_csrf": visitor.http.cookies.get(f"XSRF-TOKEN-{visitor.scene.pool}") or "",
        "state": state_of(page),
    }
    return await visitor.http.post(moved, data=data | {"code": code(visitor.scene)})


def after_a_while(amount: int, step_to: Step, **typed: Any) -> Step:
    async def run(visitor: Visitor) -> Answer:
        page = await step_to(visitor)
        await visitor.scene.later(amount)
        return await visitor.submit(page, **await all_of(visitor, typed))

    return run


def once_more(step_to: Step, **typed: Any) -> Step:
    """The right answer, which ends the sign-in, and then the same form again in a browser that forgot it."""

    async def run(visitor: Visitor) -> Answer:
        page = await step_to(visitor)
        given = await all_of(visitor, typed)
        await visitor.submit(page, **given)
        visitor.http.cookies.delete(f"cognito-{visitor.scene.pool}")
        return await visitor.submit(page, **given)

    return run


async def _code_of_before(visitor: Visitor) -> Answer:
    await visitor.another().enter()
    before = await visitor.code()
    return await visitor.submit(await visitor.enter(), code=before)


async def _wrong_codes(visitor: Visitor, amount: int) -> Answer:
    page = await visitor.enter()
    for _ in range(amount):
        page = await visitor.submit(page, code=await wrong_sent_code(visitor))
    return page


@rows(
    Row(
        "a wrong code of an app",
        WRONG_APP_CODE,
        at(RIGHT, code=wrong_app_code),
        at(RIGHT, code=app_code()),
        with_app,
    ),
    Row(
        "the code of an app, used before",
        WRONG_APP_CODE,
        times(2, at(enters(prompt="login"), code=app_code())),
        at(enters(prompt="login"), code=app_code(steps=1)),
        with_app,
    ),
    Row("no code", "Enter the code.", at(RIGHT, code=" - "), at(RIGHT, code=app_code()), with_app),
    Row(
        "the state of another browser",
        AGAIN,
        in_another_browser(RIGHT, code=app_code()),
        at(RIGHT, code=app_code()),
        with_app,
    ),
    Row("the state of another app", AGAIN, _in_another_app, at(RIGHT, code=app_code()), with_app),
    Row(
        "a state that nobody made",
        AGAIN,
        with_state("AAAA", code=app_code()),
        at(RIGHT, code=app_code()),
        with_app,
    ),
    Row(
        "a state that is no base64",
        AGAIN,
        with_state("é*", code=app_code()),
        at(RIGHT, code=app_code()),
        with_app,
    ),
    Row("a session of the API", AGAIN, _session_of_the_api, at(RIGHT, code=app_code()), with_app),
    Row(
        "a page that is too old",
        AGAIN,
        after_a_while(3 * MINUTE + SECOND, RIGHT, code=app_code()),
        after_a_while(2 * MINUTE, RIGHT, code=app_code()),
        with_app,
    ),
    Row(
        "a sign-in that was finished before",
        AGAIN,
        once_more(RIGHT, code=sent_code),
        at(RIGHT, code=sent_code),
        texts,
        user=PHONE,
    ),
    Row(
        "a wrong code of a message",
        WRONG_CODE,
        at(RIGHT, code=wrong_sent_code),
        at(RIGHT, code=sent_code),
        texts,
        user=PHONE,
    ),
    Row(
        "the password in place of the code",
        WRONG_CODE,
        at(RIGHT, code="P2Sword", password=PASSWORD, username="ada"),
        at(RIGHT, code=sent_code),
        texts,
        user=PHONE,
    ),
    Row(
        "a code that was sent for another sign-in",
        WRONG_CODE,
        lambda visitor: _code_of_before(visitor),
        at(RIGHT, code=sent_code),
        texts,
        user=PHONE,
    ),
    Row(
        "the sixth wrong code",
        LOCKED,
        lambda visitor: _wrong_codes(visitor, 6),
        later(2 * SECOND, at(RIGHT, code=sent_code)),
        texts,
        user=PHONE,
    ),
    Row(
        "a second factor that was not offered",
        NO_SUCH_WAY,
        at(RIGHT, answer="SOFTWARE_TOKEN_MFA"),
        at(at(RIGHT, answer="SMS_MFA"), code=sent_code),
        several,
        user=PHONE,
        pool=MAILS,
    ),
    Row(
        "no choice of a second factor",
        NO_SUCH_WAY,
        at(RIGHT),
        at(at(RIGHT, answer="EMAIL_OTP"), code=sent_code),
        several,
        user=PHONE,
        pool=MAILS,
    ),
    Row(
        "a factor that is not to be set up here",
        NO_SUCH_WAY,
        at(kim, answer="SMS_MFA"),
        at(kim, answer="EMAIL_OTP"),
        set_up,
        succeeds=shows("Where should we send codes?"),
        pool=MAILS,
    ),
    Row(
        "no address for codes",
        "Enter your email.",
        at(kims_address),
        at(at(kims_address, email=EMAIL), code=sent_code),
        set_up,
        pool=MAILS,
    ),
    Row(
        "an address for codes that is none",
        "Enter your email in full",
        at(kims_address, email="kim"),
        at(at(kims_address, email="kim@example.com"), code=sent_code),
        set_up,
        pool=MAILS,
    ),
    Row(
        "a wrong code of an app that is set up",
        WRONG_APP_CODE,
        at(kims_app, code="000000"),
        at(kim, answer="SOFTWARE_TOKEN_MFA"),
        set_up,
        succeeds=shows("Set up your authenticator app"),
        pool=MAILS,
    ),
)
async def test_refused_at_a_second_factor(
    row: Row, scene: Scene, count: Callable[[str, object], None]
) -> None:
    await play(row, scene, count)
