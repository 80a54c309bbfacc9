"""`poolhouse pools`: new pools made of old ones."""

from typing import Any

import click

from poolhouse.cli import documents
from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import ApiError, SettingsError


@click.group(cls=Listing)
def pools() -> None:
    """Make user pools for tenants (docs/guides/multi-tenancy.md).

    \b
    Example:
      poolhouse pools clone --from us-east-1_Ab3dEf6hI --name acme --email-domain acme.example
    """


@pools.command()
@click.option("--from", "template", required=True, metavar="POOL", help="The id of the pool to copy.")
@click.option("--name", required=True, help="The name of the new pool.")
@click.option("--region", default="", help="Of the new pool.  [default: the template's]")
@click.option(
    "--email-domain",
    multiple=True,
    metavar="DOMAIN",
    help="People with such addresses are sent to the new pool; as often as needed.",
)
@click.option(
    "--tenant-client",
    default="",
    metavar="CLIENT",
    help="The template's app client that they sign in at.  [default: that of its tags, or its only one]",
)
@click.option(
    "--provider-secret",
    multiple=True,
    metavar="NAME=FILE",
    help="A file with the new pool's own secret at an identity provider; as often as needed.",
)
@click.option(
    "--copy-provider-secrets",
    is_flag=True,
    help="Use the template's secrets at the other identity providers.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the new ids as JSON.")
@config_option("tools")
@settings_options("tools", "data", "database_url")
def clone(template: str, as_json: bool, config: str | None, **options: Any) -> None:
    """Make a user pool that is set up as another is, and print the new ids.

    It has the other's settings, app clients (with new ids and new secrets), groups, resource servers,
    branding, terms, identity providers, triggers and tags; no users, no keys, no domains, and no secrets
    unless --copy-provider-secrets says so. It is there whole or not at all.

    \b
    Example:
      poolhouse pools clone --from us-east-1_Ab3dEf6hI --name acme --email-domain acme.example
      poolhouse pools clone --from us-east-1_Ab3dEf6hI --name globex --json
    """
    import msgspec

    from poolhouse import app
    from poolhouse.store import pool_cloning
    from poolhouse.store.pool_cloning import Wishes

    files = documents.pairs(options.pop("provider_secret"), "--provider-secret")
    wishes = Wishes(
        name=options.pop("name"),
        region=options.pop("region"),
        email_domains=options.pop("email_domain"),
        tenant_client=options.pop("tenant_client"),
        provider_secrets={
            name: documents.read(file, "--provider-secret").strip() for name, file in files.items()
        },
        copies_secrets=options.pop("copy_provider_secrets"),
    )
    settings = settings_from("tools", config, options)
    try:
        made = app.once(settings, lambda env: pool_cloning.clone(env, template, wishes))
    except ApiError as error:
        raise SettingsError(error.message) from None
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(made)).decode())
        return
    click.echo(f"{made.pool_id}  {made.name}")
    for client in made.clients:
        click.echo(f"  app client {client.client_id}  {client.name}  (of {client.template_id})")
