"""Refused: choices of a first factor on the pages, and passkeys that are wrong or shown again."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests import passkeys
from tests.authenticator import Authenticator
from tests.oauth.sign_in.inside import Visitor, options_of
from tests.refusals.pages import (
    AGAIN,
    BY_CHOICE,
    MISMATCH,
    NO_PASSKEY,
    NO_SUCH_WAY,
    WRONG_CODE,
    Answer,
    Row,
    Step,
    at,
    enters,
    play,
    rows,
    sent_code,
)
from tests.refusals.scene import PASSWORD, WRONG_PASSWORD, Scene

from poolhouse.ports import MINUTE


async def choosing(s: Scene) -> None:
    await passkeys.turn_on(s.world, s.pool, ("PASSWORD", "EMAIL_OTP"), RelyingPartyId="")


async def with_passkey(s: Scene) -> None:
    """Ada has a passkey of the pages' domain."""
    await passkeys.turn_on(s.world, s.pool, RelyingPartyId="")
    tokens = await s.tokens()
    s.got["key"] = await passkeys.register(s.world, tokens["AccessToken"], Authenticator(), HERE)


HERE = "http://localhost:8400"

NAME_FIRST = enters(password="")


def signed(origin: str = HERE, key: str = "key", **how: Any) -> Callable[[Visitor, Answer], str]:
    def made(visitor: Visitor, page: Answer) -> str:
        return json.dumps(visitor.scene.got[key].get(options_of(page), origin, **how))

    return made


def with_key(step_to: Step, made: Callable[[Visitor, Answer], str], *, form: int = 0, wait: int = 0) -> Step:
    async def run(visitor: Visitor) -> Answer:
        page = await step_to(visitor)
        credential = made(visitor, page)
        await visitor.scene.later(wait)
        return await visitor.submit(page, form, credential=credential)

    return run


def its_page(visitor: Visitor) -> Awaitable[Answer]:
    return visitor.page()


BY_NAME = at(NAME_FIRST, challenge="WEB_AUTHN")


async def _over_again(visitor: Visitor) -> Answer:
    """A signature that was used is shown again, with the page that asked for it."""
    page = await visitor.page()
    credential = signed()(visitor, page)
    await visitor.submit(page, 1, credential=credential)
    visitor.http.cookies.delete(f"cognito-{visitor.scene.pool}")
    return await visitor.submit(page, 1, credential=credential)


async def _for_another_page(visitor: Visitor) -> Answer:
    credential = signed()(visitor, await visitor.page())
    return await visitor.submit(await visitor.page(), 1, credential=credential)


async def _session_of_a_name(visitor: Visitor) -> Answer:
    """The session of a sign-in that named somebody, in place of the one that names nobody."""
    page = await visitor.page()
    asked = await passkeys.asked(visitor.world, visitor.scene.app)
    return await visitor.submit(
        page, 1, changes={"passkey": asked["Session"]}, credential=signed()(visitor, page)
    )


_KEYED = {"arrange": with_passkey, "client": BY_CHOICE}

BY_ITSELF = with_key(its_page, signed(), form=1)


@rows(
    Row(
        "a first factor that was not offered",
        NO_SUCH_WAY,
        at(NAME_FIRST, challenge="SMS_OTP"),
        at(at(NAME_FIRST, challenge="EMAIL_OTP"), code=sent_code),
        choosing,
        client=BY_CHOICE,
    ),
    Row(
        "a wrong code as the first factor",
        WRONG_CODE,
        at(at(NAME_FIRST, challenge="EMAIL_OTP"), code="12345678"),
        at(at(NAME_FIRST, challenge="EMAIL_OTP"), code=sent_code),
        choosing,
        client=BY_CHOICE,
    ),
    Row(
        "a wrong password on its own page",
        MISMATCH,
        at(at(NAME_FIRST, challenge="PASSWORD"), password=WRONG_PASSWORD),
        at(at(NAME_FIRST, challenge="PASSWORD"), password=PASSWORD),
        choosing,
        client=BY_CHOICE,
    ),
    Row(
        "no password on its own page",
        "Enter your password.",
        at(at(NAME_FIRST, challenge="PASSWORD")),
        at(at(NAME_FIRST, challenge="PASSWORD"), password=PASSWORD),
        choosing,
        client=BY_CHOICE,
    ),
    Row("a passkey of another challenge", NO_PASSKEY, _for_another_page, BY_ITSELF, **_KEYED),
    Row(
        "a passkey from another origin",
        NO_PASSKEY,
        with_key(its_page, signed("http://evil.example"), form=1),
        BY_ITSELF,
        **_KEYED,
    ),
    Row(
        "a passkey that says it is nobody's",
        NO_PASSKEY,
        with_key(its_page, signed(user_handle="AAAA"), form=1),
        BY_ITSELF,
        **_KEYED,
    ),
    Row(
        "a passkey that does not say whose it is",
        NO_PASSKEY,
        with_key(its_page, signed(user_handle=None), form=1),
        BY_ITSELF,
        **_KEYED,
    ),
    Row(
        "a passkey with a signature of none",
        NO_PASSKEY,
        with_key(its_page, signed(signature=b"no"), form=1),
        BY_ITSELF,
        **_KEYED,
    ),
    Row(
        "a passkey that is no JSON",
        NO_PASSKEY,
        with_key(its_page, lambda *_: "{", form=1),
        BY_ITSELF,
        **_KEYED,
    ),
    Row("no passkey", NO_PASSKEY, with_key(its_page, lambda *_: "", form=1), BY_ITSELF, **_KEYED),
    Row(
        "a passkey for a page that is too old",
        AGAIN,
        with_key(its_page, signed(), form=1, wait=4 * MINUTE),
        BY_ITSELF,
        **_KEYED,
    ),
    Row("a passkey shown again", NO_PASSKEY, _over_again, BY_ITSELF, **_KEYED),
    Row("a passkey with a session of the API", AGAIN, _session_of_a_name, BY_ITSELF, **_KEYED),
    Row(
        "a passkey of a named sign-in, wrongly signed",
        NO_PASSKEY,
        with_key(BY_NAME, signed(signature=b"no")),
        with_key(BY_NAME, signed()),
        **_KEYED,
    ),
)
async def test_refused_by_choice(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)
