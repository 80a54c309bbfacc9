"""`poolhouse rehearse`: what another policy would have made of the attempts of the last days."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import ApiError, SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from poolhouse.context import Env, Snapshot
    from poolhouse.directory.events import Event
    from poolhouse.directory.pools import Pool
    from poolhouse.directory.rehearsal_file import PolicyFile
    from poolhouse.ports import Tx
    from poolhouse.risk.policy import RiskPolicy
    from poolhouse.risk.rehearsal import Person, Policy

_PAGE = 500


@click.command()
@click.option("--pool", required=True, metavar="ID", help="The user pool, such as us-east-1_Ab3dEf6hI.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 730), help="How far back.")
@click.option(
    "--policy",
    "file",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What would be other: JSON, docs/events.md.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every changed attempt as a line of JSON.")
@config_option("tools")
@settings_options("tools", "data", "database_url", "geo_file", "network_file", "bad_ranges_file")
def rehearse(pool: str, days: int, file: Path, as_json: bool, config: str | None, **options: Any) -> None:
    """Play the stored attempts against a changed risk, MFA or lock-out policy and print what would change.

    Nothing is changed by it. What FILE leaves out is as the pool has it now. Second factors and ages of
    accounts are those of today.

    \b
    Example:
      echo '{"mode": "ENFORCED", "thresholds": {"high": 60}, "lockout": {"free_tries": 3}}' > stricter.json
      poolhouse rehearse --pool us-east-1_Ab3dEf6hI --days 30 --policy stricter.json
    """
    from poolhouse import app

    settings = settings_from("tools", config, options)
    try:
        app.once(settings, lambda env: _rehearsed(env, pool, days, file.read_bytes(), as_json))
    except ApiError as error:
        raise SettingsError(f"The policy {file} cannot be rehearsed: {error}") from error


async def _rehearsed(env: "Env", pool_id: str, days: int, text: bytes, as_json: bool) -> None:
    """Raises `PoolNotFound`, and what a file that makes no sense is refused with."""
    from poolhouse.directory import rehearsal_file
    from poolhouse.ports import DAY, Place
    from poolhouse.risk.rehearsal import Rehearsal
    from poolhouse.risk.rehearsal_report import Report, json_line
    from poolhouse.store import snapshots
    from poolhouse.wire import validate
    from poolhouse.wire.operations import operations

    snapshot = await snapshots.of_pool(env, pool_id)
    file = rehearsal_file.read(text)
    if file.risk is not None:
        asked = operations()[("cognito-idp", "SetRiskConfiguration")]
        validate.check(asked, {"UserPoolId": pool_id, **file.risk})
    policy = _policy(snapshot, file)
    rehearsal = Rehearsal(policy, env.atlas.of if env.atlas else lambda address: Place())
    report = Report()
    async for event in _events(env, pool_id, env.clock.now() - days * DAY):
        played = rehearsal.play(event, await _person(env, snapshot.pool, event.sub))
        if played is None:
            continue
        report.add(played)
        if as_json and played.changed:
            click.echo(json_line(played))
    if not as_json:
        click.echo("\n".join(report.lines(pool_id, days)))


def _policy(snapshot: "Snapshot", file: "PolicyFile") -> "Policy":
    from poolhouse.directory import risk_config, threat_protection
    from poolhouse.directory.pools import Lockout
    from poolhouse.directory.risk_config import WHOLE_POOL, RiskConfiguration
    from poolhouse.risk import policy
    from poolhouse.risk.rehearsal import Policy

    pool, given, configured = snapshot.pool, file.risk_config(), snapshot.risk
    if given is not None:
        whole = {**risk_config.effective(configured, WHOLE_POOL), **given}
        configured = {WHOLE_POOL: RiskConfiguration(WHOLE_POOL, whole, 0)}
    tags = file.tags(pool.tags)

    @cache
    def of_client(client_id: str) -> "RiskPolicy":
        return policy.of(risk_config.effective(configured, client_id), tags)

    def risk(event: "Event") -> "RiskPolicy | None":
        mode = file.mode or pool.protection.mode_of(event.flow)
        return of_client(event.client_id) if mode == threat_protection.ENFORCED else None

    lockout = Lockout(
        file.lockout.free_tries or pool.lockout.free_tries,
        file.lockout.longest_seconds or pool.lockout.longest_seconds,
    )
    return Policy(risk, file.mfa or pool.mfa, lockout)


async def _events(env: "Env", pool_id: str, since: int) -> "AsyncIterator[Event]":
    from poolhouse.store import events

    async def read(tx: "Tx") -> "list[tuple[Event, tuple[int, str]]]":
        return await events.of_pool(tx, pool_id, place, _PAGE)

    place = (since, "")
    while page := await env.db.read(read):
        for event, _ in page:
            yield event
        place = page[-1][1]


async def _person(env: "Env", pool: "Pool", sub: str) -> "Person":
    """Nobody's sub, and that of somebody who is gone, has nothing known of it."""
    from poolhouse.directory import factors
    from poolhouse.risk.rehearsal import Person
    from poolhouse.store import users

    user = await env.db.read(lambda tx: users.by_sub(tx, pool.pool_id, sub))
    if user is None:
        return Person()
    able = factors.usable(pool, user)
    active = bool(set(able).intersection(factors.turned_on(user)))
    return Person(user.created_at, user.credential_set_at, active, bool(able))
