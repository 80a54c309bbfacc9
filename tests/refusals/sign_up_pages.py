"""What browsers do at /signup, /confirm and /forgotPassword, for the tables and tests of those pages."""

from typing import Any

import httpx2
from tests.oauth.sign_in.inside import Visitor
from tests.oauth.walk import target
from tests.refusals.pages import Step
from tests.refusals.scene import PASSWORD

Answer = httpx2.Response

EVE = "eve@example.com"
EMAIL_FIELD = "requiredAttributes[email]"


async def at(visitor: Visitor, path: str, **changes: str) -> Answer:
    """A page by a direct link of the app, or the page that it leads to."""
    return await followed(
        visitor, await visitor.http.get(visitor.app.authorize(**changes).replace("/oauth2/authorize", path))
    )


async def followed(visitor: Visitor, answer: Answer) -> Answer:
    while answer.is_redirect and "localhost" in target(answer).partition("?")[0]:
        answer = await visitor.http.get(target(answer))
    return answer


def signs_up(
    username: str = "eve", password: str = PASSWORD, changes: dict[str, str] | None = None, **typed: str
) -> Step:
    """What the form of /signup answers; by other words in brackets: `attributes` of the form."""

    async def run(visitor: Visitor) -> Answer:
        filled = {EMAIL_FIELD: EVE} | {_field(name): value for name, value in typed.items()}
        page = await at(visitor, "/signup")
        return await visitor.submit(page, changes=changes, username=username, password=password, **filled)

    return run


def _field(name: str) -> str:
    return f"requiredAttributes[{name.replace('custom_', 'custom:')}]"


async def waiting(visitor: Visitor) -> Answer:
    """The page of the code, after a sign-up."""
    return await followed(visitor, await signs_up()(visitor))


def confirms(code: Any = None, **options: Any) -> Step:
    """Sign up, unless that is done, and type the code: the right one, or what `code` makes of it."""

    async def run(visitor: Visitor) -> Answer:
        page = visitor.scene.got.get("page") or await waiting(visitor)
        visitor.scene.got["page"] = page
        if "code" not in visitor.scene.got:
            visitor.scene.got["code"] = await visitor.code()
        right = visitor.scene.got["code"]
        return await visitor.submit(page, code=code(right) if code else right, **options)

    return run


async def resetting(visitor: Visitor, username: str = "ada") -> Answer:
    """The page of the new password."""
    page = await at(visitor, "/forgotPassword")
    return await followed(visitor, await visitor.submit(page, username=username))


def wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def resets(code: Any = None, password: str = "An0ther-P2$Sword", **options: Any) -> Step:
    async def run(visitor: Visitor) -> Answer:
        page = visitor.scene.got.get("page") or await resetting(visitor)
        visitor.scene.got["page"] = page
        if "code" not in visitor.scene.got:
            visitor.scene.got["code"] = await visitor.code()
        right = visitor.scene.got["code"]
        return await visitor.submit(page, code=code(right) if code else right, password=password, **options)

    return run
