"""Sign-ins that look odd, on the pool's own pages: refused in words, or asked for the second factor."""

from pathlib import Path

import pytest
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.refusals import mfa
from tests.refusals.scene import Scene
from tests.risk.life import LINUX_CHROME
from tests.risky import ENFORCED, FAR, at_home, far_away, living, set_risk
from tests.world import World

from poolhouse.context import Env

FLOWS = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}


@pytest.fixture
async def visitor(world: World, tmp_path: Path) -> Visitor:
    """A thief with Ada's password, far away, before the pages of a pool that blocks a HIGH risk."""
    scene = Scene(world, tmp_path / "poolhouse.sqlite3")
    await scene.set_up(ENFORCED, {**OAUTH, **FLOWS}, {})
    await living(High="BLOCK")(scene)
    return Visitor(scene)


def from_afar(visitor: Visitor) -> Visitor:
    """Their browser is another than Ada's, and so is their address."""
    env: Env = visitor.world.env
    assert env.atlas is not None
    places = env.atlas.places  # type: ignore[attr-defined]
    places["127.0.0.1"] = places[FAR]  # whence requests in this process come
    visitor.http.headers["user-agent"] = LINUX_CHROME
    return visitor


async def test_a_thief_is_told_that_it_is_not_possible_and_gets_no_further(visitor: Visitor) -> None:
    page = await from_afar(visitor).enter()

    assert page.status_code == 400
    assert "That isn’t possible here." in page.text
    assert (await visitor.enter(password="Wr0ng-P2$Sword")).status_code == 400
    assert "AuthenticationResult" in await at_home(visitor.scene).sign_in()


async def test_where_the_risk_demands_the_second_factor_its_page_is_shown(visitor: Visitor) -> None:
    s = visitor.scene
    await mfa.with_app(at_home(s))
    await set_risk(s, High="MFA_REQUIRED")
    await mfa.half_minutes(s, 2)

    page = await from_afar(visitor).enter()
    back = await visitor.submit(page, code=mfa.code(s))

    assert 'name="code"' in page.text
    assert back.is_redirect
    assert "code=" in back.headers["location"]


async def test_without_a_level_the_pages_let_in_as_ever(visitor: Visitor) -> None:
    await set_risk(far_away(visitor.scene), High="NO_ACTION")

    assert (await from_afar(visitor).enter()).is_redirect
