"""`poolhouse version`."""

import click

from poolhouse import __version__


@click.command()
def version() -> None:
    """Print the version of Poolhouse.

    \b
    Example:
      poolhouse version
    """
    click.echo(f"poolhouse {__version__}")
