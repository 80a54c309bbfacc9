"""Terms of use and privacy policies: links on the pages of an app client (behaviour file, 1.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory import terms as rules
from poolhouse.errors import TermsExist, TermsNotFound, TooManyTerms
from poolhouse.ports import Tx
from poolhouse.store import clients, paging, pools, snapshots, terms
from poolhouse.store.terms import Terms
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateTermsRequest,
        DeleteTermsRequest,
        DescribeTermsByClientRequest,
        DescribeTermsRequest,
        ListTermsRequest,
        UpdateTermsRequest,
    )

Response = dict[str, Any]

MOST_TERMS = 40  # of a pool (behaviour file, 8.2)
_PAGE = 60


@operation("CreateTerms")
async def create_terms(ctx: Ctx, req: CreateTermsRequest) -> Response:
    """A document of an app client; the pages show its link once the client has both."""
    pool_id, client_id, name = req["UserPoolId"], req["ClientId"], req["TermsName"]
    rules.check(req["Links"])
    made = Terms(
        pool_id=pool_id,
        terms_id=ctx.env.rng.uuid(),
        client_id=client_id,
        name=name,
        source=req["TermsSource"],
        enforcement=req["Enforcement"],
        links=req["Links"],
        created_at=ctx.now,
        modified_at=ctx.now,
    )

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        await clients.of_pool(tx, pool_id, client_id)
        if name in await terms.of_client(tx, pool_id, client_id):
            raise TermsExist(name=name, client_id=client_id)
        if await terms.count(tx, pool_id) >= MOST_TERMS:
            raise TooManyTerms(most=MOST_TERMS)
        await terms.insert(tx, made)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"Terms": _described(made)}


@operation("DescribeTerms")
async def describe_terms(ctx: Ctx, req: DescribeTermsRequest) -> Response:
    """A document by its id."""

    async def read(tx: Tx) -> Terms:
        return await _document(tx, req["UserPoolId"], req["TermsId"])

    return {"Terms": _described(await ctx.env.db.read(read))}


@operation("DescribeTermsByClient")
async def describe_terms_by_client(ctx: Ctx, req: DescribeTermsByClientRequest) -> Response:
    """A document by its app client and name."""
    pool_id, client_id = req["UserPoolId"], req["ClientId"]

    async def read(tx: Tx) -> Terms:
        await clients.of_pool(tx, pool_id, client_id)
        found = (await terms.of_client(tx, pool_id, client_id)).get(req["TermsName"])
        if found is None:
            raise TermsNotFound
        return found

    return {"Terms": _described(await ctx.env.db.read(read))}


@operation("UpdateTerms")
async def update_terms(ctx: Ctx, req: UpdateTermsRequest) -> Response:
    """What the request leaves out stays; Links are replaced as a whole [K]."""
    pool_id, terms_id = req["UserPoolId"], req["TermsId"]
    if "Links" in req:
        rules.check(req["Links"])

    async def write(tx: Tx) -> Terms:
        await pools.begin_change(tx, pool_id)
        before = await _document(tx, pool_id, terms_id)
        after = replace(
            before,
            name=req.get("TermsName", before.name),
            source=req.get("TermsSource", before.source),
            enforcement=req.get("Enforcement", before.enforcement),
            links=req.get("Links", before.links),
            modified_at=ctx.now,
        )
        holder = (await terms.of_client(tx, pool_id, before.client_id)).get(after.name)
        if holder and holder.terms_id != terms_id:
            raise TermsExist(name=after.name, client_id=before.client_id)
        await terms.replace(tx, after)
        return after

    after = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"Terms": _described(after)}


@operation("DeleteTerms")
async def delete_terms(ctx: Ctx, req: DeleteTermsRequest) -> Response:
    """Its link is gone from the pages."""
    pool_id = req["UserPoolId"]

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await terms.delete(tx, pool_id, req["TermsId"]):
            raise TermsNotFound

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("ListTerms")
async def list_terms(ctx: Ctx, req: ListTermsRequest) -> Response:
    """Ids, names and dates of the pool's documents."""
    pool_id, size = req["UserPoolId"], req.get("MaxResults", _PAGE)
    listing, key = f"terms|{pool_id}", ctx.keys.session
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(key, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> list[Terms]:
        return await terms.page(tx, pool_id, after, size + 1)

    found = await ctx.env.db.read(read)
    answer: Response = {"Terms": [_summary(document) for document in found[:size]]}
    if len(found) > size:
        last = found[size - 1].terms_id
        answer["NextToken"] = paging.seal(key, ctx.env.rng, ctx.now, listing, [last])
    return answer


async def _document(tx: Tx, pool_id: str, terms_id: str) -> Terms:
    found = await terms.by_id(tx, pool_id, terms_id)
    if found is None:
        raise TermsNotFound
    return found


def _summary(found: Terms) -> Response:
    return {
        "TermsId": found.terms_id,
        "TermsName": found.name,
        "Enforcement": found.enforcement,
        "CreationDate": found.created_at,
        "LastModifiedDate": found.modified_at,
    }


def _described(found: Terms) -> Response:
    return {
        **_summary(found),
        "UserPoolId": found.pool_id,
        "ClientId": found.client_id,
        "TermsSource": found.source,
        "Links": found.links,
    }
