"""What conditions and variables of policies can speak of: who asks, and when (docs/roles.md)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from poolhouse.crypto.session_tokens import Session
from poolhouse.directory import roles
from poolhouse.ports import SECOND, Instant

Keys = dict[str, tuple[str, ...]]


def of_moment(now: Instant, region: str, address: str) -> Keys:
    """`address` may be empty: then there is no aws:SourceIp."""
    keys: Keys = {
        "aws:CurrentTime": (_date(now),),
        "aws:EpochTime": (str(now // SECOND),),
        "aws:RequestedRegion": (region,),
    }
    return keys | {"aws:SourceIp": (address,)} if address else keys


def of_user(account: str, name: str, access_key_id: str) -> Keys:
    return {
        "aws:username": (name,),
        "aws:userid": (access_key_id,),
        "aws:PrincipalArn": (user_arn(account, name),),
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalType": ("User",),
    }


def of_session(account: str, session: Session, role_tags: Mapping[str, str]) -> Keys:
    """Of temporary credentials. A tag of the session hides the role's of the same name, whatever its case."""
    issued = {
        "aws:TokenIssueTime": (_date(session.issued_at),),
        "aws:MultiFactorAuthPresent": ("false",),
    }
    if session.kind == "user":
        return of_user(account, session.principal, session.principal_id) | issued
    own = {name.lower() for name in session.tags}
    tags = {name: value for name, value in role_tags.items() if name.lower() not in own} | session.tags
    keys = {
        "aws:userid": (f"{session.principal_id}:{session.name}",),
        "aws:PrincipalArn": (session.principal,),
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalType": ("AssumedRole",),
        **{f"aws:PrincipalTag/{name}": (value,) for name, value in tags.items()},
        **{name: tuple(values) for name, values in session.context.items()},
    }
    if session.provider:
        keys["aws:FederatedProvider"] = (session.provider,)
    if session.source_identity:
        keys["aws:SourceIdentity"] = (session.source_identity,)
    return keys | issued


def of_assumption(
    session_name: str,
    tags: Mapping[str, str],
    transitive: Sequence[str] = (),
    source_identity: str = "",
    external_id: str = "",
) -> Keys:
    """What a trust policy sees of the session that is asked for. What was not given has no key."""
    keys = {
        "sts:RoleSessionName": (session_name,),
        "sts:SourceIdentity": (source_identity,) if source_identity else (),
        "sts:ExternalId": (external_id,) if external_id else (),
        "sts:TransitiveTagKeys": tuple(transitive),
        "aws:TagKeys": tuple(tags),
        **{f"aws:RequestTag/{name}": (value,) for name, value in tags.items()},
    }
    return {name: values for name, values in keys.items() if values}


def user_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def session_arn(account: str, session: Session) -> str:
    """Who holds temporary credentials, as errors and GetCallerIdentity name them."""
    if session.kind == "user":
        return user_arn(account, session.principal)
    return f"arn:aws:sts::{account}:assumed-role/{roles.name_of(session.principal)}/{session.name}"


def _date(instant: Instant) -> str:
    return datetime.fromtimestamp(instant // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
