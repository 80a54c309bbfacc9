"""A copy of a user pool: everything that an operator has set, and nothing of its users, keys and secrets.

One transaction: the new pool is there whole, or not at all. What belongs to one place alone is not copied:
the pool's own domains, its e-mail domains, and app clients that registered themselves.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct, field

from poolhouse.context import Env
from poolhouse.directory import email_domains as email_rules
from poolhouse.directory import pool_tags, session_settings
from poolhouse.errors import NotAPoolName, NotARegion, PoolNotFound, TenantClientUnclear
from poolhouse.ports import Row, Tx
from poolhouse.store import (
    client_creation,
    clients,
    email_domains,
    pool_creation,
    pool_parts,
    pools,
    signing_keys,
    tags,
)
from poolhouse.store.pool_creation import NewPool
from poolhouse.store.pool_parts import Copying
from poolhouse.store.signing_keys import NewKey

_NAME = re.compile(r"[\w\s+=,.@-]{1,128}")  # service model, UserPoolNameType
_PAGE = 500


class Wishes(Struct, frozen=True):
    """
    region            empty: the template's
    email_domains     of the new pool (directory/email_domains.py)
    tenant_client     the template's app client whose copy begins their sign-ins; empty: that of its tags,
                      or its only one
    provider_secrets  by the name of the identity provider
    copies_secrets    other providers have the secrets of the template's; else theirs must be given
    """

    name: str
    region: str = ""
    email_domains: tuple[str, ...] = ()
    tenant_client: str = ""
    provider_secrets: Mapping[str, str] = field(default_factory=dict)
    copies_secrets: bool = False

    def __repr__(self) -> str:
        return f"Wishes({self.name})"


class ClonedClient(Struct, frozen=True):
    """`template_id`: of the app client that it is a copy of."""

    client_id: str
    template_id: str
    name: str


class Clone(Struct, frozen=True):
    pool_id: str
    name: str
    clients: tuple[ClonedClient, ...]


class _Keys(Struct, frozen=True):
    """Made before the transaction, which may run twice."""

    signing: Sequence[NewKey]
    encryption: NewKey


async def clone(env: Env, template_id: str, wishes: Wishes) -> Clone:
    """Make a pool that is set up as the template is.

    Raises `PoolNotFound`, `LimitExceeded`, and the kinds of `InvalidParameter` in errors/tenants.py.
    """
    region = wishes.region or template_id.partition("_")[0]
    if not _NAME.fullmatch(wishes.name):
        raise NotAPoolName
    if not pool_creation.is_region(region):
        raise NotARegion
    keys = _Keys(await signing_keys.new_pair(), await pool_parts.encryption_key())

    async def write(tx: Tx) -> Clone | None:
        await pool_creation.check_room(tx, env.settings, region)
        return await _made(tx, env, template_id, pool_creation.new_id(env, region), wishes, keys)

    while True:
        made = await env.db.run(write)
        if made is not None:
            return made


async def _made(
    tx: Tx, env: Env, template_id: str, pool_id: str, wishes: Wishes, keys: _Keys
) -> Clone | None:
    """None when a pool has or once had this id."""
    template = await pools.by_id(tx, template_id)
    if template is None:
        raise PoolNotFound(pool_id=template_id)
    known, tagged = await _clients(tx, template_id), await tags.of_pool(tx, template_id)
    client_ids = {row["client_id"]: client_creation.new_id(env) for row in known}
    config = session_settings.for_clients(msgspec.json.decode(template["config"]), client_ids)
    kept = {tag: value for tag, value in tagged.items() if tag not in email_rules.TAGS}
    now = env.clock.now()
    if not await pool_creation.create(
        tx, env, NewPool(pool_id, wishes.name, config, kept, keys.signing), now
    ):
        return None
    copying = Copying(
        tx=tx,
        env=env,
        now=now,
        template_id=template_id,
        template_seal=await pool_parts.seal_key(tx, env, template_id),
        pool_id=pool_id,
        seal=await pool_parts.seal_key(tx, env, pool_id),
        client_ids=client_ids,
        provider_secrets=wishes.provider_secrets,
        copies_secrets=wishes.copies_secrets,
        encryption=keys.encryption,
    )
    await pool_parts.app_clients(copying, known)
    for part in pool_parts.PARTS:
        await part(copying)
    if wishes.email_domains:
        await _claim(copying, wishes, tagged, kept)
    made = [ClonedClient(client_ids[row["client_id"]], row["client_id"], row["name"]) for row in known]
    return Clone(pool_id, wishes.name, tuple(made))


async def _clients(tx: Tx, pool_id: str) -> list[Row]:
    """App clients that an operator made, by id."""
    found: list[Row] = []
    after = ""
    while named := await clients.page_of_type(tx, pool_id, "REGULAR", after, _PAGE):
        found += [await clients.of_pool(tx, pool_id, row["client_id"]) for row in named]
        after = named[-1]["client_id"]
    return found


async def _claim(
    copying: Copying, wishes: Wishes, tagged: Mapping[str, str], kept: Mapping[str, str]
) -> None:
    """Give the new pool its e-mail domains. Raises `TenantClientUnclear`, and what the tags' checks raise."""
    chosen = wishes.tenant_client or email_rules.client_of(tagged)
    if not chosen and len(copying.client_ids) == 1:
        (chosen,) = copying.client_ids
    if chosen not in copying.client_ids:
        raise TenantClientUnclear
    own = {
        email_rules.DOMAINS_TAG: " ".join(wishes.email_domains),
        email_rules.CLIENT_TAG: copying.client_ids[chosen],
    }
    pool_tags.check({**kept, **own})
    await email_domains.follow(copying.tx, copying.pool_id, kept, {**kept, **own})
    await tags.put(copying.tx, copying.pool_id, own)
