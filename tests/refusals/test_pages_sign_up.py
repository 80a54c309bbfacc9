"""Refused: sign-ups, codes and resets on the pages, each with almost the same that succeeds.

security.md, rules 3, 5 and 6; UI guide, 6 and 7.10 to 7.12.
"""

import re
from collections.abc import Callable

import pytest
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import says
from tests.oauth.walk import forms
from tests.refusals.pages import AGAIN, LOCKED, WRONG_CODE, Row, leads_to, play, rows
from tests.refusals.scene import Scene
from tests.refusals.sign_up_pages import (
    Answer,
    at,
    confirms,
    followed,
    resets,
    resetting,
    signs_up,
    waiting,
    wrong,
)

from poolhouse.ports import HOUR

CONFIRM = leads_to("/confirm")
UNAUTHORIZED = "Something here can’t be kept like this. Check what you filled in, then try again."
NEEDS = {
    "Schema": [
        {"Name": "given_name", "Required": True, "AttributeDataType": "String", "Mutable": True},
        {"Name": "tenant", "AttributeDataType": "String", "Mutable": False},
        {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
    ]
}


async def close(scene: Scene) -> None:
    await scene.admin(
        "UpdateUserPool",
        AutoVerifiedAttributes=["email"],
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )


async def open_again(visitor: Visitor) -> Answer:
    await visitor.scene.admin("UpdateUserPool", AutoVerifiedAttributes=["email"])
    return await signs_up()(visitor)


async def without_token(visitor: Visitor) -> Answer:
    page = await at(visitor, "/signup")
    return await visitor.submit(page, changes={"_csrf": ""}, username="eve", password="P2$Sword")


async def of_another_browser(visitor: Visitor) -> Answer:
    page = await at(visitor.another(), "/signup")
    await at(visitor, "/signup")
    return await visitor.submit(page, username="eve", password="P2$Sword")


async def from_another_site(visitor: Visitor) -> Answer:
    page = await at(visitor, "/signup")
    headers = {"sec-fetch-site": "cross-site"}
    return await visitor.submit(page, headers=headers, username="eve", password="P2$Sword")


@rows(
    Row(
        "a form without its token", "requested page", without_token, signs_up(), status=403, succeeds=CONFIRM
    ),
    Row(
        "another browser's form",
        "requested page",
        of_another_browser,
        signs_up(),
        status=403,
        succeeds=CONFIRM,
    ),
    Row(
        "a form that another site posts",
        "requested page",
        from_another_site,
        signs_up(),
        status=403,
        succeeds=CONFIRM,
    ),
    Row(
        "a sign-up where administrators alone make accounts",
        "Login option is not available.",
        lambda visitor: at(visitor, "/signup"),
        open_again,
        arrange=close,
        succeeds=CONFIRM,
    ),
    Row(
        "an app whose users come from elsewhere",
        "Login option is not available.",
        lambda visitor: _with_providers(visitor, []),
        lambda visitor: _with_providers(visitor, ["COGNITO"]),
        succeeds=CONFIRM,
    ),
    Row("no name", "Enter your username.", signs_up(""), signs_up(), succeeds=CONFIRM),
    Row("a name with spaces", "Check “Username”", signs_up("e v e"), signs_up(), succeeds=CONFIRM),
    Row(
        "a name of 129 characters",
        "Check “Username”",
        signs_up("e" * 129),
        signs_up("e" * 128),
        succeeds=CONFIRM,
    ),
    Row(
        "a name with a null in it",
        "A parameter cannot be read",
        signs_up("e\0ve"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row(
        "a name that is taken", "That username is taken.", signs_up("ada"), signs_up("ada2"), succeeds=CONFIRM
    ),
    Row("no password", "Enter your password.", signs_up(password=""), signs_up(), succeeds=CONFIRM),
    Row(
        "a short password",
        "Make your password longer",
        signs_up(password="P2$w"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row(
        "a password without a symbol",
        "Add a symbol",
        signs_up(password="P2xSword"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row(
        "an address that is none",
        "Enter your email in full",
        signs_up(email="eve@"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row("no address", "Fill in “Email”.", signs_up(email=""), signs_up(), succeeds=CONFIRM),
    Row(
        "a required attribute that is missing",
        "Fill in “First name”.",
        signs_up(given_name=" "),
        signs_up(given_name="Eve"),
        pool=NEEDS,
        client={"WriteAttributes": ["email", "given_name"]},
        user={"given_name": "Ada"},
        succeeds=CONFIRM,
    ),
    Row(
        "an attribute too many: custom",
        UNAUTHORIZED,
        signs_up(custom_plan="gold"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row(
        "an attribute that is never changed, smuggled in",
        UNAUTHORIZED,
        signs_up(custom_tenant="acme"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row("a sub of one's own", UNAUTHORIZED, signs_up(sub="me"), signs_up(), succeeds=CONFIRM),
    Row(
        "an address that proves itself",
        UNAUTHORIZED,
        signs_up(email_verified="true"),
        signs_up(),
        succeeds=CONFIRM,
    ),
    Row("identities of one's own", UNAUTHORIZED, signs_up(identities="[]"), signs_up(), succeeds=CONFIRM),
    Row("an attribute that nobody knows", UNAUTHORIZED, signs_up(nothing="x"), signs_up(), succeeds=CONFIRM),
)
async def test_refused_at_sign_up(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


async def _with_providers(visitor: Visitor, names: list[str]) -> Answer:
    app = await visitor.scene.another_client(**{**OAUTH, "SupportedIdentityProviders": names})
    other = visitor.another(str(app["ClientId"]))
    return await (signs_up()(other) if names else at(other, "/signup"))


async def in_another_browser(visitor: Visitor) -> Answer:
    page = await waiting(visitor)
    visitor.scene.got |= {"page": page, "code": await visitor.code()}
    other = visitor.another()
    own = await waiting_as(other, "bob2")
    return await other.submit(
        own, changes={"carried": forms(page.text)[0].hidden["carried"]}, code=visitor.scene.got["code"]
    )


async def waiting_as(visitor: Visitor, name: str) -> Answer:
    return await followed(visitor, await signs_up(name, email=f"{name}@example.com")(visitor))


async def at_another_app(visitor: Visitor) -> Answer:
    """The same browser, and the state of a sign-up at one app posted to another's page."""
    page = await waiting(visitor)
    visitor.scene.got |= {"page": page, "code": await visitor.code()}
    app = await visitor.scene.another_client(**OAUTH)
    address = str(page.url).replace(visitor.app.client_id, str(app["ClientId"]))
    data = {**forms(page.text)[0].hidden, "code": visitor.scene.got["code"]}
    return await visitor.http.post(address, data=data)


async def too_late(visitor: Visitor) -> Answer:
    await confirms(wrong)(visitor)
    await visitor.scene.later(HOUR)
    return await confirms()(visitor)


async def anew(visitor: Visitor) -> Answer:
    """By the sign-in page, which sends another code."""
    page = await followed(visitor, await visitor.enter("eve"))
    return await visitor.submit(page, code=await visitor.code())


async def sixteen_times(visitor: Visitor) -> Answer:
    for _ in range(15):
        await confirms(wrong)(visitor)
    return await confirms()(visitor)


async def an_hour_later(visitor: Visitor) -> Answer:
    await visitor.scene.later(HOUR)
    return await anew(visitor)


async def sent_six_times(visitor: Visitor) -> Answer:
    page = await waiting(visitor)
    visitor.scene.got["page"] = page
    for _ in range(6):
        answer = await visitor.submit(page, 1, resend="1")
    return answer


@rows(
    Row("a wrong code", WRONG_CODE, confirms(wrong), confirms()),
    Row("no code", "Enter the code.", confirms(lambda right: ""), confirms()),
    Row("a code of letters", WRONG_CODE, confirms(lambda right: "abcdef"), confirms()),
    Row(
        "a code with a null in it",
        "A parameter cannot be read",
        confirms(lambda right: right + "\0"),
        confirms(),
    ),
    Row("a code of 3,000 digits", WRONG_CODE, confirms(lambda right: "1" * 3_000), confirms()),
    Row("a sign-up of another browser", AGAIN, in_another_browser, confirms()),
    Row("a sign-up at another app", AGAIN, at_another_app, confirms()),
    Row("a state that was changed", AGAIN, confirms(changes={"carried": "AAAA"}), confirms()),
    Row("a state that is no text of ours", AGAIN, confirms(changes={"carried": "é!"}), confirms()),
    Row("no state", AGAIN, confirms(changes={"carried": ""}), confirms()),
    Row(
        "a form of the code without its token",
        "requested page",
        confirms(changes={"_csrf": ""}),
        confirms(),
        status=403,
    ),
    Row("a page that is an hour old", AGAIN, too_late, anew),
    Row("the sixteenth try in an hour", LOCKED, sixteen_times, an_hour_later, status=429),
    Row(
        "a sixth code in an hour", "We’ve sent several codes already.", sent_six_times, confirms(), status=429
    ),
)
async def test_refused_at_the_code(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


async def of_nobody(visitor: Visitor) -> Answer:
    page = await resetting(visitor, "nobody")
    return await visitor.submit(page, code="123456", password="An0ther-P2$Sword")


async def asks_for(visitor: Visitor, username: str) -> Answer:
    return await visitor.submit(await at(visitor, "/forgotPassword"), username=username)


async def used(visitor: Visitor) -> Answer:
    await resets()(visitor)
    other = visitor.another()
    page = await resetting(other)
    return await other.submit(page, code=visitor.scene.got["code"], password="Th1rd-P2$Sword")


async def newest(visitor: Visitor) -> Answer:
    page = await resetting(visitor)
    return await visitor.submit(page, code=await visitor.code(), password="Th1rd-P2$Sword")


RESET = leads_to("/confirmForgotPassword")


@rows(
    Row(
        "a reset without a name",
        "Enter your username.",
        lambda v: asks_for(v, ""),
        lambda v: asks_for(v, "ada"),
        succeeds=RESET,
    ),
    Row(
        "a reset of a name that none can be",
        "Check “Username”",
        lambda v: asks_for(v, "a a"),
        lambda v: asks_for(v, "ada"),
        succeeds=RESET,
    ),
    Row("a reset of nobody, by any code", WRONG_CODE, of_nobody, newest),
    Row("a wrong code of a reset", WRONG_CODE, resets(wrong), resets()),
    Row("no code of a reset", "Enter the code.", resets(lambda right: ""), resets()),
    Row("a weak new password", "Make your password longer", resets(password="short"), resets()),
    Row("no new password", "Enter your new password.", resets(password=""), resets()),
    Row("a reset with a state that was changed", AGAIN, resets(changes={"carried": "AAAA"}), resets()),
    Row("a reset without its token", "requested page", resets(changes={"_csrf": "x"}), resets(), status=403),
    Row("a code of a reset, twice", WRONG_CODE, used, newest),
)
async def test_refused_at_the_reset(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


HOSTILE = "<script>alert(1)</script>&\"'"


@pytest.mark.parametrize("path", ["/signup", "/forgotPassword"])
async def test_what_is_typed_is_shown_escaped(path: str, scene: Scene) -> None:
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)

    page = await visitor.submit(await at(visitor, path), username=f"{HOSTILE} ", password="x")
    shown = await followed(visitor, page)

    assert "<script>alert" not in shown.text
    assert says(shown, HOSTILE) or "&lt;script&gt;alert(1)" in shown.text


async def test_known_and_unknown_names_get_the_same_reset(scene: Scene) -> None:
    await scene.set_up({}, OAUTH, {})
    seen = []
    for name in ("ada", "eva"):
        visitor = Visitor(scene)
        page = await resetting(visitor, name)
        refused = await visitor.submit(page, code="abc", password="An0ther-P2$Sword")
        seen.append([alike(page.text, name), refused.status_code, alike(refused.text, name)])

    assert seen[0] == seen[1]


def alike(text: str, name: str) -> str:
    return re.sub(r'(name="(?:_csrf|carried)" value=")[^"]*', r"\1", text.replace(name, "NAME"))
