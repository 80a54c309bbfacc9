"""`poolhouse gateway`."""

from contextlib import suppress
from pathlib import Path

import click
import msgspec

from poolhouse.settings import environment


class Ready(msgspec.Struct, frozen=True):
    """The ready file."""

    endpoint: str
    pid: int


@click.command()
@click.option(
    "--config", "file", metavar="FILE", default="gateway.toml", show_default=True, help="The routes."
)
@click.option("--host", help="The address to listen on, in place of the file's.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="The port, in place of the file's; 0: a free one."
)
@click.option("--ready-file", metavar="PATH", help="Written when requests are answered: address, process id.")
@click.option("--check", is_flag=True, help="Only say whether the file is good, and which routes it has.")
def gateway(file: str, host: str | None, port: int | None, ready_file: str | None, check: bool) -> None:
    """Run the API gateway: tokens are verified before a function or a server is asked.

    The file says which routes there are, what answers them, and who may pass; it is read again when it
    changes. Functions are where POOLHOUSE_FUNCTIONS, POOLHOUSE_LAMBDA_ENDPOINT and the like say. See
    docs/gateway.md.

    \b
    Examples:
      poolhouse gateway --check
      poolhouse gateway --config /etc/poolhouse/gateway.toml --port 8500
    """
    from poolhouse import gateway_app

    place = gateway_app.Place(Path(file), environment(), host, port)
    if check:
        routes = gateway_app.check(place)
        click.echo(f"{file} is good. Its routes, in the order in which they are asked:")
        click.echo("\n".join(f"  {route}" for route in routes))
        return
    ready = Path(ready_file) if ready_file else None
    _remove(ready)  # of a gateway that was killed

    def started(endpoint: str) -> None:
        click.echo(f"The gateway is at {endpoint}. Ctrl-C ends it.")
        if ready is not None:
            content = msgspec.json.encode(Ready(endpoint, gateway_app.process_id()))
            gateway_app.write_private(ready, msgspec.json.format(content))

    try:
        gateway_app.run(place, started)
    finally:
        _remove(ready)


def _remove(ready: Path | None) -> None:
    if ready is not None:
        with suppress(FileNotFoundError):
            ready.unlink()
