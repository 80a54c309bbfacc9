"""`poolhouse iam-providers`: OIDC and SAML providers that the account trusts."""

from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli import documents
from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.context import Env

_STORE = ("data", "database_url", "account_id")


@click.group("iam-providers", cls=Listing)
def iam_providers() -> None:
    """Manage the identity providers that the account trusts, as IAM has them.

    Roles name them as `Principal.Federated`, identity pools in OpenIdConnectProviderARNs and
    SamlProviderARNs. A user pool of your own is one, too: its address is its issuer.

    \b
    Example:
      poolhouse iam-providers create-oidc https://idp.example.com --client-id 7a6b...
      poolhouse iam-providers list
    """


@iam_providers.command("create-oidc")
@click.argument("issuer")
@click.option("--client-id", multiple=True, required=True, help="An audience whose tokens are good.")
@config_option("tools")
@settings_options("tools", *_STORE)
def create_oidc(issuer: str, client_id: tuple[str, ...], config: str | None, **options: Any) -> None:
    """Register an OIDC provider, or change its client ids, and print its ARN.

    \b
    Example:
      poolhouse iam-providers create-oidc https://idp.example.com --client-id web --client-id phone
    """
    from poolhouse import app
    from poolhouse.directory import iam_providers as rules
    from poolhouse.store import iam_providers as stored

    settings = settings_from("tools", config, options)
    try:
        provider = rules.oidc(issuer, client_id)
    except ValueError as error:
        raise SettingsError(f"{error} Correct the provider.") from None
    app.once(settings, lambda env: env.db.run(lambda tx: stored.put(tx, provider, env.clock.now())))
    click.echo(provider.arn(settings.account_id))


@iam_providers.command("create-saml")
@click.argument("name")
@click.option("--metadata", required=True, metavar="FILE|-", help="The provider's metadata, XML.")
@config_option("tools")
@settings_options("tools", *_STORE)
def create_saml(name: str, metadata: str, config: str | None, **options: Any) -> None:
    """Register a SAML provider, or change its metadata, and print its ARN.

    \b
    Example:
      poolhouse iam-providers create-saml okta --metadata okta.xml
    """
    from poolhouse import app
    from poolhouse.directory import iam_providers as rules
    from poolhouse.directory.iam_providers import IamProvider
    from poolhouse.errors import ApiError
    from poolhouse.federation.saml import metadata as saml_metadata
    from poolhouse.store import iam_providers as stored

    document, settings = documents.read(metadata, "--metadata"), settings_from("tools", config, options)

    async def write(env: "Env") -> IamProvider:
        saml_metadata.read(document, env.clock.now())
        provider = rules.saml(name, document)
        await env.db.run(lambda tx: stored.put(tx, provider, env.clock.now()))
        return provider

    try:
        provider = app.once(settings, write)
    except ApiError as error:
        raise SettingsError(f"{error.message} Correct --metadata.") from None
    except ValueError as error:
        raise SettingsError(f"{error} Correct the provider.") from None
    click.echo(provider.arn(settings.account_id))


@iam_providers.command("list")
@config_option("tools")
@settings_options("tools", *_STORE)
def list_providers(config: str | None, **options: Any) -> None:
    """List the providers: ARN, and the client ids of OIDC providers.

    \b
    Example:
      poolhouse iam-providers list
    """
    from poolhouse import app
    from poolhouse.store import iam_providers as stored

    settings = settings_from("tools", config, options)
    found = app.once(settings, lambda env: env.db.read(stored.every))
    for provider in found:
        click.echo(f"{provider.arn(settings.account_id)}  {' '.join(provider.client_ids)}".rstrip())
    if not found:
        click.echo("There are no providers: `poolhouse iam-providers create-oidc` registers one.")


@iam_providers.command()
@click.argument("arn")
@config_option("tools")
@settings_options("tools", *_STORE)
def delete(arn: str, config: str | None, **options: Any) -> None:
    """Delete a provider, by its ARN. Its tokens are refused within a second.

    \b
    Example:
      poolhouse iam-providers delete arn:aws:iam::000000000000:oidc-provider/idp.example.com
    """
    from poolhouse import app
    from poolhouse.directory import iam_providers as rules
    from poolhouse.store import iam_providers as stored

    settings = settings_from("tools", config, options)
    name = rules.named(arn, settings.account_id)
    gone = name and app.once(settings, lambda env: env.db.run(lambda tx: stored.delete(tx, name)))
    if not gone:
        raise SettingsError(f"There is no provider {arn}: see `poolhouse iam-providers list`.")
    click.echo(f"{arn} is deleted.")
