"""`poolhouse keys`: access keys of administrators, signing keys of pools, the master key."""

import sys
from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError
from poolhouse.settings import Settings

if TYPE_CHECKING:
    from poolhouse.context import Env

_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_STORE = ("data", "database_url")
_LARGEST_POLICY = 65_536  # bytes


@click.group(cls=Listing)
def keys() -> None:
    """Manage access keys, signing keys and the master key.

    \b
    Example:
      poolhouse keys create --name ops
      poolhouse keys list
      poolhouse keys revoke AKIA7Q5Z3M2XW4LD6T2B
    """


@keys.command()
@click.option("--name", default="admin", show_default=True, help="Who holds the key, as errors name them.")
@click.option("--policy", metavar="FILE|-", help="An IAM policy, JSON. [default: full access to everything]")
@config_option("tools")
@settings_options("tools", *_STORE)
def create(name: str, policy: str | None, config: str | None, **options: Any) -> None:
    """Make an access key for admin calls and print its secret, once.

    Without --policy the key may do everything. A policy is as AWS writes them (docs/policies.md); actions
    are such as cognito-idp:AdminGetUser, resources the ARNs of user pools.

    \b
    Example:
      poolhouse keys create --name reader --policy - <<'END'
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": ["cognito-idp:AdminGetUser", "cognito-idp:ListUsers"],
        "Resource": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/*"}]}
      END
    """
    document: str | dict[str, Any] = _EVERYTHING if policy is None else _document(policy)
    from poolhouse import app
    from poolhouse.policies.reading import MalformedPolicy
    from poolhouse.store import access_keys

    try:
        key = app.once(_settings(config, options), lambda env: access_keys.create(env, name, document))
    except MalformedPolicy as error:
        raise SettingsError(f"{error} Correct the policy.") from None
    click.echo(f"Access key id      {key.access_key_id}")
    click.echo(f"Secret access key  {key.secret}")
    click.echo(f"May do             {'everything' if policy is None else 'what the policy allows'}")
    click.echo("Keep the secret now: it is not shown again.", err=True)


@keys.command("list")
@config_option("tools")
@settings_options("tools", *_STORE)
def list_keys(config: str | None, **options: Any) -> None:
    """List the access keys, without their secrets.

    \b
    Example:
      poolhouse keys list
    """
    from poolhouse import app
    from poolhouse.store import access_keys

    rows = app.once(_settings(config, options), lambda env: env.db.read(access_keys.every))
    for row in rows:
        state = "revoked" if row["revoked_at"] else "active"
        click.echo(f"{row['access_key_id']}  {state:8}  {row['user_name']}  {row['policy']}")
    if not rows:
        click.echo("There are no access keys: `poolhouse keys create` makes one.")


@keys.command()
@click.argument("access_key_id")
@config_option("tools")
@settings_options("tools", *_STORE)
def revoke(access_key_id: str, config: str | None, **options: Any) -> None:
    """Revoke an access key. Running servers refuse it within a second.

    \b
    Example:
      poolhouse keys revoke AKIA7Q5Z3M2XW4LD6T2B
    """
    from poolhouse import app
    from poolhouse.store import access_keys

    async def write(env: "Env") -> bool:
        now = env.clock.now()
        return await env.db.run(lambda tx: access_keys.revoke(tx, access_key_id, now))

    if not app.once(_settings(config, options), write):
        raise SettingsError(f"{access_key_id} is not an active access key: see `poolhouse keys list`.")
    click.echo(f"{access_key_id} is revoked.")


@keys.command("rotate-signing")
@click.option("--pool", metavar="ID", help="The user pool, such as us-east-1_Ab3dEf6hI.")
@click.option("--identity-pools", is_flag=True, help="The key of all identity pools' OpenID tokens.")
@config_option("tools")
@settings_options("tools", *_STORE)
def rotate_signing(pool: str | None, identity_pools: bool, config: str | None, **options: Any) -> None:
    """Give a user pool, or the identity pools, new keys for signing tokens.

    The old keys stay in the JWKS until the last token that they signed is dead: nobody is signed out.

    \b
    Example:
      poolhouse keys rotate-signing --pool us-east-1_Ab3dEf6hI
      poolhouse keys rotate-signing --identity-pools
    """
    from poolhouse import app
    from poolhouse.errors import ApiError
    from poolhouse.store import identity_keys, key_rotation

    async def rotate(env: "Env") -> list[str]:
        return [await identity_keys.rotate(env)] if pool is None else await key_rotation.rotate(env, pool)

    if (pool is not None) == identity_pools:
        raise SettingsError("Give either --pool or --identity-pools.")
    try:
        made = app.once(_settings(config, options), rotate)
    except ApiError as error:
        raise SettingsError(f"{error.message} Correct --pool.") from None
    for kid in made:
        click.echo(f"New key {kid}")


@keys.command()
@click.option("--pool", required=True, metavar="ID", help="The user pool, such as us-east-1_Ab3dEf6hI.")
@config_option("tools")
def feed(pool: str, config: str | None) -> None:
    """Print the key that reads the revocation feed of a user pool, and of no other.

    It is made from the first of `revocation_feed_keys`, and good as long as that is among them.

    \b
    Example:
      POOLHOUSE_REVOCATION_FEED_KEYS="$KEY" poolhouse keys feed --pool us-east-1_Ab3dEf6hI
    """
    from poolhouse.crypto import revocation_feed

    masters = _settings(config, {}).revocation_feed_keys
    if not masters:
        raise SettingsError("There is no feed: set revocation_feed_keys to a list of one key first.")
    click.echo(revocation_feed.pool_key(masters[0], pool))


@keys.command("rotate-master")
@config_option("tools")
@settings_options("tools", *_STORE)
def rotate_master(config: str | None, **options: Any) -> None:
    """Wrap every data key under the current master key.

    First make the new key POOLHOUSE_MASTER_KEY and add the old one to
    POOLHOUSE_PREVIOUS_MASTER_KEYS on every server, and restart them. Then run this. Then the old key
    can go. Nothing else in the store changes, and servers keep working.

    \b
    Example:
      export POOLHOUSE_MASTER_KEY="$NEW" POOLHOUSE_PREVIOUS_MASTER_KEYS="$OLD"
      poolhouse keys rotate-master
    """
    from poolhouse import app
    from poolhouse.store import data_keys

    count = app.once(_settings(config, options), data_keys.rewrap_all)
    click.echo(f"{count} data keys were wrapped anew.")


@keys.command("rotate-credentials")
@click.option(
    "--after",
    default=2,
    show_default=True,
    type=click.IntRange(2, 86_400),
    help="Seconds until they sign: time to export verifiers anew.",
)
@config_option("tools")
@settings_options("tools", *_STORE)
def rotate_credentials(after: int, config: str | None, **options: Any) -> None:
    """Make new keys for temporary credentials.

    Sessions that live stay good until they end: the old keys are kept for 36 hours. Verifiers elsewhere
    need the new ones before they sign: `poolhouse roles export-verifier`.

    \b
    Example:
      poolhouse keys rotate-credentials --after 3600
    """
    from poolhouse import app
    from poolhouse.ports import SECOND
    from poolhouse.store import credential_keys

    settings = _settings(config, options)
    kid = app.once(settings, lambda env: credential_keys.rotate(env, after * SECOND))
    click.echo(f"New key {kid}, which signs in {after} seconds.")


def _settings(config: str | None, options: dict[str, Any]) -> Settings:
    return settings_from("tools", config, options)


def _document(source: str) -> str:
    try:
        if source == "-":
            content = sys.stdin.buffer.read(_LARGEST_POLICY + 1)
        else:
            with open(source, "rb") as file:
                content = file.read(_LARGEST_POLICY + 1)
        if len(content) > _LARGEST_POLICY:
            raise SettingsError(f"The policy {source} is larger than {_LARGEST_POLICY} bytes: shorten it.")
        return content.decode()
    except OSError as error:
        raise SettingsError(
            f"The policy {source} cannot be read ({error.strerror}): correct --policy."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"The policy {source} is not UTF-8: correct it.") from None
