"""Refused: what the policy of an access key does not allow its holder."""

from typing import Any

from tests.refusals.gate import Gate
from tests.refusals.http_table import Answer, HttpRow, Request, http_table, play, signed, unsigned
from tests.refusals.test_signatures import example, with_eve_and_staff

from poolhouse.sink_settings import FileSink

DENIED = (
    "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/{user} is not authorized to perform: "
    "cognito-idp:{action} on resource: {resource} because no identity-based policy allows the "
    "cognito-idp:{action} action"
)
_POOL_ARN = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"


def policy(*statements: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "Statement": [
            {"Effect": effect, "Action": action, "Resource": resource}
            for effect, action, resource in statements
        ]
    }


def denied(action: str, resource: str = _POOL_ARN) -> str:
    return DENIED.format(user="clerk", action=action, resource=resource)


def clerk(*statements: tuple[str, str, str]) -> Any:
    """A key whose policy is made for the pool of the scene."""

    async def make(g: Gate) -> None:
        filled = [
            (effect, action, resource.replace("{pool}", g.pool)) for effect, action, resource in statements
        ]
        g.got["key"] = await g.new_key(policy(*filled), "clerk")
        g.got["there"] = await g.scene.another_pool()
        await with_eve_and_staff(g)

    return make


async def as_clerk(g: Gate, operation: str) -> Answer:
    return await signed(g, example(g, operation), key=g.got["key"])


async def create_pool_as_clerk(g: Gate) -> Answer:
    return await signed(g, Request("CreateUserPool", {"PoolName": "mine"}), key=g.got["key"])


async def describe_there(g: Gate) -> Answer:
    answer = await signed(g, Request("DescribeUserPool", {"UserPoolId": g.got["there"]}), key=g.got["key"])
    body = answer.body.replace(g.got["there"].encode(), g.pool.encode())
    return Answer(answer.status, answer.headers, body)


_ADMIN_ROLE = "arn:aws:iam::000000000000:role/admin"
_GUEST_ROLE = "arn:aws:iam::000000000000:role/guest"


async def group_as_clerk(g: Gate, operation: str, name: str, role: str | None) -> Answer:
    members = {"UserPoolId": g.pool, "GroupName": name} | ({"RoleArn": role} if role else {})
    return await signed(g, Request(operation, members), key=g.got["key"])


def role_row(name: str, operation: str, group: str, twins_role: str | None) -> HttpRow:
    """Somebody who may hand out the role of guests, and no other."""
    return HttpRow(
        name,
        "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/clerk is not authorized to perform: "
        f"iam:PassRole on resource: {_ADMIN_ROLE} because no identity-based policy allows the iam:PassRole "
        "action",
        lambda g: group_as_clerk(g, operation, group, _ADMIN_ROLE),
        lambda g: group_as_clerk(g, operation, group, twins_role),
        arrange=clerk(("Allow", "cognito-idp:*", _POOL_ARN), ("Allow", "iam:PassRole", _GUEST_ROLE)),
    )


def clerk_row(
    name: str, error: str, operation: str, allowed: str, *statements: tuple[str, str, str]
) -> HttpRow:
    return HttpRow(
        name,
        error,
        lambda g: as_clerk(g, operation),
        lambda g: as_clerk(g, allowed),
        arrange=clerk(*statements),
    )


POLICIES = (
    clerk_row(
        "an action that no policy names",
        denied("AdminDeleteUser"),
        "AdminDeleteUser",
        "AdminGetUser",
        ("Allow", "cognito-idp:AdminGetUser", "*"),
    ),
    clerk_row(
        "an action that a wildcard does not reach",
        denied("DeleteUserPool"),
        "DeleteUserPool",
        "AdminDeleteUser",
        ("Allow", "cognito-idp:Admin*", _POOL_ARN),
    ),
    clerk_row(
        "an action of another service",
        denied("AdminGetUser"),
        "AdminGetUser",
        "ListUsers",
        ("Allow", "sts:*", "*"),
        ("Allow", "cognito-idp:List*", "*"),
    ),
    clerk_row(
        "an action that is denied by name",
        "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/clerk is not authorized to perform: "
        f"cognito-idp:AdminDeleteUser on resource: {_POOL_ARN} with an explicit deny in an "
        f"identity-based policy",
        "AdminDeleteUser",
        "AdminGetUser",
        ("Allow", "*", "*"),
        ("Deny", "cognito-idp:AdminDelete*", "*"),
    ),
    HttpRow(
        "a pool that the policy does not name",
        denied("DescribeUserPool"),
        describe_there,
        lambda g: as_clerk(g, "DescribeUserPool"),
        arrange=clerk(("Allow", "cognito-idp:*", _POOL_ARN)),
    ),
    HttpRow(
        "an action on no pool by somebody who has one pool only",
        denied("CreateUserPool", "*"),
        create_pool_as_clerk,
        lambda g: as_clerk(g, "DescribeUserPool"),
        arrange=clerk(("Allow", "cognito-idp:*", _POOL_ARN)),
    ),
)

ROLES = (
    role_row("a new group with a role that is not the caller's to give", "CreateGroup", "new", _GUEST_ROLE),
    role_row("a role for a group that is not the caller's to give", "UpdateGroup", "staff", _GUEST_ROLE),
    role_row("a role, where a group without one is allowed", "CreateGroup", "new", None),
)


_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:{}"


def logs_row(name: str, wanted: str, allowed: str, *statements: tuple[str, str, str]) -> HttpRow:
    """Somebody who may configure the pool, and may let it send logs to some places."""

    def configure(place: str) -> Any:
        configuration = {
            "EventSource": "userAuthEvents",
            "LogLevel": "INFO",
            "CloudWatchLogsConfiguration": {"LogGroupArn": _GROUP.format(place)},
        }
        members = {"LogConfigurations": [configuration] if place else []}
        return lambda g: signed(
            g,
            Request("SetLogDeliveryConfiguration", {"UserPoolId": g.pool} | members),
            key=g.got["key"],
        )

    async def arrange(g: Gate) -> None:
        await g.scene.with_settings(log_sinks={_GROUP.format("*"): FileSink(path="/logs.jsonl")})
        g.reopen()
        await clerk(("Allow", "cognito-idp:*", _POOL_ARN), *statements)(g)

    return HttpRow(
        name,
        "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/clerk is not authorized to perform: "
        f"logs:CreateLogDelivery on resource: {_GROUP.format(wanted)} because no identity-based policy "
        "allows the logs:CreateLogDelivery action",
        configure(wanted),
        configure(allowed),
        arrange=arrange,
    )


LOGS = (
    logs_row(
        "logs into another tenant's group", "theirs", "ours", ("Allow", "logs:*", _GROUP.format("ours"))
    ),
    logs_row("logs anywhere, where the pool alone is allowed", "ours", ""),
    logs_row(
        "logs where writing to the group is allowed, but not to deliver to it",
        "ours",
        "open",
        ("Allow", "logs:PutLogEvents", "*"),
        ("Allow", "logs:CreateLogDelivery", _GROUP.format("open")),
    ),
)


async def from_elsewhere(g: Gate) -> Answer:
    """Another computer asks a server that checks no signatures."""
    g.peer = "203.0.113.5"
    try:
        return await signed(g, example(g, "DescribeUserPool"))
    finally:
        g.peer = "127.0.0.1"


async def clerk_elsewhere(g: Gate) -> Answer:
    g.peer = "203.0.113.5"
    try:
        return await as_clerk(g, "AdminGetUser")
    finally:
        g.peer = "127.0.0.1"


def clerk_under(condition: dict[str, Any], met: dict[str, Any]) -> Any:
    """A key that may do everything while the condition holds, and one with almost the same condition."""

    async def make(g: Gate) -> None:
        for name, one in (("key", condition), ("twin", met)):
            statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": one}
            document = {"Version": "2012-10-17", "Statement": statement}
            g.got[name] = await g.new_key(document, "clerk")
        await with_eve_and_staff(g)

    return make


def condition_row(name: str, condition: dict[str, Any], met: dict[str, Any]) -> HttpRow:
    return HttpRow(
        name,
        denied("AdminGetUser"),
        lambda g: as_clerk(g, "AdminGetUser"),
        lambda g: signed(g, example(g, "AdminGetUser"), key=g.got["twin"]),
        arrange=clerk_under(condition, met),
    )


CONDITIONS = (
    HttpRow(
        "another address than the one that the policy names",
        denied("AdminGetUser"),
        clerk_elsewhere,
        lambda g: as_clerk(g, "AdminGetUser"),
        arrange=clerk_under({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}),
    ),
    condition_row(
        "another user than the policy names",
        {"StringEquals": {"aws:username": "boss"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::000000000000:user/${aws:username}"}},
    ),
    condition_row(
        "a policy whose time is over",
        {"DateLessThan": {"aws:CurrentTime": "2001-01-01"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2001-01-01"}, "NumericGreaterThan": {"aws:EpochTime": 1}},
    ),
    condition_row(
        "a Region that the policy does not name",
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    ),
    condition_row(
        "a condition on what requests here do not have",
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    ),
)


async def any_signature(g: Gate) -> None:
    """As `poolhouse dev` is by default."""
    await g.scene.with_settings(sigv4="any")
    g.reopen()


async def as_anybody(g: Gate) -> Answer:
    return await signed(g, example(g, "DescribeUserPool"), key=("anything", "at-all"))


LOOPBACK = (
    HttpRow(
        "another computer, where signatures are not checked",
        "400 AccessDeniedException: This server does not check signatures, so it answers requests from this "
        "computer only. Start it with --sigv4 verify to serve others.",
        from_elsewhere,
        as_anybody,
        arrange=any_signature,
    ),
    HttpRow(
        "a request that names no key, where signatures are not checked",
        "400 MissingAuthenticationTokenException: Missing Authentication Token",
        lambda g: unsigned(g, example(g, "DescribeUserPool")),
        as_anybody,
        arrange=any_signature,
    ),
)


@http_table(POLICIES, CONDITIONS, ROLES, LOGS, LOOPBACK)
async def test_what_a_policy_does_not_allow_is_refused(row: HttpRow, gate: Gate, count: Any) -> None:
    await play(row, gate, count)
