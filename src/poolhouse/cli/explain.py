"""`poolhouse explain`: why a request was answered as it was."""

from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.context import Env
    from poolhouse.directory.events import Event


_NONE = (
    "No attempt of request {request_id} is stored: take the id from an answer or the log. None is left by "
    "what was throttled (the request's line in the log says outcome TooManyRequestsException, and a line "
    "`limit reached` the limit), by what was refused before anybody was looked for, such as a wrong "
    "SECRET_HASH, or failed on our side (the outcome in that line), by a first question to which nothing was "
    "answered, by what is no attempt, such as a refresh, and by what is older than `event_retention_days`. "
    "See docs/events.md."
)


@click.command()
@click.argument("request_id", metavar="REQUEST_ID")
@click.option("--pool", default="", metavar="ID", help="The user pool, which is quicker.  [default: any]")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@config_option("tools")
@settings_options("tools", "data", "database_url")
def explain(request_id: str, pool: str, as_json: bool, config: str | None, **options: Any) -> None:
    """Say why an attempt to sign in, sign up, recover or change a password ended as it did.

    The request's id is in every answer (x-amzn-requestid, in boto3 ResponseMetadata.RequestId) and in the
    log. Shown are the flow and its steps, the functions that were called (their sizes and times), the
    signals of risk with their points, the limits, and what decided. No secret is ever part of it.

    \b
    Example:
      poolhouse explain 2f6c1a34-0a41-4f5e-9a55-8d3a1c1f5b7e
    """
    from poolhouse import app
    from poolhouse.directory import explanation

    settings = settings_from("tools", config, options)
    found = app.once(settings, lambda env: _events(env, request_id, pool))
    if not found:
        raise SettingsError(_NONE.format(request_id=request_id))
    for event in found:
        click.echo(_as_json(event) if as_json else "\n".join(explanation.lines(event)))


async def _events(env: "Env", request_id: str, pool: str) -> "list[Event]":
    from poolhouse.store import events, pools

    async def read(tx: Any) -> "list[Event]":
        found: list[Event] = []
        for pool_id in [pool] if pool else await pools.ids(tx):
            found += await events.of_request(tx, pool_id, request_id)
        return found

    return await env.db.read(read)


def _as_json(event: "Event") -> str:
    import msgspec

    return msgspec.json.encode(event).decode()
