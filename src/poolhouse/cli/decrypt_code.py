"""`poolhouse decrypt-code`: what a custom sender got, in the clear."""

import base64
import binascii
import sys
from typing import Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

_LONGEST = 16_384  # characters


@click.command("decrypt-code")
@click.argument("code", default="-")
@config_option("tools")
@settings_options("tools", "data", "sender_key_file")
def decrypt_code(code: str, config: str | None, **options: Any) -> None:
    """Decrypt CODE, which a CustomEmailSender or CustomSMSSender function got, with the key file.

    CODE is event.request.code as it came, or - for standard input. Where AWS KMS encrypts, KMS decrypts:
    use the AWS Encryption SDK (docs/messages.md).

    \b
    Example:
      poolhouse decrypt-code AgR4nL3w...
    """
    text = (sys.stdin.read(_LONGEST + 1) if code == "-" else code).strip()
    from poolhouse import app

    settings = settings_from("tools", config, options)
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        opened = app.open_code(settings, base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise SettingsError(
            "The code does not open: give event.request.code whole, and the key file of the server that "
            "sent it."
        ) from None
    click.echo(opened.decode())
