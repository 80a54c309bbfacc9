"""Sign-in by choice: what is offered, what a preference leads to, and how each choice ends (2.7)."""

import pytest
from tests.auth.choosing import EMAIL, PHONE, a_client, a_pool, ada, answer, begin, without_password
from tests.auth.test_sign_in import claims
from tests.idp.people import HIDING
from tests.srp_client import AWSSRP
from tests.world import PASSWORD, World, close_world, open_world

from poolhouse.directory.pools import PASSWORD_STORAGE_TAG
from poolhouse.errors import SignInCodeMismatch

PASSWORDS = ["PASSWORD_SRP", "PASSWORD"]


async def test_without_a_preference_the_user_chooses(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP", "SMS_OTP")
    client = await a_client(world, pool)
    await ada(world, pool, phone_number=PHONE, phone_number_verified="true")

    asked = await begin(world, client)

    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"] == [*PASSWORDS, "EMAIL_OTP", "SMS_OTP"]
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
    assert "AvailableChallenges" not in done


async def test_a_code_by_sms_is_chosen_sent_and_signs_in(world: World) -> None:
    pool = await a_pool(world, "SMS_OTP")
    client = await a_client(world, pool)
    await ada(world, pool, phone_number=PHONE, phone_number_verified="true")

    asked = await answer(world, client, await begin(world, client), ANSWER="SMS_OTP")
    done = await answer(world, client, asked, SMS_OTP_CODE=await world.code(pool))

    assert asked["ChallengeName"] == "SMS_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == "SMS"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"].endswith("0100")
    assert (await world.inbox(pool))[-1].to == PHONE
    assert "AccessToken" in done["AuthenticationResult"]


async def test_six_wrong_codes_do_not_end_the_session(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)
    asked = await begin(world, client, preferred="EMAIL_OTP")

    for _ in range(6):
        with pytest.raises(SignInCodeMismatch):
            await answer(world, client, asked, EMAIL_OTP_CODE="00000000")
        world.advance(2_000_000)  # a person types; the lock of one second is over
    done = await answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))

    assert "AccessToken" in done["AuthenticationResult"]


async def test_the_password_may_come_with_the_preference_or_the_choice_or_after_either(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await ada(world, pool)

    at_once = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD)
    asked = await begin(world, client, preferred="PASSWORD")
    afterwards = await answer(world, client, asked, PASSWORD=PASSWORD)
    chosen = await answer(world, client, await begin(world, client), ANSWER="PASSWORD", PASSWORD=PASSWORD)
    named = await answer(world, client, await begin(world, client), ANSWER="PASSWORD")
    last = await answer(world, client, named, PASSWORD=PASSWORD)

    assert (asked["ChallengeName"], named["ChallengeName"]) == ("PASSWORD", "PASSWORD")
    for done in (at_once, afterwards, chosen, last):
        assert "RefreshToken" in done["AuthenticationResult"]


async def test_srp_may_begin_with_the_preference_or_the_choice_or_after_either(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)
    await ada(world, pool)
    prover = AWSSRP("ada", PASSWORD, pool, client["ClientId"], client=object())
    given = {"SRP_A": prover.get_auth_params()["SRP_A"]}

    at_once = await begin(world, client, preferred="PASSWORD_SRP", **given)
    asked = await begin(world, client, preferred="PASSWORD_SRP")
    afterwards = await answer(world, client, asked, **given)
    chosen = await answer(world, client, await begin(world, client), ANSWER="PASSWORD_SRP", **given)

    assert asked["ChallengeName"] == "PASSWORD_SRP"
    for verifier in (at_once, afterwards, chosen):
        assert verifier["ChallengeName"] == "PASSWORD_VERIFIER"
        proof = prover.process_challenge(verifier["ChallengeParameters"], {"USERNAME": "ada"})
        done = await answer(world, client, verifier, **proof)
        assert "RefreshToken" in done["AuthenticationResult"]


async def test_a_preference_that_the_user_cannot_have_leads_to_the_choice(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}],
    )

    asked = await begin(world, client, preferred="EMAIL_OTP")

    assert asked["ChallengeName"] == "SELECT_CHALLENGE"  # gotcha 33
    assert asked["AvailableChallenges"] == PASSWORDS
    assert await world.inbox(pool) == []


async def test_the_factor_belongs_to_every_client_that_has_the_flow(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    one, other = await a_client(world, pool), await a_client(world, pool)
    await ada(world, pool)

    for client in (one, other):  # gotcha 35
        assert (await begin(world, client, preferred="EMAIL_OTP"))["ChallengeName"] == "EMAIL_OTP"


async def test_an_administrator_signs_users_in_by_choice_too(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await ada(world, pool)
    whom = {"UserPoolId": pool, "ClientId": client["ClientId"]}

    asked = await world.call(
        "AdminInitiateAuth",
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        **whom,
    )
    done = await world.call(
        "AdminRespondToAuthChallenge",
        ChallengeName="EMAIL_OTP",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "EMAIL_OTP_CODE": await world.code(pool)},
        **whom,
    )

    assert "AccessToken" in done["AuthenticationResult"]


async def test_a_client_with_a_secret_signs_in_by_choice(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool, GenerateSecret=True)
    await ada(world, pool)

    asked = await begin(world, client, preferred="EMAIL_OTP")
    done = await answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))

    assert "AccessToken" in done["AuthenticationResult"]


async def test_hashes_that_srp_cannot_check_are_not_offered_to_srp(world: World) -> None:
    pool = await a_pool(world, UserPoolTags={PASSWORD_STORAGE_TAG: "argon2id"})
    flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = await a_client(world, pool, ExplicitAuthFlows=flows)
    await ada(world, pool)

    asked = await begin(world, client, preferred="PASSWORD_SRP", SRP_A="2")
    done = await answer(world, client, asked, ANSWER="PASSWORD", PASSWORD=PASSWORD)

    assert asked["AvailableChallenges"] == ["PASSWORD"]
    assert "AccessToken" in done["AuthenticationResult"]


async def test_a_code_that_nothing_would_deliver_is_not_offered(tmp_path) -> None:
    world = await open_world(tmp_path, email_driver="none")
    pool = await a_pool(world, "EMAIL_OTP", AutoVerifiedAttributes=[])
    client = await a_client(world, pool)
    await ada(world, pool)

    asked = await begin(world, client, preferred="EMAIL_OTP")

    assert asked["AvailableChallenges"] == PASSWORDS
    await close_world(world)


async def test_an_unknown_name_seems_to_get_a_code_at_the_address_that_was_typed(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP", UsernameAttributes=["email"])
    client = await a_client(world, pool, **HIDING)

    asked = await begin(world, client, "someone@gmail.com", preferred="EMAIL_OTP")

    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "s***@g***"  # as observed (2.7)
    assert len(asked["Session"]) > 100
    assert await world.inbox(pool) == []


async def test_an_unknown_name_is_offered_what_a_user_is(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool, **HIDING)
    await ada(world, pool)

    known, unknown = await begin(world, client, "ada"), await begin(world, client, "eve")
    mine = await begin(world, client, "ada", preferred="EMAIL_OTP")
    nobodys = await begin(world, client, "eve", preferred="EMAIL_OTP")

    assert known["AvailableChallenges"] == unknown["AvailableChallenges"]
    assert len(known["Session"]) == len(unknown["Session"])
    assert set(mine) == set(nobodys)
    assert set(mine["ChallengeParameters"]) == set(nobodys["ChallengeParameters"])
    assert len(mine["Session"]) == len(nobodys["Session"])


async def test_a_disabled_user_at_a_client_that_hides_users_seems_to_get_a_code(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool, **HIDING)
    await ada(world, pool)
    await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")

    asked = await begin(world, client, preferred="EMAIL_OTP")

    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert await world.inbox(pool) == []


async def test_who_signs_in_with_a_code_refreshes_as_everybody(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)
    asked = await begin(world, client, preferred="EMAIL_OTP")
    done = await answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))

    again = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": done["AuthenticationResult"]["RefreshToken"]},
    )

    token = claims(again["AuthenticationResult"]["AccessToken"])
    assert token["username"] == "ada"
    assert "acr" not in token
