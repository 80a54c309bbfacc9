"""Functions at sign-ins with a provider: when they are called, and what they may change (5.1, 5.2)."""

import pytest
from tests.federation.people import MAIL, linking, stage
from tests.functions import answering, untouched
from tests.idp.refused import plain

from poolhouse.errors import FunctionFailed

ALL = ("InboundFederation", "PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication")


def failing(event):
    raise FunctionFailed("Error", "not you")


async def test_functions_are_called_in_the_documented_order(world):
    for kind in ALL:
        world.functions[kind] = untouched
    s = await stage(world)

    await s.sign_in(email=MAIL)
    first = [event["triggerSource"] for event in world.fired]
    world.fired.clear()
    await s.sign_in(email=MAIL)

    assert first == [
        "InboundFederation_ExternalProvider",
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
    ]
    assert [event["triggerSource"] for event in world.fired] == [
        "InboundFederation_ExternalProvider",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ]
    assert {event["userName"] for event in world.fired} == {"corp_109"}


async def test_the_function_of_federation_is_told_what_the_provider_said_and_may_replace_it(world):
    world.functions["InboundFederation"] = answering(userAttributesToMap={"name": "Countess", "x": "y"})
    s = await stage(world)

    user = await s.sign_in(name="Ada", email=MAIL)

    assert user.attributes["name"] == "Countess"
    assert "email" not in user.attributes
    [event] = world.fired
    assert event["request"] == {
        "providerName": "corp",
        "providerType": "OIDC",
        "attributes": {
            "tokenResponse": {},
            "idToken": {"sub": "109", "name": "Ada", "email": MAIL},
            "userInfo": {},
        },
    }


async def test_the_function_of_federation_that_answers_nothing_changes_nothing(world):
    world.functions["InboundFederation"] = untouched
    s = await stage(world)

    assert (await s.sign_in(name="Ada")).attributes["name"] == "Ada"


async def test_pre_sign_up_sees_the_attributes_and_may_vouch_for_the_address(world):
    world.functions["PreSignUp"] = answering(autoVerifyEmail=True)
    s = await stage(world)

    user = await s.sign_in(email=MAIL)

    assert user.attributes["email_verified"] == "true"
    [event] = world.fired
    assert event["triggerSource"] == "PreSignUp_ExternalProvider"
    assert event["request"]["userAttributes"] == {"email": MAIL, "email_verified": "false"}


@pytest.mark.parametrize("kind", ["InboundFederation", "PreSignUp"])
async def test_a_function_that_refuses_the_first_sign_in_leaves_no_user(world, kind):
    world.functions[kind] = failing
    s = await stage(world)

    assert await s.refused() == f"{kind} failed with error not you."

    assert await s.users() == {}
    world.functions[kind] = untouched
    await s.sign_in()


@pytest.mark.parametrize("kind", ["PreAuthentication", "PostAuthentication"])
async def test_a_function_that_refuses_a_later_sign_in_leaves_the_user_as_it_was(world, kind):
    world.functions[kind] = failing
    s = await stage(world)
    await s.sign_in(name="Ada")

    assert await s.refused(name="Eve") == f"{kind} failed with error not you."

    assert plain((await s.users())["corp_109"]["Attributes"])["name"] == "Ada"
    world.functions[kind] = untouched
    assert (await s.sign_in(name="Eve")).attributes["name"] == "Eve"


async def test_a_user_stays_when_the_function_after_the_confirmation_refuses(world):
    world.functions["PostConfirmation"] = failing
    s = await stage(world)

    assert await s.refused() == "PostConfirmation failed with error not you."

    assert list(await s.users()) == ["corp_109"]
    await s.sign_in()


async def test_an_identity_that_the_function_links_signs_in_as_that_user_at_once(world):
    s = None

    async def linking_function(event):
        if event["triggerSource"] == "PreSignUp_ExternalProvider":
            await world.call("AdminLinkProviderForUser", **linking(s.pool))
        return event

    world.functions["PreSignUp"] = linking_function
    s = await stage(world)
    await world.call("AdminCreateUser", UserPoolId=s.pool, Username="ada", MessageAction="SUPPRESS")

    user = await s.sign_in(name="Ada")

    assert user.username == "ada"
    assert list(await s.users()) == ["ada"]
