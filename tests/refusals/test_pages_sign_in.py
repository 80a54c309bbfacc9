"""Refused: sign-ins on the pages that are wrong, forged, of another site, or against the pool's functions."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.functions import untouched
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.refusals.functions import having, raising
from tests.refusals.pages import (
    LOCKED,
    MISMATCH,
    RIGHT,
    WRONG,
    Answer,
    Row,
    Step,
    at,
    enters,
    later,
    leads_to,
    play,
    rows,
    shows,
    times,
)
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, Scene

from poolhouse.errors import FunctionFailed
from poolhouse.ports import DAY, SECOND


async def disabled(s: Scene) -> None:
    await s.admin("AdminDisableUser", Username="ada")


async def _enabled(visitor: Visitor) -> Answer:
    await visitor.scene.admin("AdminEnableUser", Username="ada")
    return await visitor.enter()


async def _to_reset(s: Scene) -> None:
    await s.admin("AdminResetUserPassword", Username="ada")


async def _eve(s: Scene) -> None:
    await s.signed_up("eve")


def posted(
    headers: Mapping[str, str] | None = None, changes: Mapping[str, str] | None = None, **typed: str
) -> Step:
    """The form of the sign-in page, in another way than a browser would."""

    async def run(visitor: Visitor) -> Answer:
        given = {"username": "ada", "password": PASSWORD} | typed
        return await visitor.submit(await visitor.page(), headers=headers, changes=changes, **given)

    return run


async def _as_json(visitor: Visitor) -> Answer:
    page = await visitor.page()
    return await visitor.http.post(str(page.url), json={"username": "ada", "password": PASSWORD})


async def _where_providers_are(visitor: Visitor, providers: list[str]) -> Answer:
    """The app's settings change while the page is open."""
    await _update_client(visitor.scene, SupportedIdentityProviders=["COGNITO"])
    page = await visitor.page()
    await _update_client(visitor.scene, SupportedIdentityProviders=providers)
    return await visitor.submit(page, username="ada", password=PASSWORD)


async def _update_client(s: Scene, **changes: Any) -> None:
    await s.admin("UpdateUserPoolClient", ClientId=s.client, **({**OAUTH} | changes))


@rows(
    Row("a wrong password", MISMATCH, WRONG, RIGHT),
    Row("a name that nobody has", MISMATCH, enters("nobody"), RIGHT),
    Row("a password that is too long to be one", MISMATCH, enters(password="p" * 5_000), RIGHT),
    Row("a name that is too long to be one", MISMATCH, enters("n" * 9_000), RIGHT),
    Row("a disabled user", MISMATCH, RIGHT, _enabled, disabled),
    Row(
        "a user who must reset the password, by a wrong one",
        MISMATCH,
        WRONG,
        RIGHT,
        _to_reset,
        succeeds=leads_to("/confirmForgotPassword"),
    ),
    Row(
        "somebody who is not confirmed, by a wrong password",
        MISMATCH,
        enters("eve", WRONG_PASSWORD),
        enters("eve"),
        _eve,
        succeeds=leads_to("/confirm"),
    ),
    Row("the sixth try, though it is right", LOCKED, times(6, WRONG), later(2 * SECOND, RIGHT)),
    Row("the sixth try of nobody", LOCKED, times(6, enters("nobody")), RIGHT),
    Row("an empty name", "Enter your username.", enters(""), RIGHT),
    Row("a name of spaces", "Enter your username.", enters("  "), RIGHT),
    Row(
        "a post of another site, by its origin",
        "requested page",
        posted({"origin": "https://evil.example"}),
        posted({"origin": "http://localhost:8400"}),
        status=403,
    ),
    Row(
        "a post of another site, by its place",
        "requested page",
        posted({"sec-fetch-site": "cross-site"}),
        posted({"sec-fetch-site": "same-origin", "origin": "null"}),
        status=403,
    ),
    Row(
        "a post of a neighbour's site",
        "requested page",
        posted({"sec-fetch-site": "same-site"}),
        posted({"sec-fetch-site": "none"}),
        status=403,
    ),
    Row(
        "a form of another page's token",
        "requested page",
        posted(changes={"_csrf": "guess"}),
        posted(),
        status=403,
    ),
    Row("a body that is no form", "requested page", _as_json, RIGHT, status=403),
    Row(
        "a provider that the app does not have", "Login option is not available.", posted(idp="Google"), RIGHT
    ),
    Row(
        "the pool's own users, where the app has others only",
        "Login option is not available.",
        lambda visitor: _where_providers_are(visitor, []),
        lambda visitor: _where_providers_are(visitor, ["COGNITO"]),
    ),
)
async def test_refused_at_the_door(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


async def invited(s: Scene) -> None:
    await s.invited()


async def kims_new_password(visitor: Visitor) -> Answer:
    return await visitor.enter("kim")


REQUIRED = {
    "Schema": [
        {"Name": "email", "Required": True, "AttributeDataType": "String", "Mutable": True},
        {"Name": "given_name", "Required": True, "AttributeDataType": "String", "Mutable": True},
    ]
}

_FULL = {"requiredAttributes[email]": "kim@example.com", "requiredAttributes[given_name]": "Kim"}


async def _later_than_allowed(visitor: Visitor) -> Answer:
    await visitor.scene.later(8 * DAY)
    return await visitor.enter("kim")


async def _invited_again(visitor: Visitor) -> Answer:
    await visitor.scene.admin(
        "AdminCreateUser", Username="kim", TemporaryPassword=PASSWORD, MessageAction="RESEND"
    )
    return await visitor.enter("kim")


@rows(
    Row(
        "a new password that is too short",
        "8 characters or more",
        at(kims_new_password, password="P2$x"),
        at(kims_new_password, password=OTHER_PASSWORD),
        invited,
    ),
    Row(
        "a new password without a symbol",
        "Add a symbol, like ! or #",
        at(kims_new_password, password="P2Sword99"),
        at(kims_new_password, password=OTHER_PASSWORD),
        invited,
    ),
    Row(
        "no new password",
        "Enter your new password.",
        at(kims_new_password),
        at(kims_new_password, password=OTHER_PASSWORD),
        invited,
    ),
    Row(
        "a new password that begins with a space",
        "Take away the space at its start or its end",
        at(kims_new_password, password=f" {OTHER_PASSWORD}"),
        at(kims_new_password, password=OTHER_PASSWORD),
        invited,
    ),
    Row(
        "a required attribute that is missing",
        "Fill in “First name”.",
        at(kims_new_password, password=OTHER_PASSWORD, **{"requiredAttributes[email]": "kim@example.com"}),
        at(kims_new_password, password=OTHER_PASSWORD, **_FULL),
        invited,
        pool=REQUIRED,
        user={"given_name": "Ada"},
        client={"WriteAttributes": ["email", "given_name"]},
    ),
    Row(
        "an address that is none",
        "Enter your email in full",
        at(kims_new_password, password=OTHER_PASSWORD, **{**_FULL, "requiredAttributes[email]": "kim"}),
        at(kims_new_password, password=OTHER_PASSWORD, **_FULL),
        invited,
        pool=REQUIRED,
        user={"given_name": "Ada"},
        client={"WriteAttributes": ["email", "given_name"]},
    ),
    Row(
        "a temporary password that is too old",
        "That temporary password has run out.",
        _later_than_allowed,
        _invited_again,
        invited,
        succeeds=shows("Choose your own password"),
    ),
)
async def test_refused_with_a_temporary_password(
    row: Row, scene: Scene, count: Callable[[str, object], None]
) -> None:
    await play(row, scene, count)


def _where(kind: str, function: Any, step: Step) -> Step:
    async def run(visitor: Visitor) -> Answer:
        visitor.world.functions[kind] = function
        return await step(visitor)

    return run


_FAILS = raising(FunctionFailed("Error", "not <b>today</b>"))


@rows(
    Row(
        "a sign-in that PreAuthentication refuses",
        "not <b>today</b>",
        _where("PreAuthentication", _FAILS, RIGHT),
        _where("PreAuthentication", untouched, RIGHT),
        having("PreAuthentication"),
    ),
    Row(
        "a sign-in that PostAuthentication refuses",
        "not <b>today</b>",
        _where("PostAuthentication", _FAILS, RIGHT),
        _where("PostAuthentication", untouched, RIGHT),
        having("PostAuthentication"),
    ),
    Row(
        "a sign-in whose function gives nonsense",
        "Something went wrong on our side.",
        _where("PreAuthentication", lambda _: "x", RIGHT),
        _where("PreAuthentication", untouched, RIGHT),
        having("PreAuthentication"),
        status=500,
    ),
)
async def test_refused_by_a_function(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)
