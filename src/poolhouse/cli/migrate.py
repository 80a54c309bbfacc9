"""`poolhouse migrate`."""

from typing import Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options


@click.command()
@config_option("tools")
@settings_options("tools", "data", "database_url")
def migrate(config: str | None, **options: Any) -> None:
    """Bring the store to this version's schema, and end.

    Servers may run meanwhile, and several may migrate at once: each migration is applied one time.
    Needed only where `migrate_at_start` is off.

    \b
    Example:
      poolhouse migrate --database-url postgresql://poolhouse@db.example.com/poolhouse
    """
    from poolhouse import app

    settings = settings_from("tools", config, options)
    applied = app.run_async(app.migrate_store(settings))
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("The store is up to date.")
