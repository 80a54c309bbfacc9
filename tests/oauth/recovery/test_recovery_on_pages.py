"""Lost passwords on the pages: /forgotPassword and /confirmForgotPassword (UI guide, 7.12)."""

from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import target
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import at, followed, resetting

NEW = "An0ther-P2$Sword"


async def test_the_code_from_the_mail_and_a_new_password_sign_the_user_in(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await resetting(visitor)
    assert heading(page) == "Choose a new password"
    assert says(page, "If ada has an account here, a 6‑digit code is on its way.")

    back = await visitor.submit(page, code=await visitor.code(), password=NEW)

    assert is_back(back)
    assert is_back(await visitor.another().enter(password=NEW))
    assert not is_back(await visitor.another().enter(password=PASSWORD))


async def test_a_second_factor_is_asked_for_after_the_new_password(scene: Scene):
    await scene.set_up({}, OAUTH, {"phone_number": "+12065550123", "phone_number_verified": "true"})
    sms = {
        "SmsAuthenticationMessage": "{####}",
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns"},
    }
    await scene.admin("SetUserPoolMfaConfig", SmsMfaConfiguration=sms, MfaConfiguration="ON")
    visitor = Visitor(scene)
    page = await resetting(visitor)

    asked = await visitor.submit(page, code=await visitor.code(), password=NEW)

    assert heading(asked) == "Check your phone"
    assert is_back(await visitor.submit(asked, code=await visitor.code()))


async def test_nobody_gets_the_same_page_and_no_mail(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)

    page = await resetting(visitor, "nobody")

    assert says(page, "If nobody has an account here, a 6‑digit code is on its way.")
    assert await scene.world.inbox(scene.pool) == []


async def test_another_code_comes_from_the_page_of_the_new_password(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await resetting(visitor)

    again = await visitor.submit(page, 1, resend="1")

    assert says(again, "A new code is on its way.")
    assert len(await scene.world.inbox(scene.pool)) == 2
    assert is_back(await visitor.submit(again, code=await visitor.code(), password=NEW))


async def test_who_must_choose_a_new_password_is_sent_a_code_when_signing_in(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    await scene.admin("AdminResetUserPassword", Username="ada")
    visitor = Visitor(scene)

    answer = await visitor.enter()

    assert target(answer).partition("?")[0].endswith("/confirmForgotPassword")
    page = await followed(visitor, answer)
    assert says(page, "To keep your account safe, please choose a new one.")
    assert is_back(await visitor.submit(page, code=await visitor.code(), password=NEW))


async def test_a_password_of_before_is_told_only_to_who_has_the_code(scene: Scene):
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}
    await scene.set_up({"Policies": policy}, OAUTH, {})
    visitor = Visitor(scene)
    page = await resetting(visitor)
    code = await visitor.code()

    wrong = await visitor.submit(page, code="000000" if code != "000000" else "111111", password=PASSWORD)
    used = await visitor.submit(page, code=code, password=PASSWORD)

    assert not says(wrong, "Choose a password you haven’t used here before.")
    assert says(used, "Choose a password you haven’t used here before.")
    assert is_back(await visitor.submit(used, code=code, password=NEW))


async def test_the_page_of_the_code_is_reached_by_the_first_page_alone(scene: Scene):
    await scene.set_up({}, OAUTH, {})

    page = await at(Visitor(scene), "/confirmForgotPassword")

    assert heading(page) == "Reset your password"
