"""`poolhouse roles`: the account's roles, and what verifiers of temporary credentials need."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli import documents
from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.context import Env
    from poolhouse.directory.roles import Role

_STORE = ("data", "database_url")


@click.group(cls=Listing)
def roles() -> None:
    """Manage the roles that identities and programs may assume, and end their sessions.

    \b
    Example:
      poolhouse roles create app --trust trust.json --policy own-folder=policy.json
      poolhouse roles list
      poolhouse roles revoke-sessions app
    """


@roles.command()
@click.argument("name")
@click.option("--trust", required=True, metavar="FILE|-", help="The trust policy: who may assume the role.")
@click.option("--policy", multiple=True, metavar="NAME=FILE", help="A permission policy, as often as needed.")
@click.option("--managed", multiple=True, metavar="ARN", help="A managed policy, as often as needed.")
@click.option("--path", default="/", show_default=True, help="The path in the role's ARN.")
@click.option("--max-session", default=3_600, show_default=True, help="The longest session, in seconds.")
@click.option("--tag", multiple=True, metavar="NAME=VALUE", help="A tag, as often as needed.")
@click.option("--replace", is_flag=True, help="Change the role if there is one with this name.")
@config_option("tools")
@settings_options("tools", *_STORE, "account_id")
def create(name: str, trust: str, config: str | None, **options: Any) -> None:
    """Make a role and print its ARN.

    Policies are as AWS writes them (docs/policies.md). The trust policy says who may assume the role, the
    permission policies what it may do.

    \b
    Example:
      poolhouse roles create app --policy own-folder=policy.json --trust - <<'END'
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
          "StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:0b1c..."},
          "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}}]}
      END
    """
    from poolhouse import app
    from poolhouse.directory.roles import Role
    from poolhouse.store import iam

    files = documents.pairs(options.pop("policy"), "--policy")
    asked = Role(
        role_id="",
        name=name,
        path=options.pop("path"),
        trust=documents.read(trust, "--trust"),
        policies={policy: documents.read(file, "--policy") for policy, file in files.items()},
        managed=options.pop("managed"),
        max_seconds=options.pop("max_session"),
        tags=documents.pairs(options.pop("tag"), "--tag"),
    )
    replace = options.pop("replace")
    settings = settings_from("tools", config, options)
    try:
        arn = app.once(settings, lambda env: iam.put_role(env, asked, replace=replace))
    except ValueError as error:
        raise SettingsError(f"{error} Correct the role.") from None
    click.echo(arn)


@roles.command("list")
@config_option("tools")
@settings_options("tools", *_STORE, "account_id")
def list_roles(config: str | None, **options: Any) -> None:
    """List the roles: ARN, id, longest session.

    \b
    Example:
      poolhouse roles list
    """
    from poolhouse import app
    from poolhouse.store import roles as stored

    settings = settings_from("tools", config, options)
    found = app.once(settings, lambda env: env.db.read(stored.every))
    for role in found:
        kept = "  (settings file)" if role.from_settings else ""
        click.echo(f"{role.arn(settings.account_id)}  {role.role_id}  {role.max_seconds} s{kept}")
    if not found:
        click.echo("There are no roles: `poolhouse roles create` makes one.")


@roles.command()
@click.argument("name")
@config_option("tools")
@settings_options("tools", *_STORE, "account_id")
def show(name: str, config: str | None, **options: Any) -> None:
    """Show a role with its policies, as JSON.

    \b
    Example:
      poolhouse roles show app
    """
    import msgspec

    from poolhouse import app
    from poolhouse.store import roles as stored

    settings = settings_from("tools", config, options)
    role = app.once(settings, lambda env: env.db.read(lambda tx: stored.by_name(tx, name)))
    if role is None:
        raise _no_role(name)
    click.echo(msgspec.json.format(msgspec.json.encode(_described(role, settings.account_id))).decode())


@roles.command()
@click.argument("name")
@config_option("tools")
@settings_options("tools", *_STORE)
def delete(name: str, config: str | None, **options: Any) -> None:
    """Delete a role. Its sessions end within a second.

    \b
    Example:
      poolhouse roles delete app
    """
    from poolhouse import app
    from poolhouse.store import iam

    if not app.once(settings_from("tools", config, options), lambda env: iam.delete_role(env, name)):
        raise _no_role(name)
    click.echo(f"{name} is deleted.")


@roles.command("revoke-sessions")
@click.argument("name")
@click.option("--identity", metavar="ID", default="", help="Only those of this identity of an identity pool.")
@config_option("tools")
@settings_options("tools", *_STORE)
def revoke_sessions(name: str, identity: str, config: str | None, **options: Any) -> None:
    """End the sessions of a role that began until now. New ones may begin.

    Running servers refuse them within a second; verifiers elsewhere when they get the list anew.

    \b
    Example:
      poolhouse roles revoke-sessions app
      poolhouse roles revoke-sessions app --identity us-east-1:5f1c2a7e-0b51-4f2d-9a52-0d3c7c1f6a10
    """
    from poolhouse import app
    from poolhouse.store import iam

    settings = settings_from("tools", config, options)
    if not app.once(settings, lambda env: iam.revoke_sessions(env, name, identity)):
        raise _no_role(name)
    click.echo(f"The sessions of {identity or name} that began until now are over.")


@roles.command("export-verifier")
@click.option("--public-only", is_flag=True, help="Without the keys that open secrets.")
@click.option("--output", metavar="FILE", help="Write it there, for its owner alone. [default: print it]")
@config_option("tools")
@settings_options("tools", *_STORE, "account_id")
def export_verifier(public_only: bool, output: str | None, config: str | None, **options: Any) -> None:
    """Give what verifies temporary credentials elsewhere: keys, roles, policies, revocations, as JSON.

    Whoever has the file can check signatures, and therefore make them in the name of any session whose
    token they see. Give it to gateways and middlewares that you run yourself, and to nobody else. With
    --public-only it tells what a session is and says, and cannot check signatures.

    \b
    Example:
      poolhouse roles export-verifier --output verifier.json
    """
    from poolhouse import app
    from poolhouse.store import verifiers

    settings = settings_from("tools", config, options)

    async def write(env: "Env") -> bytes:
        return await verifiers.exported(env, secrets=not public_only)

    bundle = app.once(settings, write)
    if output:
        app.write_private(Path(output), bundle)
    else:
        click.echo(bundle.decode())
    if not public_only:
        click.echo("Keep this secret: whoever has it can sign as any session whose token they see.", err=True)


def _no_role(name: str) -> SettingsError:
    return SettingsError(f"There is no role {name}: see `poolhouse roles list`.")


def _described(role: "Role", account: str) -> dict[str, Any]:
    import msgspec

    return {
        "arn": role.arn(account),
        "role_id": role.role_id,
        "max_session_seconds": role.max_seconds,
        "tags": role.tags,
        "from_settings": role.from_settings,
        "trust": msgspec.json.decode(role.trust),
        "policies": {name: msgspec.json.decode(text) for name, text in role.policies.items()},
        "managed_policies": role.managed,
    }
