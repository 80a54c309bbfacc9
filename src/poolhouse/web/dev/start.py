"""/ in a browser: what runs, the ids, where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from poolhouse.context import Env
from poolhouse.ports import Row, Tx
from poolhouse.store import pools
from poolhouse.web.dev import messages, rendering, snippets, times
from poolhouse.web.dev.clock import clock_of
from poolhouse.web.response import Response

_MOST_POOLS = 20
_ANY = "anything"


@dataclass(frozen=True, slots=True)
class Demo:
    """What `poolhouse dev` made at its first start. It puts this into `Env.demo`, member by member."""

    user_pool_id: str
    client_id: str
    username: str
    password: str
    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True, slots=True)
class Snippet:
    name: str
    text: str


async def page(env: Env) -> Response:
    settings, now = env.settings, env.clock.now()
    demo = Demo(**env.demo) if env.demo else None
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
        issuer=f"/{demo.user_pool_id}" if demo else f"/{listed[0]['pool_id']}" if listed else "",
        snippets=_snippets(env, demo),
        time=times.in_words(now),
        moved=clock_of(env).offset != 0,
    )


async def _pools(env: Env) -> Sequence[Row]:
    async def read(tx: Tx) -> Sequence[Row]:
        return await pools.page(tx, env.settings.region, "", _MOST_POOLS)

    return await env.db.read(read)


def _snippets(env: Env, demo: Demo | None) -> list[Snippet]:
    endpoint, region = env.settings.public_url, env.settings.region
    if demo is None:
        return [Snippet("AWS CLI", snippets.create_user_pool(endpoint, region, "poolhouse-dev", _ANY))]
    secret = demo.secret_access_key
    return [
        Snippet("boto3", snippets.boto3(endpoint, region, demo.client_id, demo.username, demo.password)),
        Snippet("AWS CLI", snippets.aws_cli(endpoint, region, demo.user_pool_id, demo.access_key_id, secret)),
        Snippet("Amplify", snippets.amplify(endpoint, demo.user_pool_id, demo.client_id)),
    ]
