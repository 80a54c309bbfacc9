"""`poolhouse dev`: everything ready from one command."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from poolhouse import __version__
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.settings import Settings

if TYPE_CHECKING:
    from poolhouse.web.demo import Demo


class Ready(msgspec.Struct, frozen=True):
    """The ready file. Under --no-demo there is no pool, and its four members are null."""

    endpoint: str
    region: str
    access_key_id: str
    secret_access_key: str
    user_pool_id: str | None
    client_id: str | None
    username: str | None
    password: str | None
    pid: int


@click.command()
@settings_options(
    "dev",
    "host",
    "port",
    "data",
    "region",
    "account_id",
    "database_url",
    "functions",
    "lambda_endpoint",
    "fixed_code",
    "no_demo",
    "sigv4",
    "quotas",
    "ready_file",
    "public_url",
    "log_level",
    "log_format",
)
@config_option("dev")
def dev(config: str | None, **options: Any) -> None:
    """Run Poolhouse for development, until Ctrl-C ends it.

    The first start makes a store, a demo pool, an app client and a user; later starts find them again.
    Mail and text messages go to the inbox page. Only this computer is served, and the signatures of
    admin calls are not checked: for the accounts of real people there is `poolhouse serve`.

    \b
    Examples:
      poolhouse dev
      poolhouse dev --functions lambdas
      poolhouse dev --port 9000 --data pools --fixed-code 123456 --ready-file ready.json
    """
    settings = settings_from("dev", config, options)
    ready_file = Path(settings.ready_file) if settings.ready_file else None
    from poolhouse import app, processes

    _remove(ready_file)  # of a server that was killed
    try:
        processes.run_dev(settings, started=_announcer(ready_file, app.write_private, app.process_id()))
    finally:
        _remove(ready_file)


def _announcer(
    ready_file: Path | None, write_private: Callable[[Path, bytes], None], pid: int
) -> Callable[[Settings, "Demo"], None]:
    def announce(settings: Settings, demo: "Demo") -> None:
        click.echo(_greeting(settings, demo))
        if ready_file is not None:
            write_private(ready_file, msgspec.json.format(msgspec.json.encode(_ready(settings, demo, pid))))

    return announce


def _remove(ready_file: Path | None) -> None:
    if ready_file is not None:
        with suppress(FileNotFoundError):
            ready_file.unlink()


def _ready(settings: Settings, demo: "Demo", pid: int) -> Ready:
    pool = demo.pool
    return Ready(
        endpoint=settings.public_url,
        region=settings.region,
        access_key_id=demo.access_key_id,
        secret_access_key=demo.secret_access_key,
        user_pool_id=pool.user_pool_id if pool else None,
        client_id=pool.client_id if pool else None,
        username=pool.username if pool else None,
        password=pool.password if pool else None,
        pid=pid,
    )


def _greeting(settings: Settings, demo: "Demo") -> str:
    url = settings.public_url
    secret = "any secret works" if settings.sigv4 == "any" else f"secret {demo.secret_access_key}"
    rows = {"Endpoint": url, "Region": settings.region, "Access key": f"{demo.access_key_id}  ({secret})"}
    if demo.pool:
        rows |= {
            "User pool": demo.pool.user_pool_id,
            "App client": demo.pool.client_id,
            "Demo user": demo.pool.username,
            "Password": demo.pool.password,
        }
    if settings.functions:
        rows["Functions"] = f"{settings.functions}/<name>  ({_function(settings)})"
    rows |= {"Inbox": f"{url}/_dev/inbox", "Start page": f"{url}/"}
    lines = [f"Poolhouse {__version__} is running. Ctrl-C ends it.", ""]
    lines += [f"  {name:11}  {value}" for name, value in rows.items()]
    return "\n".join([*lines, *_snippets(settings, demo), ""])


def _function(settings: Settings) -> str:
    return f"arn:aws:lambda:{settings.region}:{settings.account_id}:function:<name>"


def _snippets(settings: Settings, demo: "Demo") -> list[str]:
    from poolhouse.web.dev import snippets

    url, region, pool = settings.public_url, settings.region, demo.pool
    key, secret = demo.access_key_id, demo.secret_access_key
    if pool is None:
        texts = {"AWS CLI": snippets.create_user_pool(url, region, key, secret)}
    else:
        texts = {
            "AWS CLI": snippets.aws_cli(url, region, pool.user_pool_id, key, secret),
            "boto3": snippets.boto3(url, region, pool.client_id, pool.username, pool.password),
            "Amplify": snippets.amplify(url, pool.user_pool_id, pool.client_id),
        }
    return [line for name, text in texts.items() for line in ("", f"-- {name}", "", *text.split("\n"))]
