"""Identity providers of a user pool (behaviour file, 1.13 and 6.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory import pools as pool_rules
from poolhouse.directory import providers, resource_quotas
from poolhouse.directory.pools import Pool
from poolhouse.directory.providers import SAML, SOCIAL, Provider
from poolhouse.errors import (
    DuplicateProvider,
    LimitExceeded,
    NoProviderOfIdentifier,
    ProviderNotFound,
)
from poolhouse.federation import social
from poolhouse.federation.details import Details
from poolhouse.federation.oidc import details as oidc_details
from poolhouse.ports import Row, Tx
from poolhouse.store import identity_providers, paging, pools, snapshots, tags
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateIdentityProviderRequest,
        DeleteIdentityProviderRequest,
        DescribeIdentityProviderRequest,
        GetIdentityProviderByIdentifierRequest,
        ListIdentityProvidersRequest,
        UpdateIdentityProviderRequest,
    )

Response = dict[str, Any]

_PAGE = 50  # the longest list that the model knows, whatever MaxResults says


@operation("CreateIdentityProvider")
async def create_identity_provider(ctx: Ctx, req: CreateIdentityProviderRequest) -> Response:
    """Make a provider, whose details have been looked at before anything is written."""
    name, provider_type = req["ProviderName"], req["ProviderType"]
    providers.check_name(provider_type, name)
    levels = providers.checked_levels(provider_type, req.get("AcrMapping", {}))
    details = await _details(ctx, provider_type, req["ProviderDetails"])

    async def write(tx: Tx) -> Provider:
        pool = await _changing_pool(tx, ctx)
        made = Provider(
            name=name,
            provider_type=provider_type,
            details=details.given,
            found=details.found,
            mapping=providers.checked_mapping(pool, provider_type, req.get("AttributeMapping", {})),
            identifiers=providers.checked_identifiers(req.get("IdpIdentifiers", ())),
            created_at=ctx.now,
            modified_at=ctx.now,
            acr_mapping=levels,
        )
        most = resource_quotas.of(ctx.env.settings, resource_quotas.IDENTITY_PROVIDERS)
        if await identity_providers.count(tx, pool.pool_id) >= most:
            raise LimitExceeded(f"A user pool can have {most} identity providers at most.")
        if not await identity_providers.insert(tx, ctx.keys.seal, ctx.env.rng, pool.pool_id, made):
            raise DuplicateProvider(name=name)
        return made

    made = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return _answer(ctx, made)


@operation("DescribeIdentityProvider")
async def describe_identity_provider(ctx: Ctx, req: DescribeIdentityProviderRequest) -> Response:
    """The whole configuration, with client_secret and without the private key of Apple."""

    async def read(tx: Tx) -> Provider:
        return await _existing(tx, ctx, req["ProviderName"])

    return _answer(ctx, await ctx.env.db.read(read))


@operation("GetIdentityProviderByIdentifier")
async def get_identity_provider_by_identifier(
    ctx: Ctx, req: GetIdentityProviderByIdentifierRequest
) -> Response:
    """As DescribeIdentityProvider, by one of IdpIdentifiers."""

    async def read(tx: Tx) -> Provider:
        name = await identity_providers.name_of(tx, ctx.pool.pool_id, req["IdpIdentifier"])
        if name is None:
            raise NoProviderOfIdentifier(identifier=req["IdpIdentifier"])
        return await _existing(tx, ctx, name)

    return _answer(ctx, await ctx.env.db.read(read))


@operation("UpdateIdentityProvider")
async def update_identity_provider(ctx: Ctx, req: UpdateIdentityProviderRequest) -> Response:
    """Replace details, mappings or identifiers; a member that is left out stays as it is [K]."""
    before = await ctx.env.db.read(lambda tx: _existing(tx, ctx, req["ProviderName"]))
    details = None
    if "ProviderDetails" in req:
        kept = _kept(before.details, req["ProviderDetails"])
        details = await _details(ctx, before.provider_type, {**kept, **req["ProviderDetails"]})

    async def write(tx: Tx) -> Provider:
        pool = await _changing_pool(tx, ctx)
        changed = _changed(pool, await _existing(tx, ctx, before.name), req, details)
        changed = replace(changed, modified_at=ctx.now)
        await identity_providers.replace(tx, ctx.keys.seal, ctx.env.rng, pool.pool_id, changed)
        return changed

    changed = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return _answer(ctx, changed)


@operation("DeleteIdentityProvider")
async def delete_identity_provider(ctx: Ctx, req: DeleteIdentityProviderRequest) -> Response:
    """Nobody can sign in with it any more; whoever has, remains a user (1.13)."""

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, ctx.pool.pool_id)
        if not await identity_providers.delete(tx, ctx.pool.pool_id, req["ProviderName"]):
            raise ProviderNotFound(name=req["ProviderName"])

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return {}


@operation("ListIdentityProviders")
async def list_identity_providers(ctx: Ctx, req: ListIdentityProvidersRequest) -> Response:
    """Names, types and dates, by name."""
    pool_id, size = ctx.pool.pool_id, min(req.get("MaxResults") or _PAGE, _PAGE)
    listing = f"identity-providers|{pool_id}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(ctx.keys.session, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> Sequence[Row]:
        return await identity_providers.page(tx, pool_id, after, size + 1)

    found = await ctx.env.db.read(read)
    answer: Response = {"Providers": [_description(row) for row in found[:size]]}
    if len(found) > size:
        last = found[size - 1]["name"]
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, [last])
    return answer


async def _details(ctx: Ctx, provider_type: str, given: Mapping[str, str]) -> Details:
    """May ask another server, so it comes before the transaction."""
    if provider_type == SAML:
        from poolhouse.federation.saml import details as saml_details  # here: lxml and signxml take 0.2 s

        return await saml_details.checked(ctx, given)
    if provider_type in SOCIAL:
        return await social.checked(ctx, provider_type, given)
    return await oidc_details.checked(ctx, given)


def _kept(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The private key of Apple is never shown, so whoever sends back what was shown keeps it [K]."""
    if "private_key" in before and "private_key" not in given:
        return {"private_key": before["private_key"]}
    return {}


def _changed(
    pool: Pool, before: Provider, req: UpdateIdentityProviderRequest, details: Details | None
) -> Provider:
    changed = before
    if details is not None:
        changed = replace(changed, details=details.given, found=details.found)
    if "AttributeMapping" in req:
        mapping = providers.checked_mapping(pool, before.provider_type, req["AttributeMapping"])
        changed = replace(changed, mapping=mapping)
    if "IdpIdentifiers" in req:
        changed = replace(changed, identifiers=providers.checked_identifiers(req["IdpIdentifiers"]))
    if "AcrMapping" in req:
        levels = providers.checked_levels(before.provider_type, req["AcrMapping"])
        changed = replace(changed, acr_mapping=levels)
    return changed


async def _changing_pool(tx: Tx, ctx: Ctx) -> Pool:
    """The pool as it stays until the commit."""
    row = await pools.begin_change(tx, ctx.pool.pool_id)
    return pool_rules.from_row(row, await tags.of_pool(tx, ctx.pool.pool_id))


async def _existing(tx: Tx, ctx: Ctx, name: str) -> Provider:
    row = await identity_providers.by_name(tx, ctx.pool.pool_id, name)
    if row is None:
        raise ProviderNotFound(name=name)
    return identity_providers.opened(ctx.keys.seal, ctx.pool.pool_id, row)


def _answer(ctx: Ctx, provider: Provider) -> Response:
    return {"IdentityProvider": providers.described(provider, ctx.pool.pool_id)}


def _description(row: Row) -> dict[str, Any]:
    return {
        "ProviderName": row["name"],
        "ProviderType": row["provider_type"],
        "LastModifiedDate": row["modified_at"],
        "CreationDate": row["created_at"],
    }
