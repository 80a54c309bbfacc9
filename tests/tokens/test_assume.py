"""Assuming a role with a proven identity: who is let in, for how long, and what the session says."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, COGNITO, IDENTITY, POOL_OF_IDENTITIES
from tests.world import REGION, World

from poolhouse.errors import MalformedPolicyDocument, NotAllowedToAssume, PackedPolicyTooLarge, SessionTooLong
from poolhouse.ports import HOUR, SECOND
from poolhouse.tokens import assume, credentials
from poolhouse.tokens.assume import NONE, Assumed, SessionPolicies, WebIdentity


def identity(pool_id: str = POOL_OF_IDENTITIES, tags: Mapping[str, str] | None = None) -> WebIdentity:
    context = {
        f"{COGNITO}:aud": (pool_id,),
        f"{COGNITO}:sub": (IDENTITY,),
        f"{COGNITO}:amr": ("authenticated",),
    }
    return WebIdentity(COGNITO, IDENTITY, pool_id, context, tags or {})


async def assumed(world: World, arn: str, who: WebIdentity | None = None, **changes: Any) -> Assumed:
    usual: dict[str, Any] = {"seconds": 3_600, "session_policies": NONE}
    asked = usual | changes
    return await assume.with_web_identity(
        world.env, REGION, who or identity(), arn, "CognitoIdentityCredentials", now=world.now, **asked
    )


async def test_whom_the_role_trusts_gets_credentials_that_any_worker_can_check(world: World) -> None:
    arn = await account.role(world)

    made = await assumed(world, arn)

    session, secret = await credentials.opened(
        world.env, made.credentials.session_token, made.credentials.access_key_id, world.now
    )
    assert secret == made.credentials.secret_access_key
    assert (session.principal, session.subject, session.audience) == (arn, IDENTITY, POOL_OF_IDENTITIES)
    assert made.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/CognitoIdentityCredentials"
    assert made.assumed_role_id == f"{session.principal_id}:CognitoIdentityCredentials"
    assert world.now + HOUR - SECOND < made.credentials.expiration <= world.now + HOUR
    assert made.packed_size == 0


async def test_a_role_of_another_identity_pool_is_not_given(world: World) -> None:
    arn = await account.role(world, trust=account.trusting_pool("us-east-1:another"))

    with pytest.raises(NotAllowedToAssume):
        await assumed(world, arn)
    assert await assumed(world, arn, identity("us-east-1:another"))


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:role/nobodys",
        f"arn:aws:iam::{ACCOUNT}:role/elsewhere/app",  # the name is right and the path is not
        f"arn:aws:iam::{ACCOUNT}:role/APP",
        "arn:aws:iam::111111111111:role/app",
        "arn:aws:iam:us-east-1:role/app-without-account",
    ],
)
async def test_an_arn_that_names_no_role_to_the_letter_is_refused_as_one_that_does_not_trust(
    world: World, arn: str
) -> None:
    right = await account.role(world)

    with pytest.raises(NotAllowedToAssume):
        await assumed(world, arn)
    assert await assumed(world, right)


async def test_tags_are_given_only_where_the_role_allows_to_tag_sessions(world: World) -> None:
    without = await account.role(world, "without")
    with_tags = await account.role(
        world, "with", trust=account.trusting_pool(POOL_OF_IDENTITIES, "sts:TagSession")
    )
    tagged = identity(tags={"team": "red"})

    made = await assumed(world, with_tags, tagged)
    with pytest.raises(NotAllowedToAssume):
        await assumed(world, without, tagged)

    session, _ = await credentials.opened(
        world.env, made.credentials.session_token, made.credentials.access_key_id, world.now
    )
    assert session.tags == {"team": "red"}
    assert made.packed_size > 0


async def test_a_session_lasts_no_longer_than_its_role_allows(world: World) -> None:
    arn = await account.role(world, max_seconds=7_200)

    before = world.now // SECOND
    made = await assumed(world, arn, seconds=7_200)
    after = world.now // SECOND
    with pytest.raises(SessionTooLong):
        await assumed(world, arn, seconds=7_201)

    assert before <= made.credentials.expiration // SECOND - 7_200 <= after
    assert made.credentials.expiration % SECOND == 0


async def test_session_policies_have_a_limit_in_their_packed_size(world: World) -> None:
    arn = await account.role(world)
    actions = [f"s3:Get{number:x}{number * 7919:x}{number * 104729:x}" for number in range(400)]
    statement = '{"Statement":[{"Effect":"Allow","Resource":"*","Action":%s}]}'

    small = await assumed(world, arn, session_policies=SessionPolicies((statement % '"s3:*"',)))
    with pytest.raises(PackedPolicyTooLarge):
        await assumed(
            world, arn, session_policies=SessionPolicies((statement % str(actions).replace("'", '"'),))
        )

    assert 0 < small.packed_size < 10


async def test_a_session_policy_that_is_no_json_is_refused(world: World) -> None:
    arn = await account.role(world)

    with pytest.raises(MalformedPolicyDocument):
        await assumed(world, arn, session_policies=SessionPolicies(('{"Statement":',)))
