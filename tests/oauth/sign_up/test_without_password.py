"""Making an account without a password, where codes are a way to sign in (behaviour file, 1.1 and 2.7)."""

from typing import Any

import pytest
from tests import passkeys
from tests.functions import answering
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import forms
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import EMAIL_FIELD, EVE, at, followed

CODES = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
PASSWORDS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}}
CHOICE = {**OAUTH, "ExplicitAuthFlows": passkeys.FLOWS}
NO_CHOICE = {**OAUTH, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
HINT = "Leave it empty to sign in with codes instead."


async def sign_up(visitor: Visitor, password: str = "", username: str = "eve", email: str = EVE) -> Any:
    page = await at(visitor, "/signup")
    typed = {"password": password} if password else {}
    return await visitor.submit(page, username=username, **{EMAIL_FIELD: email}, **typed)


async def waiting(visitor: Visitor) -> Any:
    return await followed(visitor, await sign_up(visitor))


async def test_the_code_that_confirms_signs_in_and_so_do_the_codes_of_later(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})
    visitor = Visitor(scene)
    page = await waiting(visitor)
    assert heading(page) == "Check your email"

    back = await visitor.submit(page, code=await visitor.code())

    assert is_back(back)
    assert (await scene.admin("AdminGetUser", Username="eve"))["UserStatus"] == "CONFIRMED"
    later = visitor.another()
    asked = await later.enter("eve", "")
    assert heading(asked) == "Check your email"
    assert is_back(await later.submit(asked, code=await later.code()))


async def test_the_page_says_that_the_password_may_be_left_empty(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})

    page = await at(Visitor(scene), "/signup")

    assert says(page, f"Password (optional) {HINT}")
    assert 'aria-describedby="password-hint password-rules"' in page.text
    assert 'name="password" required' not in page.text


async def test_who_wants_a_password_has_one(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})
    visitor = Visitor(scene)
    page = await followed(visitor, await sign_up(visitor, PASSWORD))
    assert is_back(await visitor.submit(page, code=await visitor.code()))

    assert is_back(await visitor.another().enter("eve", PASSWORD))


@pytest.mark.parametrize(
    ("pool", "client"),
    [
        (PASSWORDS, CHOICE),
        (CODES, NO_CHOICE),
        ({**CODES, "AutoVerifiedAttributes": []}, CHOICE),
        ({"UserPoolTier": "LITE"}, NO_CHOICE),
    ],
    ids=["a pool without codes", "an app without a choice", "an address that stays unproven", "LITE"],
)
async def test_who_could_never_sign_in_is_asked_for_a_password(scene: Scene, pool: Any, client: Any):
    await scene.set_up(pool, client, {})
    visitor = Visitor(scene)

    page = await at(visitor, "/signup")
    empty = await visitor.submit(page, username="eve", **_email(page))

    assert not says(page, HINT)
    assert (empty.status_code, says(empty, "Enter your password.")) == (400, True)
    with_one = await visitor.submit(page, username="eve", password=PASSWORD, **_email(page))
    assert with_one.status_code == (302 if _email(page) else 200)


async def test_a_pool_that_wants_two_factors_wants_the_password_too(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})
    app = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    await scene.admin("SetUserPoolMfaConfig", MfaConfiguration="ON", **app)

    refused = await sign_up(Visitor(scene))

    assert says(refused, "Enter your password.")
    assert (await sign_up(Visitor(scene), PASSWORD)).status_code == 302


async def test_a_password_that_is_typed_must_be_a_good_one(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})

    weak = await sign_up(Visitor(scene), "short")

    assert says(weak, "Make your password longer: 8 characters or more")
    assert (await sign_up(Visitor(scene))).status_code == 302


async def test_the_same_form_twice_makes_one_account_and_sends_one_code(scene: Scene):
    await scene.set_up(CODES, CHOICE, {})
    visitor = Visitor(scene)
    first = await waiting(visitor)

    second = await waiting(visitor)

    inbox = await scene.world.inbox(scene.pool)
    assert [message.purpose for message in inbox] == ["SignUp"]
    subs = [forms(page.text)[0].hidden["sub"] for page in (first, second)]
    assert len(set(subs)) == 2  # nobody has proven to be that user
    assert is_back(await visitor.submit(second, code=await visitor.code()))


@pytest.mark.parametrize(
    ("email", "password"), [("mallory@example.com", ""), (EVE, PASSWORD)], ids=["address", "password"]
)
async def test_a_name_that_somebody_signs_up_with_is_taken_for_all_others(
    scene: Scene, email: str, password: str
):
    await scene.set_up(CODES, CHOICE, {})
    await waiting(Visitor(scene))

    other = await sign_up(Visitor(scene), password, email=email)

    assert says(other, "That username is taken. Try another one.")
    assert (await sign_up(Visitor(scene))).status_code == 302


async def test_who_is_confirmed_by_the_pools_function_is_asked_for_a_code(scene: Scene):
    scene.world.functions["PreSignUp"] = answering(autoConfirmUser=True, autoVerifyEmail=True)
    await scene.set_up({**CODES, "LambdaConfig": scene.world.triggers()}, CHOICE, {})
    visitor = Visitor(scene)

    asked = await sign_up(visitor)

    assert heading(asked) == "Check your email"
    assert is_back(await visitor.submit(asked, code=await visitor.code()))


def _email(page: Any) -> dict[str, str]:
    return {EMAIL_FIELD: EVE} if EMAIL_FIELD in page.text else {}
