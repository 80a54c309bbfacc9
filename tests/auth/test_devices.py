"""Devices in a sign-in: what it is offered, what a remembered one spares, what its tokens say (2.2)."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.browser import OPT_IN, TRACKING
from tests.idp import authenticator
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import NOBODY, forget, key
from tests.refusals.scene import PASSWORD, Scene
from tests.world import World

from poolhouse.errors import DeviceNotFound, IncorrectLogin, LockedOut
from poolhouse.ports import HOUR, SECOND

ASKED = "SOFTWARE_TOKEN_MFA"


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """A pool that always remembers devices and lets them stand for a second factor."""
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(TRACKING, {}, {})
    return made


def claims(tokens: Mapping[str, Any]) -> dict[str, Any]:
    part = tokens["AccessToken"].split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


async def described(s: Scene) -> dict[str, Any]:
    return dict((await s.token("GetDevice", DeviceKey=key(s)))["Device"])


async def attributes(s: Scene) -> dict[str, str]:
    return {entry["Name"]: entry["Value"] for entry in (await described(s))["DeviceAttributes"]}


async def test_a_sign_in_without_a_device_is_offered_one(s: Scene) -> None:
    tokens = await steps.offered(s)

    metadata = tokens["NewDeviceMetadata"]
    assert re.fullmatch(r"us-east-1_[0-9a-f-]{36}", metadata["DeviceKey"])
    assert re.fullmatch(r"-[A-Za-z0-9]{8}", metadata["DeviceGroupKey"])
    assert claims(tokens)["device_key"] == metadata["DeviceKey"]


async def test_every_sign_in_is_offered_another_device(s: Scene) -> None:
    first, second = await steps.offered(s), await steps.offered(s)

    for member in ("DeviceKey", "DeviceGroupKey"):
        assert first["NewDeviceMetadata"][member] != second["NewDeviceMetadata"][member]


async def test_an_offer_that_nobody_takes_up_leaves_no_device(s: Scene) -> None:
    await steps.signed_in(s)

    assert (await s.token("ListDevices"))["Devices"] == []


async def test_a_password_in_clear_is_offered_a_device_too(s: Scene) -> None:
    """[K]: the guide of 2023 names USER_SRP_AUTH alone, AWS's clients take the offer in every flow."""
    assert "NewDeviceMetadata" in await s.tokens()


async def test_the_flow_of_administrators_is_offered_none(s: Scene) -> None:
    tokens = (await s.admin_sign_in())["AuthenticationResult"]

    assert "NewDeviceMetadata" not in tokens
    assert "device_key" not in claims(tokens)


async def test_a_pool_that_tracks_no_devices_offers_none_and_takes_no_notice_of_a_key(s: Scene) -> None:
    """[K]: a key that is left over from when the pool tracked devices."""
    await steps.confirmed(s)
    await steps.track(s, None)

    tokens = await steps.offered(s, DEVICE_KEY=key(s))
    cleared = await steps.offered(s, DEVICE_KEY=NOBODY)

    for result in (tokens, cleared):
        assert "NewDeviceMetadata" not in result
        assert "device_key" not in claims(result)


async def test_a_sign_in_from_a_confirmed_device_is_offered_no_other(s: Scene) -> None:
    await steps.confirmed(s)

    tokens = await steps.offered(s, DEVICE_KEY=key(s))

    assert "NewDeviceMetadata" not in tokens
    assert claims(tokens)["device_key"] == key(s)
    await steps.refreshed(s, tokens, DEVICE_KEY=key(s))


async def test_a_sign_in_from_a_device_moves_its_address_and_its_last_sign_in(s: Scene) -> None:
    await steps.confirmed(s)
    before = await described(s)
    await s.later(HOUR // 2)
    s.world.address = "198.51.100.9"

    await steps.offered(s, DEVICE_KEY=key(s))

    after = await described(s)
    assert (await attributes(s))["last_ip_used"] == "198.51.100.9"
    moved = after["DeviceLastAuthenticatedDate"] - before["DeviceLastAuthenticatedDate"]
    assert HOUR // 2 <= moved < HOUR // 2 + 60 * SECOND
    assert after["DeviceCreateDate"] == before["DeviceCreateDate"]


async def test_an_unknown_key_beside_srp_a_is_refused_by_the_answer_alone(s: Scene) -> None:
    """The JavaScript clients forget a device that is refused there, and send the same proof again."""
    begun = await s.sign_in(flow="USER_SRP_AUTH", SRP_A="2", DEVICE_KEY=NOBODY)

    assert begun["ChallengeName"] == "PASSWORD_VERIFIER"


async def test_a_remembered_device_stands_for_the_second_factor(s: Scene) -> None:
    await steps.suppressed(s)

    asked = await steps.password_step(s, key(s))
    tokens = await steps.device_sign_in(s)

    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert asked["ChallengeParameters"] == {"USERNAME": "ada", "DEVICE_KEY": key(s)}
    assert "AuthenticationResult" not in asked
    assert "NewDeviceMetadata" not in tokens
    assert claims(tokens)["device_key"] == key(s)


async def test_the_device_step_says_what_the_client_needs_for_its_proof(s: Scene) -> None:
    await steps.waiting(s)

    asked = await steps.started(s)

    assert asked["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    assert set(asked["ChallengeParameters"]) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "DEVICE_KEY"}


async def test_a_device_may_answer_without_the_session(s: Scene) -> None:
    """As pycognito and older SDKs do after plain SRP, which knows no Session."""
    await steps.waiting(s)
    asked = await steps.started(s, None)
    s.got["proof"] = s.got["prover"].proof(asked["ChallengeParameters"], s.timestamp())

    assert "AccessToken" in (await steps.proved(s))["AuthenticationResult"]


async def test_a_password_in_clear_from_a_remembered_device_leads_to_the_device_too(s: Scene) -> None:
    await steps.suppressed(s)

    asked = await s.sign_in(DEVICE_KEY=key(s))

    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"


async def test_an_administrator_s_sign_in_is_asked_for_the_code_whatever_device_it_names(s: Scene) -> None:
    await steps.suppressed(s)
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD, "DEVICE_KEY": key(s)}

    asked = await s.admin_sign_in(AuthParameters=parameters)

    assert asked["ChallengeName"] == ASKED


async def test_a_device_that_is_not_remembered_spares_no_code(s: Scene) -> None:
    await steps.suppressed(s)
    await steps.not_remembered(s)

    forgotten = await steps.password_step(s, key(s))
    await steps.remembered(s)
    remembered = await steps.password_step(s, key(s))

    assert forgotten["ChallengeName"] == ASKED
    assert remembered["ChallengeName"] == "DEVICE_SRP_AUTH"


async def test_where_users_choose_a_device_is_remembered_when_they_say_so(s: Scene) -> None:
    await steps.track(s, OPT_IN["DeviceConfiguration"])
    await steps.suppressed(s)

    before = await steps.password_step(s, key(s))
    await steps.remembered(s)
    after = await steps.password_step(s, key(s))

    assert before["ChallengeName"] == ASKED
    assert after["ChallengeName"] == "DEVICE_SRP_AUTH"


async def test_where_devices_suppress_nothing_the_code_is_asked_for(s: Scene) -> None:
    await steps.track(s, {"ChallengeRequiredOnNewDevice": False})
    await steps.suppressed(s)

    asked = await steps.password_step(s, key(s))
    code = authenticator.code(s.world, s.got["secret"])
    answer = {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code, "DEVICE_KEY": key(s)}
    done = await steps.respond(s, ASKED, asked["Session"], answer)

    assert asked["ChallengeName"] == ASKED
    assert claims(done["AuthenticationResult"])["device_key"] == key(s)
    assert "NewDeviceMetadata" not in done["AuthenticationResult"]


async def test_a_remembered_device_is_asked_nothing_where_there_is_no_second_factor(s: Scene) -> None:
    await steps.confirmed(s)

    assert "AuthenticationResult" in await steps.password_step(s, key(s))


async def test_a_device_that_is_forgotten_during_the_sign_in_gives_way_to_a_new_one(s: Scene) -> None:
    await steps.suppressed(s)
    await steps.not_remembered(s)
    asked = await steps.password_step(s, key(s))
    await forget(s)

    code = authenticator.code(s.world, s.got["secret"])
    answer = {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code}
    done = await steps.respond(s, ASKED, asked["Session"], answer)

    tokens = done["AuthenticationResult"]
    assert tokens["NewDeviceMetadata"]["DeviceKey"] == claims(tokens)["device_key"] != key(s)


async def wrong_proof(s: Scene) -> None:
    """The right password, and then a proof that no device would make."""
    await steps.begun(s)
    await steps.asked_for_proof(s)
    await steps.proved(s, PASSWORD_CLAIM_SIGNATURE="AAAA")


async def test_a_right_password_gives_no_more_tries_for_the_device(s: Scene) -> None:
    """Else whoever knows the password could guess at the device for ever."""
    await steps.suppressed(s)
    await steps.device_sign_in(s)

    for _ in range(5):
        with pytest.raises(IncorrectLogin):
            await wrong_proof(s)

    with pytest.raises(LockedOut):
        await wrong_proof(s)


async def test_a_refreshed_access_token_names_the_device(s: Scene) -> None:
    await steps.confirmed(s)

    renewed = (await steps.refreshed(s, DEVICE_KEY=key(s)))["AuthenticationResult"]
    exchanged = (await steps.exchanged(s, DeviceKey=key(s)))["AuthenticationResult"]

    assert claims(renewed)["device_key"] == claims(exchanged)["device_key"] == key(s)
    assert "NewDeviceMetadata" not in renewed


async def test_a_session_says_nothing_of_the_device_to_who_holds_it(s: Scene) -> None:
    await steps.waiting(s)

    assert key(s).encode() not in base64.b64decode(s.got["session"])


async def test_a_name_that_nobody_has_is_no_other_with_a_device_than_a_name_that_somebody_has(
    s: Scene,
) -> None:
    await steps.confirmed(s)
    hiding = await s.another_client(PreventUserExistenceErrors="ENABLED")
    said = []
    for name in ("nobody", "ada"):
        with pytest.raises(DeviceNotFound) as refused:
            await s.sign_in(name, app=hiding, DEVICE_KEY=NOBODY)
        said.append(refused.value.message)

    assert said[0] == said[1]
