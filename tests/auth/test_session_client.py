"""A session names its app client in the open, and what it names decides nothing but where it is opened."""

import base64
from typing import Any

import pytest
from tests.idp.authenticator import TOTP_ON, begin, pool_with_mfa
from tests.world import World

from poolhouse.errors import InvalidSession


async def at_setup(world: World) -> tuple[dict[str, Any], str]:
    """A client, and a session of a sign-in there that is at MFA_SETUP."""
    pool = await pool_with_mfa(world, "ON", TOTP_ON)
    await world.user(pool)
    client = await world.client(pool)
    return client, str((await begin(world, client))["Session"])


def moved(session: str, client_id: bytes) -> str:
    """The same sealed state behind another client's id."""
    _, _, sealed = base64.b64decode(session).partition(b".")
    return base64.b64encode(client_id + b"." + sealed).decode()


async def test_a_session_opens_at_the_client_that_it_names(world: World) -> None:
    client, session = await at_setup(world)

    made = await world.call("AssociateSoftwareToken", Session=moved(session, client["ClientId"].encode()))

    assert made["SecretCode"]


async def test_a_session_does_not_open_at_another_client_that_is_named_in_its_place(world: World) -> None:
    client, session = await at_setup(world)
    sibling = await world.client(client["UserPoolId"])
    stranger, _ = await at_setup(world)

    for other in (sibling, stranger):
        with pytest.raises(InvalidSession):
            await world.call("AssociateSoftwareToken", Session=moved(session, other["ClientId"].encode()))


@pytest.mark.parametrize("named", [b"", b"nobody", b"\0", b"\xff\xfe", b"a" * 200, b"../x", b"A B"])
async def test_a_client_that_is_not_there_makes_no_session(world: World, named: bytes) -> None:
    _, session = await at_setup(world)

    with pytest.raises(InvalidSession):
        await world.call("AssociateSoftwareToken", Session=moved(session, named))
