"""/ in a browser: what runs, the ids, where to look."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.errors import ClientNotFound
from poolhouse.http.response import Response
from poolhouse.ports import Row, Tx
from poolhouse.store import brand_listing, pools, snapshots
from poolhouse.web.demo import Demo, start_page
from poolhouse.web.dev import messages, rendering, snippets, times
from poolhouse.web.dev.clock import clock_of

_MOST_POOLS = 20


class Snippet(Struct, frozen=True):
    name: str
    text: str


async def page(env: Env, demo: Demo) -> Response:
    """Filled in with what `poolhouse dev` has ready."""
    settings, now = env.settings, env.clock.now()
    listed = await _pools(env)
    return rendering.page(
        "start.html",
        section="start",
        number=await messages.number(env),
        address=urlsplit(settings.public_url).netloc,
        endpoint=settings.public_url,
        region=settings.region,
        demo=demo,
        any_secret=settings.sigv4 == "any",
        pools=[(row["name"], row["pool_id"]) for row in listed],
        issuer=_issuer(demo, listed),
        sign_in=await _sign_in(env, demo),
        snippets=_snippets(env, demo),
        weak=await env.db.read(brand_listing.hard_to_read),
        time=times.in_words(now),
        moved=clock_of(env).offset != 0,
    )


async def _pools(env: Env) -> Sequence[Row]:
    async def read(tx: Tx) -> Sequence[Row]:
        return await pools.page(tx, env.settings.region, "", _MOST_POOLS)

    return await env.db.read(read)


def _issuer(demo: Demo, listed: Sequence[Row]) -> str:
    """The path of the pool whose OpenID configuration is shown; empty where there is no pool."""
    if demo.pool is not None:
        return f"/{demo.pool.user_pool_id}"
    return f"/{listed[0]['pool_id']}" if listed else ""


async def _sign_in(env: Env, demo: Demo) -> str:
    """The address of the demo client's sign-in page; empty where it cannot come back to this page."""
    if demo.pool is None:
        return ""
    try:
        _, client = await snapshots.of_client(env, demo.pool.client_id)
    except ClientNotFound:  # somebody has deleted it
        return ""
    back = start_page(env)
    if back not in client.callback_urls:
        return ""
    asked = {"client_id": client.client_id, "response_type": "code", "redirect_uri": back}
    return f"/{demo.pool.user_pool_id}/login?{urlencode(asked)}"


def _snippets(env: Env, demo: Demo) -> list[Snippet]:
    endpoint, region = env.settings.public_url, env.settings.region
    pool, key, secret = demo.pool, demo.access_key_id, demo.secret_access_key
    if pool is None:
        return [Snippet("AWS CLI", snippets.create_user_pool(endpoint, region, key, secret))]
    return [
        Snippet("boto3", snippets.boto3(endpoint, region, pool.client_id, pool.username, pool.password)),
        Snippet("AWS CLI", snippets.aws_cli(endpoint, region, pool.user_pool_id, key, secret)),
        Snippet("Amplify", snippets.amplify(endpoint, pool.user_pool_id, pool.client_id)),
    ]
