"""A device that many confirm at once, and one that is forgotten while it is confirmed (1.8)."""

from typing import Any

from tests.browser import TRACKING, Browser, new_browser
from tests.races.sites import (
    RUNNERS,
    Site,
    losers,
    new_client,
    new_pool,
    new_user,
    password_sign_in,
    race,
)


async def offered(site: Site) -> tuple[str, str, Browser]:
    """A pool, Ada's access token, and the device that she was offered."""
    pool = await new_pool(site, **TRACKING)
    client = await new_client(site, pool)
    await new_user(site, pool)
    begun = await site.call("InitiateAuth", **password_sign_in(client))
    tokens = begun["AuthenticationResult"]
    return pool, tokens["AccessToken"], new_browser(tokens)


async def keys(site: Site, pool: str) -> list[str]:
    found: Any = await site.call("AdminListDevices", UserPoolId=pool, Username="ada")
    return [device["DeviceKey"] for device in found["Devices"]]


async def test_a_device_is_confirmed_once(site: Site) -> None:
    pool, access, browser = await offered(site)

    outcomes = await race(
        *(site.attempt("ConfirmDevice", AccessToken=access, **browser.confirmation()) for _ in range(RUNNERS))
    )

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert losers(outcomes) == {"DeviceKeyExistsException"}
    assert await keys(site, pool) == [browser.key]


async def test_a_device_that_is_forgotten_is_not_confirmed_by_who_began_before(site: Site) -> None:
    pool, access, browser = await offered(site)
    await site.call("ConfirmDevice", AccessToken=access, **browser.confirmation())
    half = RUNNERS // 2

    outcomes = await race(
        *(site.attempt("ConfirmDevice", AccessToken=access, **browser.confirmation()) for _ in range(half)),
        *(
            site.attempt("ForgetDevice", AccessToken=access, DeviceKey=browser.key)
            for _ in range(RUNNERS - half)
        ),
    )

    assert [outcome.won for outcome in outcomes[half:]].count(True) == 1
    assert [outcome.won for outcome in outcomes[:half]].count(True) == 0
    assert await keys(site, pool) == []
