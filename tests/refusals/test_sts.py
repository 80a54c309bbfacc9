"""Refused: tokens, signatures and wishes that STS must not give credentials for, or not take."""

import json
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, IDENTITY, allowing
from tests.refusals.sts_stage import Stage, StsRow, forged, play
from tests.sts import tokens
from tests.sts.front import Answer, Front
from tests.world import World

from poolhouse.ports import SECOND

_NOT_ALLOWED = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
_NO_JWT = (
    "400 InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent "
    "an Access Token)"
)
_SIGNATURE = "400 InvalidIdentityToken: The signature of the token could not be verified."
_USER = f"arn:aws:iam::{ACCOUNT}:user/ops"


def good(stage: Stage) -> Any:
    return stage.with_token()


def with_claims(name: str, error: str, **claims: Any) -> StsRow:
    """A token that is signed rightly and says something else."""
    return StsRow(name, error, lambda s: s.claiming(**claims), good)


async def with_forged(stage: Stage) -> Answer:
    return await stage.with_token(forged(await tokens.of_identity_pool(stage.world), sub=f"{IDENTITY[:-1]}0"))


async def unsigned(stage: Stage) -> Answer:
    token = await tokens.of_identity_pool(stage.world)
    return await stage.with_token(token.rpartition(".")[0] + ".")


async def expired(stage: Stage) -> Answer:
    now = stage.world.now // SECOND
    answer = await stage.claiming(iat=now - 700, exp=now - 100)
    said = answer.message.replace(str(now - 100), "E")
    for second in range(now, stage.world.now // SECOND + 1):  # the next may have begun meanwhile
        said = said.replace(str(second), "N")
    return Answer(answer.status, answer.code, said)


async def of_the_future(stage: Stage) -> Answer:
    now = stage.world.now // SECOND
    return await stage.claiming(iat=now + 600, exp=now + 1_200)


async def of_another_issuer(stage: Stage) -> Answer:
    return await stage.claiming(iss="https://idp.example.com")


async def tagged_for_a_role_without_tags(stage: Stage) -> Answer:
    await _untagged_role(stage)
    token = await tokens.of_identity_pool(stage.world, **tokens.tags(team="red"))
    return await stage.with_token(token, arn=stage.got["plain"])


async def untagged_for_it(stage: Stage) -> Answer:
    return await stage.with_token(arn=stage.got["plain"])


async def _untagged_role(stage: Stage) -> None:
    stage.got["plain"] = await account.role(stage.world, "plain")


TOKENS = (
    StsRow("a text that is no token", _NO_JWT, lambda s: s.with_token("not.a.token"), good),
    StsRow("a token with claims that were changed", _SIGNATURE, with_forged, good),
    StsRow("a token without its signature", _SIGNATURE, unsigned, good),
    StsRow(
        "a token that has expired",
        "400 ExpiredTokenException: Token expired: current date/time N must be before the "
        "expiration date/timeE",
        expired,
        good,
    ),
    StsRow("a token of the future", _NO_JWT, of_the_future, good),
    StsRow(
        "a token of an issuer that nobody registered",
        "400 InvalidIdentityToken: No OpenIDConnect provider found in your account for "
        "https://idp.example.com",
        of_another_issuer,
        good,
    ),
    with_claims("a token without an end", _NO_JWT, exp=None),
    with_claims("a token whose end is a text", _NO_JWT, exp="tomorrow"),
    with_claims("a token without a subject", _NO_JWT, sub=None),
    with_claims("a token with an empty subject", _NO_JWT, sub=""),
    with_claims("a token without an audience", _NO_JWT, aud=None),
    with_claims("a token without an issuer", _NO_JWT, iss=None),
    with_claims("a token of another identity pool", _NOT_ALLOWED, aud="us-east-1:another"),
    with_claims(
        "a guest's token, for a role of those who are logged in", _NOT_ALLOWED, amr=["unauthenticated"]
    ),
    with_claims("a token that says no amr", _NOT_ALLOWED, amr=None),
    with_claims("a token whose amr is no list of texts", _NO_JWT, amr=[1]),
    with_claims("a token whose tags are no table", _NO_JWT, **{"https://aws.amazon.com/tags": []}),
    with_claims(
        "a token whose tags differ by case alone",
        _NO_JWT,
        **{"https://aws.amazon.com/tags": {"principal_tags": {"Team": ["a"], "team": ["b"]}}},
    ),
    with_claims(
        "a token with a tag of two values",
        _NO_JWT,
        **{"https://aws.amazon.com/tags": {"principal_tags": {"team": ["a", "b"]}}},
    ),
    with_claims(
        "a token with a transitive tag that it has not", _NO_JWT, **tokens.tags(("room",), team="red")
    ),
    StsRow(
        "tags, for a role that may not be tagged",
        _NOT_ALLOWED,
        tagged_for_a_role_without_tags,
        untagged_for_it,
    ),
)


def at_role(name: str, arn: str, error: str = _NOT_ALLOWED) -> StsRow:
    return StsRow(name, error, lambda s: s.with_token(arn=arn), good)


WISHES = (
    at_role("a role that is not there", f"arn:aws:iam::{ACCOUNT}:role/nobodys"),
    at_role("a role of another account", "arn:aws:iam::111111111111:role/web"),
    at_role("a role under another path", f"arn:aws:iam::{ACCOUNT}:role/path/web"),
    StsRow(
        "a role that trusts users and not identities",
        _NOT_ALLOWED,
        lambda s: s.with_token(arn=s.staff),
        good,
    ),
    StsRow(
        "a session that is longer than its role allows",
        "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration "
        "set for this role.",
        lambda s: s.with_token(DurationSeconds=7_201),
        lambda s: s.with_token(DurationSeconds=7_200),
    ),
    StsRow(
        "a session that is shorter than any",
        "400 ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' "
        "failed to satisfy "
        "constraint: Member must have value greater than or equal to 900",
        lambda s: s.with_token(DurationSeconds=899),
        lambda s: s.with_token(DurationSeconds=900),
    ),
    StsRow(
        "a session policy that is no JSON",
        "400 MalformedPolicyDocument: The policy is not JSON: Expecting property name "
        "enclosed in double quotes "
        "at line 1, column 2.",
        lambda s: s.with_token(Policy="{"),
        lambda s: s.with_token(Policy=json.dumps(allowing("s3:*"))),
    ),
    StsRow(
        "a session policy that says who",
        "400 MalformedPolicyDocument: Statement 1: A session policy cannot have the member Principal: only a "
        "trust policy can.",
        lambda s: s.with_token(Policy=json.dumps(allowing("s3:*", Principal="*"))),
        lambda s: s.with_token(Policy=json.dumps(allowing("s3:*"))),
    ),
    StsRow(
        "a managed session policy that is not there",
        f"400 MalformedPolicyDocument: Policy arn:aws:iam::{ACCOUNT}:policy/none does not exist or is not "
        "attachable.",
        lambda s: s.with_token(PolicyArns=[{"arn": f"arn:aws:iam::{ACCOUNT}:policy/none"}]),
        lambda s: s.with_token(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]),
    ),
    StsRow(
        "more than ten managed session policies",
        "400 ValidationError: A session may have at most 10 managed policies.",
        lambda s: s.with_token(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}] * 11),
        lambda s: s.with_token(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}] * 10),
    ),
    StsRow(
        "the token of an OAuth provider",
        "400 ValidationError: Poolhouse takes OpenID Connect tokens, for which ProviderId must be left out.",
        lambda s: s.with_token(ProviderId="graph.facebook.com"),
        good,
    ),
    StsRow(
        "a size of the token",
        "400 ValidationError: Poolhouse does not support MinimumSessionTokenSize: leave it out.",
        lambda s: s.with_token(MinimumSessionTokenSize=4_096),
        good,
    ),
)


def assuming(name: str, error: str, twin: dict[str, Any], **wish: Any) -> StsRow:
    return StsRow(name, error, lambda s: s.assume(**wish), lambda s: s.assume(**twin))


_MFA = "400 ValidationError: Access keys have no MFA devices here: leave out SerialNumber and TokenCode."
_RED = [{"Key": "team", "Value": "red"}]

ASSUMING = (
    StsRow(
        "a role that trusts identities, for a user",
        f"403 AccessDenied: User: {_USER} is not authorized to perform: sts:AssumeRole on resource: {{web}}",
        lambda s: s.assume(s.web),
        lambda s: s.assume(s.staff),
    ),
    StsRow(
        "a role that is not there, in the same words",
        f"403 AccessDenied: User: {_USER} is not authorized to perform: sts:AssumeRole on resource: "
        f"arn:aws:iam::{ACCOUNT}:role/nobodys",
        lambda s: s.assume(f"arn:aws:iam::{ACCOUNT}:role/nobodys"),
        lambda s: s.assume(),
    ),
    assuming("the number of an MFA device", _MFA, {}, SerialNumber="arn:aws:iam::000000000000:mfa/ops"),
    assuming("the code of an MFA device", _MFA, {}, TokenCode="123456"),
    assuming(
        "what other services have proven",
        "400 ValidationError: Poolhouse does not support ProvidedContexts: leave it out.",
        {},
        ProvidedContexts=[{"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter"}],
    ),
    assuming(
        "one tag twice",
        "400 ValidationError: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        {"Tags": _RED},
        Tags=[*_RED, {"Key": "Team", "Value": "blue"}],
    ),
    assuming(
        "a tag of AWS's own",
        "400 ValidationError: The name of a tag must not begin with aws:.",
        {"Tags": [{"Key": "team", "Value": "aws:"}]},
        Tags=[{"Key": "aws:team", "Value": "red"}],
    ),
    assuming(
        "a transitive tag that is none of the tags",
        "400 ValidationError: TransitiveTagKeys must be names of tags in Tags.",
        {"Tags": _RED, "TransitiveTagKeys": ["team"]},
        Tags=_RED,
        TransitiveTagKeys=["room"],
    ),
    assuming(
        "a source identity of AWS's own",
        "400 ValidationError: 1 validation error detected: Value 'aws:ada' at "
        "'sourceIdentity' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        {"SourceIdentity": "ada"},
        SourceIdentity="aws:ada",
    ),
)


ROWS = (*TOKENS, *WISHES, *ASSUMING)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_what_sts_must_not_do_is_refused(row: StsRow, world: World) -> None:
    stage = Stage(Front(world))
    await stage.set_up()

    await play(row, stage)
