"""GET /oauth2/authorize: what it leaves behind, and tokens at once where a client takes them so (6.2)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.pages_table import Browser
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.walk import Walk, parameters, target
from tests.refusals.ledgers import stored
from tests.refusals.scene import Scene
from tests.server import Server
from tests.world import close_world, open_world


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)


async def test_a_browser_without_a_cookie_leaves_nothing_behind_and_one_that_signs_in_does(
    scene: Scene,
) -> None:
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    before = stored(scene.file)

    answer = await visitor.http.get(visitor.app.authorize())
    await visitor.http.get(target(answer))

    assert "/login?" in target(answer)
    assert "set-cookie" not in answer.headers
    assert stored(scene.file) == before
    await visitor.enter()
    assert stored(scene.file) != before


@pytest.fixture
def spa(server: Server) -> App:
    """An app client of the implicit flow."""
    return registered(server, AllowedOAuthFlows=["implicit"])


def test_the_implicit_flow_gives_tokens_in_the_fragment_in_cognitos_order(server: Server, spa: App) -> None:
    asked = {"response_type": "token", "code_challenge": "", "code_challenge_method": ""}

    back = Browser(server, spa, Walk()).sign_in(**asked)

    assert target(back).startswith(f"{CALLBACK}#id_token=")
    found = parameters(back)
    assert list(found) == ["id_token", "access_token", "expires_in", "token_type", "state", "iss"]
    assert (found["expires_in"], found["token_type"], found["state"]) == ("3600", "Bearer", "of the app")
    keys = KeySet.import_key_set(httpx2.get(f"{spa.base}/.well-known/jwks.json").json())
    assert jwt.decode(found["id_token"], keys).claims["nonce"] == "n-0S6"
    assert jwt.decode(found["access_token"], keys).claims["scope"] == "openid email"


def test_the_implicit_flow_gives_no_id_token_without_openid(server: Server, spa: App) -> None:
    asked = {"response_type": "token", "code_challenge": "", "code_challenge_method": ""}

    back = Browser(server, spa, Walk()).sign_in(**asked, scope="aws.cognito.signin.user.admin")

    assert list(parameters(back)) == ["access_token", "expires_in", "token_type", "state", "iss"]
