"""Agreeing to the terms at sign-up: by ticking a box, where the style of the client asks for it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.refusals.scene import Scene
from tests.refusals.sign_up_pages import at, signs_up
from tests.world import close_world, open_world

TICK = "Tick the box to agree to the terms."
BOX = 'type="checkbox" id="terms"'
LINE = "By creating an account you agree"
ACCEPTED = {"changes": {"terms": "1"}}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path)
    scene = Scene(world, tmp_path / "poolhouse.sqlite3")
    await scene.set_up({}, OAUTH, {})
    yield scene
    await close_world(world)


async def asked(scene: Scene, elements: Any, *documents: str) -> Visitor:
    """Before the pages of a client with these settings and documents."""
    settings = {"categories": {"signUp": {"acceptanceElements": elements}}}
    await scene.admin("CreateManagedLoginBranding", ClientId=scene.client, Settings=settings)
    for name in documents:
        links = {"cognito:default": f"https://acme.example/{name}"}
        terms = {"TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
        await scene.admin("CreateTerms", ClientId=scene.client, **terms)
    return Visitor(scene)


BOTH = ("terms-of-use", "privacy-policy")
REQUIRED = [{"enforcement": "REQUIRED", "textKey": "en"}]  # [K]


async def users(scene: Scene) -> list[str]:
    return sorted(user["Username"] for user in (await scene.admin("ListUsers"))["Users"])


async def test_nobody_signs_up_without_the_tick_and_with_it_they_do(scene: Scene) -> None:
    visitor = await asked(scene, REQUIRED, *BOTH)

    page = await at(visitor, "/signup")
    refused = await signs_up()(visitor)
    before = await users(scene)
    made = await signs_up(**ACCEPTED)(visitor)

    assert BOX in page.text
    assert LINE not in page.text
    assert 'href="https://acme.example/terms-of-use"' in page.text
    assert (refused.status_code, TICK in refused.text, before) == (400, True, ["ada"])
    assert (made.is_redirect, await users(scene)) == (True, ["ada", "eve"])


@pytest.mark.parametrize("value", ["", "0", "on"])
async def test_the_tick_is_that_of_the_page(scene: Scene, value: str) -> None:
    visitor = await asked(scene, REQUIRED, *BOTH)

    refused = await signs_up(changes={"terms": value})(visitor)

    assert (refused.status_code, await users(scene)) == (400, ["ada"])
    assert (await signs_up(**ACCEPTED)(visitor)).is_redirect


async def test_beside_another_mistake_the_tick_stays_and_beside_a_missing_tick_the_password_is_asked_for(
    scene: Scene,
) -> None:
    visitor = await asked(scene, REQUIRED, *BOTH)

    short = await signs_up(password="x", **ACCEPTED)(visitor)
    unticked = await signs_up()(visitor)

    assert ticked(short)
    assert not ticked(unticked)
    assert "Enter your password again." in unticked.text


def ticked(page: httpx2.Response) -> bool:
    return " checked" in page.text.partition(BOX)[2].partition(">")[0]


@pytest.mark.parametrize(
    ("elements", "documents", "line"),
    [
        ([{"enforcement": "NONE", "textKey": "en"}], BOTH, True),
        ([], BOTH, False),
        (REQUIRED, BOTH[:1], False),  # one document alone is not shown, and nobody agrees to nothing
        (REQUIRED, (), False),
    ],
)
async def test_without_the_tick_people_sign_up_where_it_is_not_asked_for(
    scene: Scene, elements: Any, documents: tuple[str, ...], line: bool
) -> None:
    visitor = await asked(scene, elements, *documents)

    page = await at(visitor, "/signup")
    made = await signs_up()(visitor)

    assert BOX not in page.text
    assert (LINE in page.text) == line
    assert (made.is_redirect, await users(scene)) == (True, ["ada", "eve"])
