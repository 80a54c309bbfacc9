"""The main walks on SQLite and on PostgreSQL: an account, a sign-in, a lost password, tokens, a passkey."""

from tests import passkeys
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import is_back
from tests.oauth.walk import parameters
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import resetting, waiting

NEW = "An0ther-P2$Sword"


async def test_sign_up_confirm_sign_in_reset_and_tokens(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await waiting(visitor)
    assert is_back(await visitor.submit(page, code=await visitor.code()))
    assert is_back(await visitor.another().enter("eve", PASSWORD))

    later = visitor.another()
    reset = await resetting(later, "eve")
    back = await later.submit(reset, code=await later.code(), password=NEW)

    redeemed = later.app.redeem(parameters(back)["code"])
    answer = await later.http.post(f"{later.app.base}/oauth2/token", data=redeemed)
    assert answer.status_code == 200
    assert {"id_token", "access_token", "refresh_token"} <= answer.json().keys()
    assert not is_back(await visitor.another().enter("eve", PASSWORD))


async def test_a_passkey_signs_in_through_the_api(scene: Scene):
    await scene.set_up({}, {"ExplicitAuthFlows": passkeys.FLOWS}, {})
    await passkeys.turn_on(scene.world, scene.pool)
    key = await passkeys.register(scene.world, (await scene.tokens())["AccessToken"])

    answer = await passkeys.sign_in(scene.world, scene.app, key)

    assert answer["AuthenticationResult"]["AccessToken"]
