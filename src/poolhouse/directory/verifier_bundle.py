"""What a gateway or a middleware needs to verify temporary credentials without the store: one JSON document.

Who holds it knows whose sessions are good and what they may do; with the verifier keys, also whether a
request was signed with a session's secret (ADR 20).
"""

import base64
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from poolhouse.crypto.session_tokens import Session, VerifyingKey
from poolhouse.directory.roles import Role
from poolhouse.policies.document import IDENTITY, Policy, parse
from poolhouse.ports import Instant

FORMAT = "poolhouse-verifier/1"


class _Key(msgspec.Struct, frozen=True):
    public: str  # base64
    verifier: str = ""  # base64; empty: signatures of requests cannot be checked

    def __repr__(self) -> str:
        return f"_Key({self.public})"


class _Role(msgspec.Struct, frozen=True):
    role_id: str
    name: str
    path: str
    trust: str
    policies: dict[str, str]
    managed: tuple[str, ...]
    tags: dict[str, str]
    revoked_before: Instant


class _Revoked(msgspec.Struct, frozen=True):
    kind: str
    target: str
    before: Instant


class _Document(msgspec.Struct, frozen=True):
    format: str
    account_id: str
    made_at: Instant
    keys: list[_Key]
    roles: list[_Role]
    managed_policies: dict[str, str]  # documents by ARN
    revoked: list[_Revoked]


class Bundle(Struct, frozen=True):
    """
    keys      by kid
    roles     by ARN
    policies  managed ones, by ARN
    revoked   (kind, target) -> sessions that began before are not good (store/revoked_sessions.py)
    """

    account_id: str
    made_at: Instant
    keys: Mapping[str, VerifyingKey]
    roles: Mapping[str, Role]
    policies: Mapping[str, Policy]
    revoked: Mapping[tuple[str, str], Instant]

    def __repr__(self) -> str:
        return f"Bundle({self.account_id}, {len(self.keys)} keys, {len(self.roles)} roles)"

    def role_of(self, session: Session) -> Role | None:
        """The role of a session that is not revoked; None where it is, or where the role is gone."""
        role = self.roles.get(session.principal)
        if role is None or role.role_id != session.principal_id or session.issued_at < role.revoked_before:
            return None
        subject = session.subject
        targets = (("identity", subject), ("identity of role", f"{session.principal_id} {subject}"))
        revoked = any(session.issued_at < self.revoked.get(target, 0) for target in targets)
        return None if revoked else role


def written(
    account_id: str,
    made_at: Instant,
    keys: list[VerifyingKey],
    roles: list[Role],
    managed_policies: Mapping[str, str],
    revoked: Mapping[tuple[str, str], Instant],
) -> bytes:
    """The document. A key without its verifier half stays without it."""
    document = _Document(
        format=FORMAT,
        account_id=account_id,
        made_at=made_at,
        keys=[_Key(_text(key.public), _text(key.verifier) if key.verifier else "") for key in keys],
        roles=[_role(role) for role in roles],
        managed_policies=dict(managed_policies),
        revoked=[_Revoked(kind, target, before) for (kind, target), before in revoked.items()],
    )
    return msgspec.json.format(msgspec.json.encode(document))


def read(content: bytes) -> Bundle:
    """Raises `ValueError` for what is no such document."""
    try:
        document = msgspec.json.decode(content, type=_Document)
    except msgspec.DecodeError as error:
        raise ValueError("This is not a verifier of `poolhouse roles export-verifier`.") from error
    if document.format != FORMAT:
        raise ValueError(f"This verifier is not of the format {FORMAT}.")
    keys = [VerifyingKey(_bytes(key.public), _bytes(key.verifier) or None) for key in document.keys]
    roles = [Role(**msgspec.structs.asdict(role)) for role in document.roles]
    return Bundle(
        account_id=document.account_id,
        made_at=document.made_at,
        keys={key.kid: key for key in keys},
        roles={role.arn(document.account_id): role for role in roles},
        policies={arn: parse(text, IDENTITY, arn) for arn, text in document.managed_policies.items()},
        revoked={(one.kind, one.target): one.before for one in document.revoked},
    )


def _role(role: Role) -> _Role:
    return _Role(
        role_id=role.role_id,
        name=role.name,
        path=role.path,
        trust=role.trust,
        policies=dict(role.policies),
        managed=role.managed,
        tags=dict(role.tags),
        revoked_before=role.revoked_before,
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
