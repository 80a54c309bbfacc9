"""Whence an attempt comes: by the connection, by what a server says, by EncodedData (behaviour file, 7.2)."""

from pathlib import Path
from typing import Any

import pytest
from tests import encoded
from tests.refusals.scene import PASSWORD, Scene
from tests.risk.life import WINDOWS_FIREFOX
from tests.risky import ENFORCED, FAR, HOME, at_home, last, living
from tests.world import World

from poolhouse.errors import IncorrectLogin

PROPAGATES = {"GenerateSecret": True, "EnablePropagateAdditionalUserContextData": True}


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """Ada has signed in at home for two days; whatever looks odd is blocked."""
    return await stage(world, tmp_path)


async def stage(world: World, tmp_path: Path, **client: Any) -> Scene:
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(ENFORCED, client, {})
    await living(Low="BLOCK", Medium="BLOCK", High="BLOCK")(made)
    return made


async def by_admin(s: Scene, address: str = FAR, **changes: Any) -> Any:
    headers = [
        {"headerName": "Accept", "headerValue": "*/*"},
        {"headerName": "User-Agent", "headerValue": WINDOWS_FIREFOX},
    ]
    usual = {"IpAddress": address, "ServerName": "app", "ServerPath": "/", "HttpHeaders": headers}
    return await at_home(s).admin_sign_in(ContextData=usual | changes)


async def by_app(s: Scene, **context: str) -> Any:
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD} | s.world.hash(s.app, "ada")
    return await at_home(s).call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=given,
        UserContextData=context,
    )


def data(s: Scene, **changes: Any) -> str:
    return encoded.made(s.client, s.pool, "ada", s.world.now, **changes)


# Administrators


async def test_an_administrator_says_whence_the_user_comes_and_with_what(s: Scene) -> None:
    await by_admin(s, HOME, EncodedData=data(s, UserAgent=WINDOWS_FIREFOX, DeviceId=""))

    seen = (await last(s)).seen
    assert (seen.address, seen.country, seen.city, seen.timezone) == (HOME, "DE", "Berlin", "02:00")
    assert (seen.user_agent, seen.device_name, seen.scored) == (WINDOWS_FIREFOX, "Windows, Firefox", True)


async def test_the_headers_that_an_administrator_hands_on_have_the_users_browser(s: Scene) -> None:
    await by_admin(s, HOME)

    assert (await last(s)).seen.user_agent == WINDOWS_FIREFOX


@pytest.mark.parametrize("address", ["", "localhost", "198.51.100.7:443", "198.51.100.0/24", "fe80::1%eth0"])
async def test_where_the_address_is_none_the_event_is_not_scored(s: Scene, address: str) -> None:
    assert "AuthenticationResult" in await by_admin(s, address)

    event = await last(s)
    assert event.risk is not None
    assert (event.seen.address, event.seen.scored, event.risk.level) == ("", False, "")


async def test_where_encoded_data_cannot_be_believed_the_event_is_not_scored(s: Scene) -> None:
    assert "AuthenticationResult" in await by_admin(s, FAR, EncodedData=data(s, key="wrong"))

    event = await last(s)
    assert (event.seen.address, event.seen.device_key, event.seen.scored) == (FAR, "", False)
    assert {"unbelievable": "signature"} in [dict(note.facts) for note in event.trail]


async def test_of_a_user_about_whom_an_administrator_says_nothing_nothing_is_known(s: Scene) -> None:
    """[K] The address of the administrator's server is not the user's."""
    assert "AuthenticationResult" in await at_home(s).admin_sign_in()

    seen = (await last(s)).seen
    assert (seen.address, seen.country, seen.scored) == ("", "", False)


async def test_headers_of_any_form_are_read_without_trouble(s: Scene) -> None:
    for headers in ([], [{}], [{"headerName": "USER-AGENT"}], [{"headerValue": "x"}]):
        assert "AuthenticationResult" in await by_admin(s, "", HttpHeaders=headers)


# App clients


async def test_a_client_that_may_names_the_users_address_with_its_secret(
    world: World, tmp_path: Path
) -> None:
    s = await stage(world, tmp_path, **PROPAGATES)

    await by_app(s, IpAddress="::ffff:192.0.2.1")
    assert (await last(s)).seen.address == HOME

    await by_app(s, IpAddress="not an address")
    assert (await last(s)).seen.scored is False


async def test_a_client_with_a_secret_that_may_not_name_addresses_is_seen_at_its_own(
    world: World, tmp_path: Path
) -> None:
    s = await stage(world, tmp_path, GenerateSecret=True)

    await by_app(s, IpAddress=FAR)

    assert (await last(s)).seen.address == HOME


async def test_what_a_server_sends_damaged_is_not_scored_and_of_the_public_it_is_passed_over(
    world: World, tmp_path: Path
) -> None:
    """[K], `surroundings.SERVERS_ALONE_ARE_EXCUSED`: nobody turns the assessment off by sending nonsense."""
    server, app = await stage(world, tmp_path, GenerateSecret=True), await stage(world, tmp_path)

    await by_app(server, EncodedData="nonsense")
    assert (await last(server)).seen.scored is False

    await by_app(app, EncodedData="nonsense")
    seen = (await last(app)).seen
    assert (seen.scored, seen.address, seen.device_key) == (True, HOME, "")


@pytest.mark.parametrize("name", ["ada", "Ada", "ADA"])
async def test_encoded_data_may_name_the_user_as_the_pool_folds_names(
    world: World, tmp_path: Path, name: str
) -> None:
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up({**ENFORCED, "UsernameConfiguration": {"CaseSensitive": False}}, {}, {})

    await by_app(made, EncodedData=encoded.made(made.client, made.pool, name, world.now))

    assert (await last(made)).seen.device_key == encoded.BROWSER["DeviceId"]


async def test_a_wrong_password_with_encoded_data_leaves_its_device_in_the_event(s: Scene) -> None:
    with pytest.raises(IncorrectLogin):
        await s.call(
            "InitiateAuth",
            ClientId=s.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "Wr0ng-P2$Sword"},
            UserContextData={"EncodedData": data(s)},
        )

    event = await last(s)
    assert (event.response, event.seen.device_key) == ("Fail", encoded.BROWSER["DeviceId"])


async def test_other_attempts_than_sign_ins_have_their_surroundings_too(s: Scene) -> None:
    await at_home(s).public("ForgotPassword", Username="ada", UserContextData={"EncodedData": data(s)})

    event = await last(s)
    assert (event.kind, event.seen.city) == ("ForgotPassword", "Berlin")
    assert event.seen.device_key == encoded.BROWSER["DeviceId"]
