"""The command line: `poolhouse dev`, `serve`, `migrate`, `keys`, and the rest of `_COMMANDS`.

Commands import what they need when they run, so that `--help` answers at once.
"""

import gc
import sys

import click

from poolhouse import __version__
from poolhouse.cli.listing import Listing
from poolhouse.errors import SettingsError

_COMMANDS = {
    "dev": ("poolhouse.cli.dev", "dev"),
    "serve": ("poolhouse.cli.serve", "serve"),
    "migrate": ("poolhouse.cli.migrate", "migrate"),
    "keys": ("poolhouse.cli.keys", "keys"),
    "pools": ("poolhouse.cli.pools", "pools"),
    "roles": ("poolhouse.cli.roles", "roles"),
    "managed-policies": ("poolhouse.cli.managed_policies", "managed_policies"),
    "iam-providers": ("poolhouse.cli.iam_providers", "iam_providers"),
    "audit": ("poolhouse.cli.audit", "audit"),
    "decrypt-code": ("poolhouse.cli.decrypt_code", "decrypt_code"),
    "import-log": ("poolhouse.cli.import_log", "import_log"),
    "rehearse": ("poolhouse.cli.rehearse", "rehearse"),
    "explain": ("poolhouse.cli.explain", "explain"),
    "breaches": ("poolhouse.cli.breaches", "breaches"),
    "logs": ("poolhouse.cli.logs", "logs"),
    "gateway": ("poolhouse.cli.gateway", "gateway"),
    "doctor": ("poolhouse.cli.doctor", "doctor"),
    "totp-qr": ("poolhouse.cli.totp_qr", "totp_qr"),
    "version": ("poolhouse.cli.version", "version"),
}


class _Commands(Listing):
    """Finds a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(__import__(module, fromlist=[name]), name)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="poolhouse %(version)s")
def poolhouse() -> None:
    """A self-hosted identity service that speaks Amazon Cognito's wire protocols.

    \b
    poolhouse dev        for development: one command, a demo pool, an inbox
    poolhouse serve      for production: needs a master key and an access key

    Every setting is an option, an environment variable POOLHOUSE_<NAME>, or a line of
    poolhouse.toml, in this order. docs/settings.md lists them.
    """


def collect_rarely() -> None:
    """Let the collector of cycles look less often: it takes a tenth of a start, and as much of each request.

    A start makes what stays until the end, and requests leave hardly any cycles behind.
    """
    gc.set_threshold(50_000, 20, 100)


def main() -> None:
    """Run the command line. What an operator must put right is one sentence and exit code 1."""
    collect_rarely()
    try:
        poolhouse(standalone_mode=False)
    except SettingsError as error:
        sys.exit(f"poolhouse: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(0)  # stopped by who started it, before the server ran; nothing is half done
