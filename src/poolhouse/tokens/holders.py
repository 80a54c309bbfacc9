"""Who holds an access key or temporary credentials: their policies, and what conditions can say of them."""

from collections.abc import Mapping

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto.session_tokens import Session
from poolhouse.directory.principals import Principal
from poolhouse.directory.roles import Role
from poolhouse.errors import CredentialsExpired, UnrecognizedClient
from poolhouse.policies import principals
from poolhouse.policies.document import Policy
from poolhouse.ports import Instant
from poolhouse.store import access_keys, managed_policies, roles
from poolhouse.tokens import condition_keys, session_policies


class Moment(Struct, frozen=True):
    """When and where a request comes from. `address` may be empty."""

    now: Instant
    region: str
    address: str

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        return condition_keys.of_moment(self.now, self.region, self.address)


def of_user(account: str, name: str, access_key_id: str, policy: Policy, moment: Moment) -> Principal:
    """Who holds an access key."""
    arn = condition_keys.user_arn(account, name)
    keys = {**condition_keys.of_user(account, name, access_key_id), **moment.keys}
    return Principal(arn, access_key_id, principals.aws(arn), (policy,), keys=keys)


async def of_session(env: Env, session: Session, moment: Moment) -> Principal:
    """Who holds temporary credentials that were verified.

    Raises `UnrecognizedClient` where the role or the access key that they are of is gone, and
    `CredentialsExpired` where the role's sessions were revoked.
    """
    if session.kind == "user":
        return await _of_user_session(env, session, moment)
    account = env.settings.account_id
    role = await roles.living(env, session.principal)
    if role is None or role.role_id != session.principal_id:
        raise UnrecognizedClient
    if session.issued_at < role.revoked_before:
        raise CredentialsExpired
    arn = condition_keys.session_arn(account, session)
    return Principal(
        arn=arn,
        user_id=f"{role.role_id}:{session.name}",
        names=principals.aws(arn, session.principal, role.role_id),
        identity=await _of_role(env, role),
        session=await session_policies.opened(env, session.policies, session.policy_arns),
        keys={**condition_keys.of_session(account, session, role.tags), **moment.keys},
    )


async def _of_user_session(env: Env, session: Session, moment: Moment) -> Principal:
    """GetSessionToken: what the user may, as long as the access key lives that asked."""
    key = await access_keys.living(env, session.principal_id)
    if key is None:
        raise UnrecognizedClient
    account = env.settings.account_id
    arn = condition_keys.user_arn(account, key.user_name)
    keys = {**condition_keys.of_session(account, session, {}), **moment.keys}
    return Principal(arn, key.access_key_id, principals.aws(arn), (key.policy,), keys=keys)


async def _of_role(env: Env, role: Role) -> tuple[Policy, ...]:
    """Inline and managed; one that was deleted since allows nothing."""
    managed = [await managed_policies.living(env, arn) for arn in role.managed]
    return role.inline_policies + tuple(policy for policy in managed if policy is not None)
