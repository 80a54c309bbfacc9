"""`poolhouse logs`: log entries that were given up (docs/log-delivery.md)."""

from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options

if TYPE_CHECKING:
    from poolhouse.context import Env


@click.group(cls=Listing)
def logs() -> None:
    """Show what log delivery has waiting and what it gave up, and send that again (docs/log-delivery.md).

    \b
    Example:
      poolhouse logs status
      poolhouse logs retry --pool us-east-1_Ab3dEf6hI
    """


@logs.command()
@config_option("tools")
@settings_options("tools", "data", "database_url")
def status(config: str | None, **options: Any) -> None:
    """Show how many entries wait and how many were given up, for each pool.

    \b
    Example:
      poolhouse logs status
    """
    from poolhouse import app

    app.once(settings_from("tools", config, options), _show)


@logs.command()
@click.option("--pool", required=True, metavar="ID", help="The user pool, such as us-east-1_Ab3dEf6hI.")
@config_option("tools")
@settings_options("tools", "data", "database_url")
def retry(pool: str, config: str | None, **options: Any) -> None:
    """Send what was given up again, once its sink is put right.

    \b
    Example:
      poolhouse logs retry --pool us-east-1_Ab3dEf6hI
    """
    from poolhouse import app

    async def revive(env: "Env") -> int:
        from poolhouse.store import log_outbox

        return await env.db.run(lambda tx: log_outbox.revive(tx, pool))

    number = app.once(settings_from("tools", config, options), revive)
    click.echo(f"{number} log entries of {pool} are sent again.")


async def _show(env: "Env") -> None:
    from poolhouse.store import log_outbox

    for lane in await env.db.read(log_outbox.depths):
        failing = f", after {lane.failures} failed tries" if lane.failures else ""
        click.echo(f"{lane.pool_id}  {lane.source}: {lane.waiting} wait{failing}")
    for pool_id, number in (await env.db.read(log_outbox.dead)).items():
        click.echo(f"{pool_id}  given up: {number}")
