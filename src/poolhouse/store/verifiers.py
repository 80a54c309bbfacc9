"""What verifiers of temporary credentials are given, as it is now (directory/verifier_bundle.py)."""

from poolhouse.context import Env
from poolhouse.crypto.session_tokens import VerifyingKey
from poolhouse.directory import verifier_bundle
from poolhouse.directory.managed_policies import ManagedPolicy
from poolhouse.directory.roles import Role
from poolhouse.ports import Tx
from poolhouse.store import credential_keys, managed_policies, revoked_sessions, roles
from poolhouse.store.revoked_sessions import Revoked


async def exported(env: Env, *, secrets: bool) -> bytes:
    """secrets  False: without the keys that open the secrets in session tokens"""
    keys = list((await credential_keys.current(env)).by_kid.values())
    account, now = env.settings.account_id, env.clock.now()

    async def read(tx: Tx) -> tuple[list[Role], list[ManagedPolicy], Revoked]:
        return await roles.every(tx), await managed_policies.every(tx), await revoked_sessions.every(tx, now)

    known, policies, revoked = await env.db.read(read)
    return verifier_bundle.written(
        account,
        now,
        keys if secrets else [VerifyingKey(key.public) for key in keys],
        known,
        {policy.arn(account): policy.document for policy in policies},
        revoked,
    )
