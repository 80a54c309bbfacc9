"""`poolhouse totp-qr`."""

import pytest
from click.testing import CliRunner

from poolhouse.cli import poolhouse
from poolhouse.crypto import otpauth
from poolhouse.errors import SettingsError

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NAMES = ["totp-qr", "--account", "ada", "--issuer", "Garden"]


def test_the_secret_from_standard_input_is_drawn() -> None:
    shown = CliRunner().invoke(poolhouse, NAMES, input=f"{SECRET}\n")

    assert shown.exit_code == 0
    address = otpauth.uri(SECRET, account="ada", issuer="Garden")
    assert shown.stdout == otpauth.qr_svg(address) + "\n"


def test_a_secret_that_no_app_reads_is_refused_without_being_shown() -> None:
    shown = CliRunner().invoke(poolhouse, NAMES, input="not-base32\n")

    assert isinstance(shown.exception, SettingsError)
    assert "not base32" in str(shown.exception)
    assert "not-base32" not in str(shown.exception)


@pytest.mark.parametrize("missing", ["--account", "--issuer"])
def test_both_names_must_be_given(missing: str) -> None:
    place = NAMES.index(missing)

    shown = CliRunner().invoke(poolhouse, NAMES[:place] + NAMES[place + 2 :], input=f"{SECRET}\n")

    assert shown.exit_code == 2
    assert missing in shown.output
