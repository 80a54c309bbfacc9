"""`poolhouse audit`: is the log of what was changed as it was written; and the log itself, for other eyes."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from poolhouse.cli import audit_heads
from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.context import Env
    from poolhouse.directory.audit import Keys
    from poolhouse.ports import Db, Instant
    from poolhouse.settings import Settings
    from poolhouse.store.audit_verification import Verdict

_STORE = ("data", "database_url")
_PAGE = 500
_POOL = "A user pool, an identity pool, or house. [default: all]"


@click.group(cls=Listing)
def audit() -> None:
    """Verify and export the audit log: what administrators and the service changed (docs/audit.md).

    \b
    Example:
      poolhouse audit verify
      poolhouse audit export --pool us-east-1_Ab3dEf6hI > log.jsonl
    """


@audit.command()
@click.option("--pool", metavar="ID", help=_POOL)
@click.option("--head", default="", metavar="DIGEST", help="A digest that verify printed before.")
@click.option(
    "--against", type=click.File(encoding="utf-8", errors="replace"), help="All that verify printed before."
)
@click.option("--chain-only", is_flag=True, help="Without the master key: digests and links, no MACs.")
@config_option("tools")
@settings_options("tools", *_STORE)
def verify(
    pool: str | None,
    head: str,
    against: IO[str] | None,
    chain_only: bool,
    config: str | None,
    **options: Any,
) -> None:
    """Recompute each chain and name the first record that is not as it was written.

    The exit code is 0 when all is well, else 1. Keep what it prints somewhere else: with --against, records
    that were taken from the end since are missed, and logs that are gone as a whole; with --head one digest.

    \b
    Example:
      poolhouse audit verify > heads-of-today.txt
      poolhouse audit verify --against heads-of-yesterday.txt
    """
    if head and against:
        raise SettingsError("--head is one digest of those that --against has: give one of the two.")
    settings = settings_from("tools", config, options)
    kept = audit_heads.read(against, pool) if against else {}
    wanted = _Wanted(pool, head, {chain: one.digest for chain, one in kept.items()})
    found = _without_key(settings, wanted) if chain_only else _with_key(settings, wanted)
    lost = [*audit_heads.missing(kept, found), *_lost(head, found)]
    for line in (*map(_said, found), *lost):
        click.echo(line)
    sys.exit(1 if lost or any(verdict.fault for verdict in found) else 0)


class _Wanted(NamedTuple):
    """
    pool  whose chain is verified; None: all
    head  a digest that one of them has
    kept  the digest that a chain has, by chain
    """

    pool: str | None
    head: str
    kept: Mapping[str, str]


def _lost(head: str, found: "Sequence[Verdict]") -> Iterator[str]:
    if head and not any(verdict.saved for verdict in found):
        yield f"FAIL  {head} is in no chain: records were taken from an end, or a chain was made anew."


def _said(verdict: "Verdict") -> str:
    if verdict.fault:
        return f"FAIL  {verdict.pool_id}  record {verdict.seq}: {verdict.fault}."
    return (
        f"ok    {verdict.pool_id}  {verdict.records} records, the last {verdict.end.seq} {verdict.end.digest}"
    )


def _with_key(settings: "Settings", wanted: _Wanted) -> "Sequence[Verdict]":
    from poolhouse import app

    async def check(env: "Env") -> "Sequence[Verdict]":
        return await _verdicts(env.db, wanted, await _keys(env))

    return app.once(settings, check, as_it_is=True)


async def _keys(env: "Env") -> "Keys":
    """Made by nobody here: a store without its house key has no log of ours. Raises `SettingsError`."""
    from poolhouse.directory import audit as rules
    from poolhouse.store import data_keys

    row = await env.db.read(lambda tx: data_keys.row(tx, data_keys.HOUSE))
    return rules.keys(data_keys.opened(env, data_keys.HOUSE, row))


def _without_key(settings: "Settings", wanted: _Wanted) -> "Sequence[Verdict]":
    from poolhouse import app

    async def check() -> "Sequence[Verdict]":
        db = await app.open_db(settings)
        try:
            return await _verdicts(db, wanted, None)
        finally:
            await db.close()

    return app.run_async(check())


async def _verdicts(db: "Db", wanted: _Wanted, keys: "Keys | None") -> "Sequence[Verdict]":
    """Of the chains that are there; one that --against names and that is not is for `audit_heads` to miss."""
    from poolhouse.store import audit_verification

    pool = None if wanted.pool in wanted.kept else wanted.pool
    chains = [one for one in await _chains(db, pool) if wanted.pool in (None, one)]
    return [
        await audit_verification.verify(db, chain, keys, wanted.kept.get(chain, wanted.head))
        for chain in chains
    ]


async def _chains(db: "Db", pool: str | None) -> "Sequence[str]":
    """Raises `SettingsError` for a chain that is not there."""
    from poolhouse.store import audit as log

    found = await db.read(log.chains)
    if pool is not None and pool not in found:
        raise SettingsError(f"There is no audit log of {pool}: correct --pool.")
    return found if pool is None else [pool]


@audit.command()
@click.option("--pool", metavar="ID", help=_POOL)
@click.option("--from", "since", metavar="TIME", help="The first moment, such as 2026-11-26T12:00:00Z.")
@click.option("--to", "until", metavar="TIME", help="The moment after the last.")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", show_default=True)
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="[default: standard output]")
@config_option("tools")
@settings_options("tools", *_STORE)
def export(
    pool: str | None,
    since: str | None,
    until: str | None,
    form: str,
    out: IO[str],
    config: str | None,
    **options: Any,
) -> None:
    """Write the records, one JSON object a line, with the digests that make them verifiable elsewhere.

    No key is needed.

    \b
    Example:
      poolhouse audit export --pool us-east-1_Ab3dEf6hI --from 2026-11-01T00:00:00Z --out november.jsonl
    """
    from poolhouse import app

    settings = settings_from("tools", config, options)
    moments = _moment(since, "--from"), _moment(until, "--to")

    async def write() -> None:
        db = await app.open_db(settings)
        try:
            for chain in await _chains(db, pool):
                await _export(db, chain, moments, out)
        finally:
            await db.close()

    app.run_async(write())


def _moment(text: str | None, option: str) -> "Instant | None":
    """A time with its zone; without one it is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text} is not a time: write {option} such as 2026-11-26T12:00:00Z.") from None
    in_zone = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(in_zone.timestamp() * 1_000_000)


async def _export(
    db: "Db", chain: str, moments: "tuple[Instant | None, Instant | None]", out: IO[str]
) -> None:
    from poolhouse.directory import audit as rules
    from poolhouse.store import audit as log

    since, until = moments
    after = 0
    while records := await db.read(lambda tx, after=after: log.page(tx, chain, after, _PAGE)):  # type: ignore[misc]
        for record in records:
            if (since is None or record.at >= since) and (until is None or record.at < until):
                out.write(rules.line(record) + "\n")
        after = records[-1].seq
