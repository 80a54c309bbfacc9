"""Making an account by phone: the code comes in a text message that says where to type it (UI guide, 7.6)."""

from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import SMS, heading, is_back, says
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import at, followed, wrong

PHONE = "+12065550123"
BY_PHONE = {
    "UsernameAttributes": ["phone_number"],
    "AutoVerifiedAttributes": ["phone_number"],
    "SmsVerificationMessage": "Your key is {####}",
    "SmsConfiguration": SMS["SmsConfiguration"],
}


async def pool_of(scene: Scene, **changes: object) -> Visitor:
    world = scene.world
    scene.pool = await world.pool(**BY_PHONE, **changes)
    scene.app = await world.client(scene.pool, **OAUTH)
    return Visitor(scene)


async def test_the_code_of_the_text_message_confirms_and_signs_in(scene: Scene):
    visitor = await pool_of(scene)
    page = await at(visitor, "/signup")
    assert says(page, "We’ll text a code here to confirm it’s yours.")

    waiting = await followed(visitor, await visitor.submit(page, username=PHONE, password=PASSWORD))
    assert heading(waiting) == "Check your phone"
    assert says(waiting, "+*******0123")
    code = await visitor.code()
    refused = await visitor.submit(waiting, code=wrong(code))
    assert says(refused, "That code doesn’t match. Use the newest one we sent.")

    assert is_back(await visitor.submit(refused, code=code))
    assert is_back(await visitor.another().enter(PHONE, PASSWORD))


async def test_what_is_no_phone_number_is_refused_and_one_is_not(scene: Scene):
    visitor = await pool_of(scene)
    page = await at(visitor, "/signup")

    refused = await visitor.submit(page, username="0701234567", password=PASSWORD)

    assert says(refused, "Start with + and the country code, like +46 70 123 45 67.")
    assert (await visitor.submit(refused, username=PHONE, password=PASSWORD)).status_code == 302


async def test_a_code_that_is_typed_on_a_page_says_so_in_its_last_line(scene: Scene):
    visitor = await pool_of(scene)
    page = await at(visitor, "/signup")
    waiting = await followed(visitor, await visitor.submit(page, username=PHONE, password=PASSWORD))
    await visitor.submit(waiting, 1, resend="1")

    for message in await scene.world.inbox(scene.pool):
        assert message.body == f"Your key is {message.code}\n\n@localhost #{message.code}"
    assert 'autocomplete="one-time-code"' in waiting.text


async def test_a_code_of_the_api_is_typed_in_an_app_and_names_no_page(scene: Scene):
    await pool_of(scene)

    await scene.public("SignUp", Username=PHONE, Password=PASSWORD)

    (message,) = await scene.world.inbox(scene.pool)
    assert message.body == f"Your key is {message.code}"
