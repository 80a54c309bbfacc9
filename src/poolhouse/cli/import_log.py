"""`poolhouse import-log`: what became of each line of a user import."""

from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poolhouse.context import Env
    from poolhouse.store.import_jobs import Key
    from poolhouse.store.import_log import Entry


@click.command("import-log")
@click.option("--pool", required=True, metavar="ID", help="The user pool, such as us-east-1_Ab3dEf6hI.")
@click.option("--job", required=True, metavar="ID", help="The user import job, such as import-Ab3dEf6hIj.")
@click.option("--failed", "only_failed", is_flag=True, help="Leave out the lines that were imported.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV for a spreadsheet: line,outcome,reason.")
@config_option("tools")
@settings_options("tools", "data", "database_url")
def import_log(
    pool: str, job: str, only_failed: bool, as_csv: bool, config: str | None, **options: Any
) -> None:
    """Show what became of the lines of a user import, in their order.

    It says the number of a line and why it was not imported, and nothing of what the line holds.

    \b
    Example:
      poolhouse import-log --pool us-east-1_Ab3dEf6hI --job import-Ab3dEf6hIj --failed
    """
    from poolhouse import app
    from poolhouse.store.import_jobs import Key

    settings = settings_from("tools", config, options)
    shown = app.once(settings, lambda env: _print(env, Key(pool, job), only_failed, as_csv))
    if not shown:
        raise SettingsError(f"The user pool {pool} has no user import job {job}: correct --pool or --job.")


async def _print(env: "Env", key: "Key", only_failed: bool, as_csv: bool) -> bool:
    """False: there is no such job."""
    from poolhouse.store import import_jobs

    if await env.db.read(lambda tx: import_jobs.by_id(tx, key)) is None:
        return False
    after = 0
    while entries := await _page(env, key, after):
        for entry in entries:
            if not (only_failed and entry.outcome == "SUCCEEDED"):
                click.echo(_line(entry, as_csv))
        after = entries[-1].line
    return True


async def _page(env: "Env", key: "Key", after: int) -> "Sequence[Entry]":
    from poolhouse.store import import_log as stored

    return await env.db.read(lambda tx: stored.page(tx, key, after))


def _line(entry: "Entry", as_csv: bool) -> str:
    from poolhouse.directory import user_csv

    if not as_csv:
        return str(entry)
    return user_csv.line_of((str(entry.line), entry.outcome, entry.reason))
