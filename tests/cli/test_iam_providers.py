"""`poolhouse iam-providers` on a store of its own."""

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.saml_provider import Provider

from poolhouse.cli import poolhouse
from poolhouse.errors import SettingsError

ARN = "arn:aws:iam::000000000000:oidc-provider/idp.example.com"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a master key of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())


def run(*arguments: str, given: str | None = None) -> Result:
    """Run a command; what it refuses is raised as it is inside `main`."""
    result = CliRunner().invoke(poolhouse, ["iam-providers", *arguments], input=given)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result


def test_an_oidc_provider_is_registered_changed_listed_and_deleted() -> None:
    made = run("create-oidc", "https://idp.example.com", "--client-id", "web", "--client-id", "phone")
    listed = run("list").output
    run("create-oidc", "https://idp.example.com", "--client-id", "web")

    assert made.stdout == f"{ARN}\n"
    assert listed == f"{ARN}  web phone\n"
    assert run("list").output == f"{ARN}  web\n"
    assert run("delete", ARN).output == f"{ARN} is deleted.\n"
    assert "There are no providers" in run("list").output


@pytest.mark.parametrize("arn", [ARN, "arn:aws:iam::111111111111:oidc-provider/idp.example.com", "idp", ""])
def test_what_is_no_provider_cannot_be_deleted(arn: str) -> None:
    run("create-oidc", "https://other.example.com", "--client-id", "web")

    with pytest.raises(SettingsError, match="There is no provider"):
        run("delete", arn)
    assert run("delete", ARN.replace("idp.", "other.")).exit_code == 0


def test_an_issuer_that_is_no_address_is_refused_in_a_sentence() -> None:
    with pytest.raises(SettingsError, match="must be an address such as"):
        run("create-oidc", "idp.example.com", "--client-id", "web")
    assert run("create-oidc", "https://idp.example.com", "--client-id", "web").exit_code == 0


def test_a_saml_provider_is_registered_from_its_metadata(tmp_path: Path) -> None:
    (tmp_path / "idp.xml").write_text(Provider().metadata())

    made = run("create-saml", "okta", "--metadata", "idp.xml")

    assert made.stdout == "arn:aws:iam::000000000000:saml-provider/okta\n"
    with pytest.raises(SettingsError, match="Correct --metadata"):
        run("create-saml", "other", "--metadata", "-", given="<html/>")
    with pytest.raises(SettingsError, match="cannot be read"):
        run("create-saml", "other", "--metadata", "missing.xml")
