"""Refused: temporary credentials that are not what they were, or not any longer; and what they may not do."""

import json
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, IDENTITY, allowing
from tests.refusals.sts_stage import Stage, StsRow, changed, play
from tests.sts.front import Answer, Front
from tests.world import World

from poolhouse.ports import MINUTE, SECOND
from poolhouse.store import iam, revoked_sessions, roles
from poolhouse.wire.sigv4 import Credentials

_UNKNOWN = "403 InvalidClientTokenId: The security token included in the request is invalid."
_UNKNOWN_IN_JSON = "400 UnrecognizedClientException: The security token included in the request is invalid."
_ENDED = "403 ExpiredToken: The security token included in the request is expired"
_MISMATCH = (
    "403 SignatureDoesNotMatch: The request signature we calculated does not match the "
    "signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_LONG_POLICY = json.dumps(allowing(*[f"s3:Get{number:x}{number * 104_729:x}" for number in range(900)]))


async def chained_for_long(stage: Stage) -> Answer:
    return await stage.assume(signer=await stage.session(), DurationSeconds=3_601)


async def chained(stage: Stage) -> Answer:
    return await stage.assume(signer=await stage.session(), DurationSeconds=3_600)


async def renamed_on_the_way(stage: Stage) -> Answer:
    return await stage.assume(signer=await stage.session(SourceIdentity="ada"), SourceIdentity="eve")


async def named_on_the_way(stage: Stage) -> Answer:
    return await stage.assume(signer=await stage.session(), SourceIdentity="eve")


async def too_much_policy(stage: Stage) -> Answer:
    answer = await stage.assume(Policy=_LONG_POLICY)
    return Answer(answer.status, answer.code, answer.message.partition(":")[0])


CHAINS = (
    StsRow(
        "a chained session of more than an hour",
        "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit "
        "for roles assumed "
        "by role chaining",
        chained_for_long,
        chained,
    ),
    StsRow(
        "another source identity on the way",
        "403 AccessDenied: The source identity of this session is set and cannot be changed.",
        renamed_on_the_way,
        named_on_the_way,
    ),
    StsRow(
        "session policies that take more room than there is",
        "400 PackedPolicyTooLarge: Packed size of session policies and session tags exceeds the limit",
        too_much_policy,
        lambda s: s.assume(Policy=json.dumps(allowing("s3:*"))),
    ),
)


def signing(name: str, error: str, **parts: Any) -> StsRow:
    """Credentials with a part of them changed."""

    async def refused(stage: Stage) -> Answer:
        stage.got["made"] = await stage.session()
        return await stage.who(changed(stage.got["made"], **parts))

    return StsRow(name, error, refused, lambda s: s.who(s.got["made"]))


async def with_anothers_token(stage: Stage) -> Answer:
    stage.got["made"], other = await stage.session(), await stage.session()
    return await stage.who(changed(stage.got["made"], session_token=other.session_token))


async def cut_token(stage: Stage) -> Answer:
    stage.got["made"] = made = await stage.session()
    return await stage.who(changed(made, session_token=made.session_token[:-1]))


async def key_with_a_token(stage: Stage) -> Answer:
    made = await stage.session()
    return await stage.who(changed(stage.key, session_token=made.session_token))


async def after_its_end(stage: Stage) -> Answer:
    made = await stage.session(DurationSeconds=900)
    stage.world.advance(15 * MINUTE + SECOND)
    return await stage.who(made)


async def after_revocation_of_the_role(stage: Stage) -> Answer:
    made = await stage.session()
    await iam.revoke_sessions(stage.world.env, "staff")
    roles.forget(stage.world.env, "staff")
    stage.world.advance(SECOND)
    return await stage.who(made)


async def after_revocation_of_the_identity(stage: Stage) -> Answer:
    made = (await stage.with_token()).credentials
    await iam.revoke_sessions(stage.world.env, "web", IDENTITY)
    revoked_sessions.forget(stage.world.env)
    stage.world.advance(SECOND)
    return await stage.who(made)


async def new_one(stage: Stage) -> Answer:
    return await stage.who(await stage.session())


async def new_one_of_the_identity(stage: Stage) -> Answer:
    return await stage.who((await stage.with_token()).credentials)


async def after_deletion_of_the_role(stage: Stage) -> Answer:
    await account.role(stage.world, "short", trust=json.loads((await _stored(stage, "staff")).trust))
    made = await stage.session(arn=f"arn:aws:iam::{ACCOUNT}:role/short")
    await iam.delete_role(stage.world.env, "short")
    await account.role(stage.world, "short")  # of the same name, and another one
    return await stage.who(made)


async def _stored(stage: Stage, name: str) -> Any:
    return await stage.world.env.db.read(lambda tx: roles.by_name(tx, name))


async def stranger(stage: Stage) -> Answer:
    return await stage.who(Credentials("ASIAIOSFODNN7EXAMPLE", "x" * 40, "IQoJb3JpZ2luX2VjEXAMPLE"))


async def without_token_in_json(stage: Stage) -> Answer:
    return await stage.describe(changed(await stage.session(), session_token=None))


async def described(stage: Stage) -> Answer:
    return await stage.describe(await stage.session())


async def deleting(stage: Stage) -> Answer:
    return await stage.front.idp("DeleteUserPool", await stage.session(), UserPoolId=stage.pool)


async def session_token_of_a_session(stage: Stage) -> Answer:
    return await stage.front.sts("GetSessionToken", await stage.session())


async def info_for_a_user_session(stage: Stage) -> Answer:
    return await stage.front.sts(
        "GetAccessKeyInfo", await stage.of_user(), AccessKeyId=stage.key.access_key_id
    )


async def info(stage: Stage, access_key_id: str) -> Answer:
    return await stage.front.sts("GetAccessKeyInfo", stage.key, AccessKeyId=access_key_id)


_CREDENTIALS_OF = f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/night"

CREDENTIALS = (
    signing("temporary credentials without their session token", _UNKNOWN, session_token=None),
    signing("temporary credentials with another secret", _MISMATCH, secret_access_key="x" * 40),
    signing("a session token under another access key", _UNKNOWN, access_key_id="ASIAIOSFODNN7EXAMPLE"),
    StsRow(
        "the session token of other credentials",
        _UNKNOWN,
        with_anothers_token,
        lambda s: s.who(s.got["made"]),
    ),
    StsRow("a session token that was cut", _UNKNOWN, cut_token, lambda s: s.who(s.got["made"])),
    StsRow("an access key with a session token", _UNKNOWN, key_with_a_token, lambda s: s.who(s.key)),
    StsRow("credentials of AWS's own", _UNKNOWN, stranger, new_one),
    StsRow("credentials after their end", _ENDED, after_its_end, new_one),
    StsRow(
        "credentials of a role whose sessions were revoked", _ENDED, after_revocation_of_the_role, new_one
    ),
    StsRow(
        "credentials of an identity whose sessions were revoked",
        _ENDED,
        after_revocation_of_the_identity,
        new_one_of_the_identity,
    ),
    StsRow("credentials of a role that was deleted", _UNKNOWN, after_deletion_of_the_role, new_one),
    StsRow(
        "temporary credentials without their token, in JSON",
        _UNKNOWN_IN_JSON,
        without_token_in_json,
        described,
    ),
    StsRow(
        "what the role does not allow",
        f"400 AccessDeniedException: User: {_CREDENTIALS_OF} is not authorized to perform: "
        f"cognito-idp:DeleteUserPool on resource: arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/{{pool}} "
        "because no identity-based policy allows the cognito-idp:DeleteUserPool action",
        deleting,
        described,
    ),
    StsRow(
        "a session token for a session",
        "403 AccessDenied: Cannot call GetSessionToken with session credentials",
        session_token_of_a_session,
        lambda s: s.front.sts("GetSessionToken", s.key),
    ),
    StsRow(
        "STS, for a session of GetSessionToken",
        "403 AccessDenied: Cannot call GetAccessKeyInfo with session credentials",
        info_for_a_user_session,
        lambda s: info(s, s.key.access_key_id),
    ),
    StsRow(
        "an access key of nobody here",
        "400 ValidationError: The access key AKIAIOSFODNN7EXAMPLE is not of this account.",
        lambda s: info(s, "AKIAIOSFODNN7EXAMPLE"),
        lambda s: info(s, s.key.access_key_id),
    ),
    StsRow(
        "a call without a signature",
        "403 MissingAuthenticationToken: Missing Authentication Token",
        lambda s: s.who(None),
        lambda s: s.who(s.key),
    ),
)

ROWS = (*CHAINS, *CREDENTIALS)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_credentials_that_are_not_good_are_refused(row: StsRow, world: World) -> None:
    stage = Stage(Front(world))
    await stage.set_up()

    await play(row, stage)
