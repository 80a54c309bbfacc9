"""Sign-in by choice: what is offered, what a preference leads to, and how each choice ends."""

from tests.auth.choosing import PHONE, a_client, a_pool, ada, answer, begin, without_password
from tests.auth.test_sign_in import claims
from tests.world import World


async def test_without_a_preference_the_user_chooses(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP", "SMS_OTP")
    client = await a_client(world, pool)
    await ada(world, pool, phone_number=PHONE, phone_number_verified="true")

    asked = await begin(world, client)

    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]
    assert asked["ChallengeParameters"] == {}


async def test_a_preferred_code_is_sent_at_once_and_signs_in(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)

    asked = await begin(world, client, preferred="EMAIL_OTP")
    code = await world.code(pool)
    done = await answer(world, client, asked, EMAIL_OTP_CODE=code)

    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["AvailableChallenges"] == ["EMAIL_OTP"]  # as observed (2.7)
    assert asked["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "a***@e***",
    }
    assert (len(code), code.isdigit()) == (8, True)
    assert claims(done["AuthenticationResult"]["AccessToken"])["username"] == "ada"
    assert done["ChallengeParameters"] == {}
