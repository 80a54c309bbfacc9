"""`poolhouse doctor`: one line for each thing that must be right."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError
from poolhouse.settings import Settings

if TYPE_CHECKING:
    from poolhouse.context import Env

_AHEAD = 60.0  # seconds that the newest row may be in the future, for servers whose clocks differ
_EARLIEST = 1_767_225_600.0  # 2026-01-01, before which no Poolhouse ran


class Finding(Struct, frozen=True):
    """One line. `well` is False for what must be put right."""

    what: str
    well: bool
    says: str


@click.command()
@config_option("tools")
@settings_options("tools", "host", "port", "data", "database_url", "breaches_file")
def doctor(config: str | None, **options: Any) -> None:
    """Check the store, the schema, the keys, the clock, the files of known passwords and the port; say
    what to do.

    Nothing is changed. The exit code is 0 when all is well, else 1.

    \b
    Example:
      poolhouse doctor --config /etc/poolhouse/poolhouse.toml
    """
    settings = settings_from("tools", config, options)
    findings = [*_of_store(settings), _known_passwords(settings), _port(settings)]
    for finding in findings:
        click.echo(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what:10}  {finding.says}")
    sys.exit(not all(finding.well for finding in findings))


def _of_store(settings: Settings) -> list[Finding]:
    from poolhouse import app

    missing = Path(settings.data) / app.DATABASE
    if not settings.database_url and not missing.exists():
        says = f"There is no store in {settings.data}: `poolhouse dev` or `poolhouse migrate` makes one."
        return [Finding("store", False, says)]
    try:
        app.open_vault(settings)
    except SettingsError as error:
        return [Finding("master key", False, str(error))]
    try:
        return app.once(settings, _examine, as_it_is=True)
    except SettingsError as error:
        return [Finding("store", False, str(error))]


async def _examine(env: "Env") -> list[Finding]:
    """The checks after the schema's need its tables, so they are left out when it is not right."""
    findings = [Finding("store", True, "PostgreSQL" if env.settings.database_url else "SQLite")]
    for what, check in _CHECKS.items():
        try:
            findings.append(Finding(what, True, await check(env)))
        except SettingsError as error:
            findings.append(Finding(what, False, str(error)))
            if what == "schema":
                break
    return findings


async def _schema(env: "Env") -> str:
    from poolhouse.store import migrate

    waiting = await migrate.pending(env.db)
    if waiting:
        raise SettingsError(f"{len(waiting)} migrations are not applied: run `poolhouse migrate`.")
    return "is this version's"


async def _collation(env: "Env") -> str:
    found = await env.db.collation()
    if found != "C":
        raise SettingsError(
            f"The database orders texts by {found}: make it anew with LC_COLLATE 'C' and restore into it."
        )
    return "by bytes"


async def _master_key(env: "Env") -> str:
    from poolhouse.store import data_keys

    row = await env.db.read(lambda tx: data_keys.row(tx, data_keys.HOUSE))
    if row is None:
        return "nothing is sealed yet"
    data_keys.opened(env, data_keys.HOUSE, row)
    return "opens the data keys"


async def _access_key(env: "Env") -> str:
    from poolhouse.store import access_keys

    if not await env.db.read(access_keys.exists):
        raise SettingsError("There is no access key: `poolhouse keys create` makes one.")
    return "there is one"


async def _clock(env: "Env") -> str:
    from poolhouse.ports import SECOND
    from poolhouse.store.newest import newest

    now = env.clock.now() / SECOND
    latest = await env.db.read(newest) / SECOND
    if now < _EARLIEST or latest > now + _AHEAD:
        raise SettingsError(
            f"This computer's clock says {_iso(now)}, but the store was written at {_iso(latest)}: "
            "set the clock, or wait if it was set back."
        )
    return _iso(now)


async def _brands(env: "Env") -> str:
    """What is hard to read is told, and is no failure: it is the operator's to choose."""
    from poolhouse.store import brand_listing

    found = await env.db.read(brand_listing.hard_to_read)
    lines = [f"{weak.pool_id}, {weak.client_id}: {weak.what}" for weak in found]
    return f"\n{'':18}".join(lines) or "their colours can be read"


async def _logs(env: "Env") -> str:
    """Log delivery: what waits, and what was given up."""
    from poolhouse.store import log_outbox

    dead = await env.db.read(log_outbox.dead)
    if dead:
        listed = ", ".join(f"{number} of {pool_id}" for pool_id, number in dead.items())
        raise SettingsError(
            f"Log entries were given up: {listed}. See the log for why; `poolhouse logs retry` sends them "
            "again."
        )
    lanes = [lane for lane in await env.db.read(log_outbox.depths) if lane.waiting]
    lines = [
        f"{lane.waiting} of {lane.pool_id}, {lane.source}, wait after {lane.failures} failed tries"
        for lane in lanes
    ]
    return f"\n{'':18}".join(lines) or "nothing waits"


_CHECKS: dict[str, Callable[["Env"], Awaitable[str]]] = {
    "schema": _schema,
    "order": _collation,
    "master key": _master_key,
    "access key": _access_key,
    "clock": _clock,
    "brands": _brands,
    "logs": _logs,
}


def _known_passwords(settings: Settings) -> Finding:
    from poolhouse.risk.breaches import lists

    try:
        says = [_whole(path) for path in lists.paths(settings)]
    except SettingsError as error:
        return Finding("passwords", False, str(error))
    return Finding("passwords", True, ", ".join(says) or "no list of known ones is in use")


def _whole(path: Path) -> str:
    """Reads every byte: seconds for two gigabytes. Raises `SettingsError`."""
    from poolhouse.cli.breaches import opened

    found = opened(path)
    try:
        found.check_sums()
    except ValueError as error:
        raise SettingsError(f"The file {path} {error}: make it anew, or name another.") from None
    return f"{found.header.entries:,} known ones in {path.name}"


def _port(settings: Settings) -> Finding:
    from poolhouse import app

    who = app.who_answers(settings.host, settings.port, tls=bool(settings.tls_certificate))
    if who == "another program":
        says = f"Port {settings.port} is used by another program: stop that, or set another port."
        return Finding("port", False, says)
    return Finding("port", True, f"{settings.port} is answered by {who}")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
