"""Domains of user pools (behaviour file, 1.12). Which names may be: directory/domains.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory import domains as rules
from poolhouse.directory import plans, resource_quotas
from poolhouse.directory.domains import CUSTOM, PREFIX, Domain
from poolhouse.errors import DomainAlready, DomainNotFound, DomainTaken, LimitExceeded, NotACustomDomain
from poolhouse.ports import SECOND, Row, Tx
from poolhouse.store import domains, hosts, pools, snapshots
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateUserPoolDomainRequest,
        DeleteUserPoolDomainRequest,
        DescribeUserPoolDomainRequest,
        UpdateUserPoolDomainRequest,
    )

Response = dict[str, Any]


@operation("CreateUserPoolDomain")
async def create_user_pool_domain(ctx: Ctx, req: CreateUserPoolDomainRequest) -> Response:
    """Give the pool a prefix domain or, where the request has a certificate, a custom one."""
    pool_id, name = req["UserPoolId"], req["Domain"]
    kind = _checked_kind(ctx, req)
    version = req.get("ManagedLoginVersion", rules.CLASSIC)  # the default is [K]
    config: Mapping[str, Any] = req.get("CustomDomainConfig") or {}

    async def write(tx: Tx) -> None:
        _check_version(ctx, await pools.begin_change(tx, pool_id), version)
        if any(domain.kind == kind for domain in await domains.of_pool(tx, pool_id)):
            raise DomainAlready
        await _check_number(tx, ctx, kind)
        if not await domains.insert(tx, pool_id, kind, name, version, config, ctx.now):
            raise DomainTaken

    await ctx.env.db.run(write)
    _forget(ctx, name)
    return _answer(ctx, kind, version)


async def _check_number(tx: Tx, ctx: Ctx, kind: str) -> None:
    most = resource_quotas.of(ctx.env.settings, resource_quotas.CUSTOM_DOMAINS)
    if kind == CUSTOM and await domains.count_custom(tx, ctx.region) >= most:
        raise LimitExceeded(f"A Region can have {most} custom domains at most.")


def _checked_kind(ctx: Ctx, req: CreateUserPoolDomainRequest) -> str:
    rules.check_routing(req)
    if "CustomDomainConfig" not in req:
        rules.check_prefix(ctx.env.settings, req["Domain"])
        return PREFIX
    rules.check_custom(ctx.env.settings, req["Domain"])
    rules.check_certificate(req["CustomDomainConfig"])
    return CUSTOM


@operation("DescribeUserPoolDomain")
async def describe_user_pool_domain(ctx: Ctx, req: DescribeUserPoolDomainRequest) -> Response:
    """A domain of a pool of this Region; one that does not exist is an empty description, no error."""
    found = await ctx.env.db.read(lambda tx: domains.by_name(tx, req["Domain"]))
    if found is None or found.pool_id.partition("_")[0] != ctx.region:
        return {"DomainDescription": {}}
    description = {
        "UserPoolId": found.pool_id,
        "AWSAccountId": ctx.env.settings.account_id,
        "Domain": found.name,
        "Version": _version(found),
        "Status": "ACTIVE",
        "CustomDomainConfig": found.config,
        "ManagedLoginVersion": found.login_version,
    }
    if found.kind == CUSTOM:
        description["CloudFrontDistribution"] = _alias_target(ctx)
    return {"DomainDescription": description}


def _version(domain: Domain) -> str:
    """`20261126100141`: when it was made."""
    return f"{datetime.fromtimestamp(domain.created_at // SECOND, UTC):%Y%m%d%H%M%S}"


@operation("UpdateUserPoolDomain")
async def update_user_pool_domain(ctx: Ctx, req: UpdateUserPoolDomainRequest) -> Response:
    """Change the look or the certificate; what the request leaves out stays [K]."""
    pool_id, name = req["UserPoolId"], req["Domain"]
    rules.check_routing(req)
    if "CustomDomainConfig" in req:
        rules.check_certificate(req["CustomDomainConfig"])

    async def write(tx: Tx) -> tuple[str, int]:
        pool = await pools.begin_change(tx, pool_id)
        domain = await _of_pool(tx, pool_id, name)
        if domain.kind == PREFIX and "CustomDomainConfig" in req:
            raise NotACustomDomain
        version = req.get("ManagedLoginVersion", domain.login_version)
        _check_version(ctx, pool, version)
        await domains.change(tx, domain, version, req.get("CustomDomainConfig") or domain.config)
        return domain.kind, version

    kind, version = await ctx.env.db.run(write)
    _forget(ctx, name)
    return _answer(ctx, kind, version)


@operation("DeleteUserPoolDomain")
async def delete_user_pool_domain(ctx: Ctx, req: DeleteUserPoolDomainRequest) -> Response:
    """The name is free at once, and the pool is below the address of its issuer."""
    pool_id, name = req["UserPoolId"], req["Domain"]

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await domains.delete(tx, pool_id, name):
            raise DomainNotFound

    await ctx.env.db.run(write)
    _forget(ctx, name)
    return {}


async def _of_pool(tx: Tx, pool_id: str, name: str) -> Domain:
    found = await domains.by_name(tx, name)
    if found is None or found.pool_id != pool_id:
        raise DomainNotFound
    return found


def _answer(ctx: Ctx, kind: str, version: int) -> Response:
    answer: Response = {"ManagedLoginVersion": version}
    return answer | ({"CloudFrontDomain": _alias_target(ctx)} if kind == CUSTOM else {})


def _alias_target(ctx: Ctx) -> str | None:
    """What the DNS record of a custom domain has to point to: no CloudFront, but this server."""
    return urlsplit(ctx.env.settings.public_url).hostname


def _check_version(ctx: Ctx, pool: Row, version: int) -> None:
    rules.check_version(version)
    if version == rules.MANAGED:
        plans.require(ctx.env.settings, msgspec.json.decode(pool["config"]), plans.MANAGED_LOGIN)


def _forget(ctx: Ctx, name: str) -> None:
    hosts.forget(ctx.env, name)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
