"""`poolhouse managed-policies`: policies with an ARN of their own, for several roles and for sessions."""

from typing import Any

import click

from poolhouse.cli import documents
from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

_STORE = ("data", "database_url", "account_id")


@click.group("managed-policies", cls=Listing)
def managed_policies() -> None:
    """Manage the account's managed policies, which roles and session policies name by ARN.

    \b
    Example:
      poolhouse managed-policies create read-photos --policy photos.json
      poolhouse managed-policies list
    """


@managed_policies.command()
@click.argument("name")
@click.option("--policy", required=True, metavar="FILE|-", help="The policy, JSON.")
@click.option("--path", default="/", show_default=True, help="The path in its ARN.")
@config_option("tools")
@settings_options("tools", *_STORE)
def create(name: str, policy: str, path: str, config: str | None, **options: Any) -> None:
    """Make a managed policy, or give it another document, and print its ARN.

    \b
    Example:
      poolhouse managed-policies create read-photos --policy photos.json
    """
    from poolhouse import app
    from poolhouse.store import iam

    document, settings = documents.read(policy, "--policy"), settings_from("tools", config, options)
    try:
        arn = app.once(settings, lambda env: iam.put_policy(env, name, document, path))
    except ValueError as error:
        raise SettingsError(f"{error} Correct the policy.") from None
    click.echo(arn)


@managed_policies.command("list")
@config_option("tools")
@settings_options("tools", *_STORE)
def list_policies(config: str | None, **options: Any) -> None:
    """List the managed policies: ARN and document.

    \b
    Example:
      poolhouse managed-policies list
    """
    from poolhouse import app
    from poolhouse.store import managed_policies as stored

    settings = settings_from("tools", config, options)
    found = app.once(settings, lambda env: env.db.read(stored.every))
    for policy in found:
        click.echo(f"{policy.arn(settings.account_id)}  {' '.join(policy.document.split())}")
    if not found:
        click.echo("There are no managed policies: `poolhouse managed-policies create` makes one.")


@managed_policies.command()
@click.argument("name")
@config_option("tools")
@settings_options("tools", *_STORE)
def delete(name: str, config: str | None, **options: Any) -> None:
    """Delete a managed policy that no role has.

    \b
    Example:
      poolhouse managed-policies delete read-photos
    """
    from poolhouse import app
    from poolhouse.store import iam

    if not app.once(settings_from("tools", config, options), lambda env: iam.delete_policy(env, name)):
        raise SettingsError(f"There is no managed policy {name}: see `poolhouse managed-policies list`.")
    click.echo(f"{name} is deleted.")
