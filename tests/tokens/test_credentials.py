"""Temporary credentials: what a session token proves, and what makes it worth nothing."""

import pytest
from tests.account import ACCOUNT, IDENTITY
from tests.world import World

from poolhouse.crypto import session_tokens
from poolhouse.errors import CredentialsExpired, UnrecognizedClient
from poolhouse.ports import HOUR, SECOND
from poolhouse.store import credential_keys, revoked_sessions
from poolhouse.tokens import credentials
from poolhouse.tokens.credentials import Credentials

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


async def minted(world: World, seconds: int = 3_600) -> Credentials:
    session = credentials.begun(
        world.env,
        world.now,
        seconds,
        principal=ROLE,
        principal_id="AROAAAAAAAAAAAAAAAAAA",
        name="browser",
        subject=IDENTITY,
    )
    return await credentials.mint(world.env, session, world.now)


async def is_good(world: World, made: Credentials) -> bool:
    session, secret = await credentials.opened(world.env, made.session_token, made.access_key_id, world.now)
    return secret == made.secret_access_key and session.principal == ROLE


async def test_credentials_have_the_forms_of_aws_and_no_two_are_alike(world: World) -> None:
    first, second = await minted(world), await minted(world)

    assert first.access_key_id.startswith("ASIA")
    assert len(first.access_key_id) == 20
    assert len(first.secret_access_key) == 40
    assert first.access_key_id != second.access_key_id
    assert first.secret_access_key != second.secret_access_key


async def test_the_secret_and_the_token_are_not_shown_by_repr(world: World) -> None:
    made = await minted(world)

    assert made.secret_access_key not in repr(made)
    assert made.session_token not in repr(made)


async def test_the_token_does_not_show_the_secret(world: World) -> None:
    made = await minted(world)
    keys = await credential_keys.current(world.env)

    session, key = session_tokens.verified(made.session_token, keys.by_kid.get)

    assert made.secret_access_key.encode() not in session.sealed_secret
    with pytest.raises(session_tokens.TokenRefused):
        session_tokens.secret_of(session, session_tokens.VerifyingKey(key.public))
    assert session_tokens.secret_of(session, key) == made.secret_access_key


async def test_every_changed_character_makes_a_token_worthless(world: World) -> None:
    made = await minted(world)
    token = made.session_token

    believed = []
    for place, letter in enumerate(token):
        for other in {"A", "_", "."} - {letter}:
            changed = token[:place] + other + token[place + 1 :]
            try:
                await credentials.opened(world.env, changed, made.access_key_id, world.now)
            except UnrecognizedClient:
                continue
            believed.append((place, other))

    assert believed == []
    assert await is_good(world, made)


@pytest.mark.parametrize("spoil", ["{0}A", "{0}=", " {0}", "{0}.", "", "..", "a.b.c", "{0}{0}"])
async def test_a_token_has_one_text_only(world: World, spoil: str) -> None:
    made = await minted(world)

    with pytest.raises(UnrecognizedClient):
        await credentials.opened(world.env, spoil.format(made.session_token), made.access_key_id, world.now)
    assert await is_good(world, made)


async def test_a_token_is_good_for_its_own_access_key_only(world: World) -> None:
    made, others = await minted(world), await minted(world)

    with pytest.raises(UnrecognizedClient):
        await credentials.opened(world.env, made.session_token, others.access_key_id, world.now)
    assert await is_good(world, made)


async def test_credentials_end_to_the_second(world: World) -> None:
    made = await minted(world, 900)

    world.advance(made.expiration - world.now - SECOND // 10)
    assert await is_good(world, made)
    world.advance(SECOND)
    with pytest.raises(CredentialsExpired):
        await is_good(world, made)


async def test_sessions_of_an_identity_that_began_before_its_revocation_end(world: World) -> None:
    before = await minted(world)
    assert await is_good(world, before)

    await world.env.db.run(
        lambda tx: revoked_sessions.add(tx, revoked_sessions.IDENTITY, IDENTITY, world.now)
    )
    revoked_sessions.forget(world.env)
    with pytest.raises(CredentialsExpired):
        await is_good(world, before)
    world.advance(SECOND)

    assert await is_good(world, await minted(world))


async def test_a_new_generation_of_keys_signs_when_its_time_has_come_and_the_old_one_is_believed(
    world: World,
) -> None:
    old = await minted(world, 12 * 3_600)

    kid = await credential_keys.rotate(world.env, 60 * SECOND)
    still = await minted(world)
    world.advance(61 * SECOND)
    new = await minted(world)

    keys = await credential_keys.current(world.env)
    signed_by = [
        session_tokens.verified(made.session_token, keys.by_kid.get)[1].kid for made in (old, still, new)
    ]
    assert signed_by[0] == signed_by[1] != kid
    assert signed_by[2] == kid
    assert await is_good(world, old)


async def test_an_old_generation_is_kept_as_long_as_its_sessions_may_last(world: World) -> None:
    await minted(world)
    await credential_keys.rotate(world.env, 0)

    world.advance(35 * HOUR)
    kept = await keys_after(world)
    world.advance(2 * HOUR)
    later = await keys_after(world)

    assert (kept, later) == (2, 1)


async def keys_after(world: World) -> int:
    world.env.iam.drop(("credential-keys",))  # a second goes by
    return len((await credential_keys.current(world.env)).by_kid)


async def test_keys_are_sealed_in_the_store(world: World) -> None:
    await minted(world)
    keys = await credential_keys.current(world.env)
    key = keys.signing(world.now)

    rows = await world.env.db.read(lambda tx: tx.all(credential_keys._LIVING, now=world.now))

    assert rows
    for row in rows:
        assert key.seed not in row["sealed"]
        assert key.verifier not in row["sealed"]


async def test_an_ordinary_token_is_shorter_than_two_kilobytes(world: World) -> None:
    session = credentials.begun(
        world.env,
        world.now,
        3_600,
        principal=f"{ROLE}-with-a-rather-long-name-as-stacks-make-them-A1B2C3D4E5F6",
        principal_id="AROAAAAAAAAAAAAAAAAAA",
        name="CognitoIdentityCredentials",
        subject=IDENTITY,
        context={"cognito-identity.amazonaws.com:amr": ("authenticated", "x" * 60, "y" * 140)},
        tags={f"tag-{number}": f"value {number}" for number in range(10)},
    )

    made = await credentials.mint(world.env, session, world.now)

    assert len(made.session_token) < 2_000
