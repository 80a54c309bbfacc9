"""The parts of a user pool that a copy of it has as well, a function for each kind (pool_cloning.py).

Each reads of the template and writes to the new pool, within one transaction. What is sealed is opened and
sealed anew, because each pool has a key of its own.
"""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Env
from poolhouse.crypto import aead, certificates, jose
from poolhouse.directory import providers as provider_rules
from poolhouse.directory.providers import Provider
from poolhouse.directory.risk_config import WHOLE_POOL
from poolhouse.errors import ProviderNeedsSecret, ProviderWithoutSecret
from poolhouse.ports import Instant, Row, Tx
from poolhouse.store import (
    client_creation,
    client_secrets,
    clients,
    data_keys,
    groups,
    identity_providers,
    login_styles,
    resource_servers,
    risk_configurations,
    saml_keys,
    saml_metadata,
    signing_keys,
    terms,
    ui_customizations,
)
from poolhouse.store.client_secrets import Owner
from poolhouse.store.groups import NewGroup
from poolhouse.store.saml_keys import SamlKey
from poolhouse.store.signing_keys import NewKey

_PAGE = 500
_METADATA_URL = "MetadataURL"
_CERTIFICATE = "ActiveEncryptionCertificate"  # among what was found about a SAML provider


class Copying(Struct, frozen=True):
    """One copy under way.

    client_ids        of the new app clients, by those of the template's
    provider_secrets  of identity providers, by name
    copies_secrets    providers that are not named there have the template's
    encryption        what SAML providers would encrypt to
    """

    tx: Tx
    env: Env
    now: Instant
    template_id: str
    template_seal: bytes
    pool_id: str
    seal: bytes
    client_ids: Mapping[str, str]
    provider_secrets: Mapping[str, str]
    copies_secrets: bool
    encryption: NewKey


async def encryption_key() -> NewKey:
    private = await asyncio.to_thread(jose.new_signing_key)
    return NewKey(saml_keys.ENCRYPTION, jose.load_signing_key(private).kid, private)


async def seal_key(tx: Tx, env: Env, pool_id: str) -> bytes:
    return aead.derive(data_keys.opened(env, pool_id, await data_keys.row(tx, pool_id)), "seal")


async def app_clients(copying: Copying, known: Sequence[Row]) -> None:
    """With new ids, and with a new secret where the template's has one."""
    tx, env, pool_id = copying.tx, copying.env, copying.pool_id
    for row in known:
        client_id = copying.client_ids[row["client_id"]]
        config = msgspec.json.decode(row["config"])
        if not await clients.insert(tx, pool_id, client_id, row["name"], config, copying.now):
            raise LookupError("an app client has this id already")
        if await client_secrets.of_client(tx, copying.template_id, row["client_id"]):
            owner, secret = Owner(pool_id, client_id, copying.seal), client_creation.new_secret(env)
            await client_secrets.add(tx, env.rng, owner, secret, copying.now)


async def every_resource_server(copying: Copying) -> None:
    for server in await resource_servers.of_pool(copying.tx, copying.template_id):
        await resource_servers.insert(copying.tx, copying.pool_id, server)


async def every_group(copying: Copying) -> None:
    """Nobody is in them."""
    after = ""
    while rows := await groups.page(copying.tx, copying.template_id, after, _PAGE):
        for row in rows:
            group = NewGroup(
                name=row["name"],
                group_id=copying.env.rng.uuid(),
                description=row["description"],
                role_arn=row["role_arn"],
                precedence=row["precedence"],
            )
            await groups.insert(copying.tx, copying.pool_id, group, copying.now)
        after = rows[-1]["name"]


async def every_provider(copying: Copying) -> None:
    """Raises `ProviderNeedsSecret` and `ProviderWithoutSecret`."""
    rows = await identity_providers.of_pool(copying.tx, copying.template_id)
    known = identity_providers.by_names(copying.template_seal, copying.template_id, rows)
    for name in copying.provider_secrets:
        if name not in known or not _secret_of(known[name]):
            raise ProviderWithoutSecret(name=name)
    made = [_with_secret(copying, provider) for provider in known.values()]
    if any(_CERTIFICATE in provider.found for provider in made):
        made = await _with_encryption(copying, made)
    for provider in made:
        fresh = replace(provider, created_at=copying.now, modified_at=copying.now)
        await identity_providers.insert(copying.tx, copying.seal, copying.env.rng, copying.pool_id, fresh)
        await _metadata(copying, provider)


async def classic_looks(copying: Copying) -> None:
    tx = copying.tx
    for look in await ui_customizations.of_pool(tx, copying.template_id):
        client_id = look.client_id
        if client_id != ui_customizations.ALL:
            client_id = copying.client_ids.get(client_id, "")
        if client_id:
            image = await ui_customizations.image(
                tx, copying.template_id, look.client_id, look.image_name, look.image_digest
            )
            made = replace(look, pool_id=copying.pool_id, client_id=client_id, modified_at=copying.now)
            await ui_customizations.put(tx, made, image)


async def managed_looks(copying: Copying) -> None:
    tx = copying.tx
    for style in await login_styles.of_pool(tx, copying.template_id):
        if style.client_id not in copying.client_ids:
            continue
        made = replace(
            style,
            pool_id=copying.pool_id,
            style_id=copying.env.rng.uuid(),
            client_id=copying.client_ids[style.client_id],
            created_at=copying.now,
        )
        await login_styles.insert(tx, made)
        for asset in await login_styles.contents(tx, copying.template_id, style.style_id):
            await login_styles.put_asset(tx, copying.pool_id, made.style_id, asset)


async def every_document(copying: Copying) -> None:
    """Terms of use and privacy policies."""
    for template_client, client_id in copying.client_ids.items():
        for document in (await terms.of_client(copying.tx, copying.template_id, template_client)).values():
            made = replace(
                document,
                pool_id=copying.pool_id,
                terms_id=copying.env.rng.uuid(),
                client_id=client_id,
                created_at=copying.now,
            )
            await terms.insert(copying.tx, made)


async def risk(copying: Copying) -> None:
    """What is done about risk, with the words of its mails: for the whole pool, and for app clients."""
    tx, levels = copying.tx, {WHOLE_POOL: WHOLE_POOL, **copying.client_ids}
    for found in await risk_configurations.of_pool(tx, copying.template_id):
        whole = await risk_configurations.get(tx, copying.template_id, found.client_id)
        if whole is not None and found.client_id in levels:
            made = replace(whole, client_id=levels[found.client_id], modified_at=copying.now)
            await risk_configurations.put(tx, copying.pool_id, made)


def _secret_of(provider: Provider) -> str:
    """The name of the detail that is a secret; empty: it has none."""
    return next((name for name in provider_rules.SECRETS if name in provider.details), "")


def _with_secret(copying: Copying, provider: Provider) -> Provider:
    """As it will be in the new pool. Raises `ProviderNeedsSecret`."""
    place = _secret_of(provider)
    if not place:
        return provider
    given = copying.provider_secrets.get(provider.name)
    if given is not None:
        return replace(provider, details={**provider.details, place: given})
    if not copying.copies_secrets:
        raise ProviderNeedsSecret(name=provider.name)
    return provider


async def _with_encryption(copying: Copying, made: Sequence[Provider]) -> list[Provider]:
    """SAML providers that encrypt do so to a key of the new pool."""
    key = copying.encryption
    await signing_keys.insert(copying.tx, copying.env.rng, copying.pool_id, copying.seal, [key], copying.now)
    saml_key = SamlKey(certificates.load_rsa(key.private), copying.now, copying.pool_id)
    body = certificates.body(saml_key.certificate)
    return [
        replace(provider, found={**provider.found, _CERTIFICATE: body})
        if _CERTIFICATE in provider.found
        else provider
        for provider in made
    ]


async def _metadata(copying: Copying, provider: Provider) -> None:
    """What was read of a SAML provider, so that the first sign-in need not wait for it."""
    url = provider.details.get(_METADATA_URL, "")
    kept = await saml_metadata.of_url(copying.tx, copying.template_id, url) if url else None
    if kept is not None:
        await saml_metadata.keep(copying.tx, copying.pool_id, url, kept, copying.now)


PARTS = (
    every_resource_server,
    every_group,
    every_provider,
    classic_looks,
    managed_looks,
    every_document,
    risk,
)
