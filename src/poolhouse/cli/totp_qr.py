"""`poolhouse totp-qr`."""

import sys

import click

from poolhouse.errors import SettingsError


@click.command("totp-qr")
@click.option("--account", required=True, metavar="NAME", help="Whose codes they are, as the app lists them.")
@click.option("--issuer", required=True, metavar="NAME", help="Of which service, as the app lists it.")
def totp_qr(account: str, issuer: str) -> None:
    """Draw the secret of an authenticator app as a QR code, for who sets up TOTP without a web page.

    The secret is read from standard input, so that no list of processes shows it: it is the SecretCode
    that AssociateSoftwareToken answered. The drawing is an SVG; it is as secret as the secret.

    \b
    Example:
      aws cognito-idp associate-software-token --access-token "$TOKEN" --query SecretCode \\
        --output text | poolhouse totp-qr --account ada --issuer Garden > ada.svg
    """
    from poolhouse.crypto import otpauth

    secret = sys.stdin.readline().strip()
    try:
        address = otpauth.uri(secret, account=account, issuer=issuer)
    except ValueError as error:
        raise SettingsError(f"{error} Correct the secret, --account or --issuer.") from None
    click.echo(otpauth.qr_svg(address))
