"""What a Poolhouse mints is known to who has nothing of it but the exported verifier."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from tests.account import allowing, trusting
from tests.authorizer.signing import REGION, signed
from tests.world import World

from poolhouse.authorizer.sigv4 import Asked, BadToken, Credentials, Denied, ExpiredToken, SigV4
from poolhouse.directory.roles import Role
from poolhouse.ports import SECOND
from poolhouse.store import iam, roles, verifiers
from poolhouse.tokens import credentials

READ, WRITE = Asked("s3:GetObject", "arn:aws:s3:::photos/a"), Asked("s3:PutObject", "arn:aws:s3:::photos/a")


async def role(world: World) -> Role:
    trust = json.dumps(trusting({"AWS": "000000000000"}, "sts:AssumeRole"))
    made = Role("", "app", "/", trust, {"own": json.dumps(allowing("s3:GetObject"))})
    arn = await iam.put_role(world.env, made, replace=False)
    found = await roles.living(world.env, arn)
    assert found is not None
    return found


async def door(world: World) -> SigV4:
    document = await verifiers.exported(world.env, secrets=True)
    return SigV4(Credentials(bundle=document), service="s3", regions=REGION, clock=lambda: world.now)


async def request_of(world: World, made: Role) -> Any:
    arn = made.arn(world.env.settings.account_id)
    begun = credentials.begun(
        world.env, world.now, 3_600, principal=arn, principal_id=made.role_id, name="browser", subject="ada"
    )
    minted = await credentials.mint(world.env, begun, world.now)
    key = (minted.access_key_id, minted.secret_access_key)
    return signed(key=key, session_token=minted.session_token, at=world.now // SECOND * SECOND)


async def test_minted_credentials_open_a_door_elsewhere_until_they_are_revoked(world: World) -> None:
    made = await role(world)
    request = await request_of(world, made)

    verified = (await door(world)).verify(request)
    await iam.revoke_sessions(world.env, "app", "")
    revoked = await door(world)

    assert verified.principal.arn.endswith(":assumed-role/app/browser")
    verified.demand([READ])
    with pytest.raises(Denied):
        verified.demand([WRITE])
    with pytest.raises(ExpiredToken):
        revoked.verify(request)


async def test_the_public_half_of_the_verifier_opens_nothing(world: World) -> None:
    request = await request_of(world, await role(world))
    public = Credentials(bundle=await verifiers.exported(world.env, secrets=False))

    (await door(world)).verify(request)
    with pytest.raises(BadToken):
        SigV4(public, service="s3", clock=lambda: world.now).verify(request)
    with pytest.raises(Exception, match="does not match"):
        (await door(world)).verify(replace(request, path="/photos/b"))
