"""A pool for each tenant, started by its one command: real requests, and a new tenant as the guide says."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import boto3
import httpx2
import pyotp
import pytest
from tests.examples.commands import running
from tests.examples.multi_tenant import FOLDER, GUIDE, Api, Browser, said_by
from tests.oauth.walk import target
from tests.server import clean_environment

PASSWORD = "Peter's-own-pass-77"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(FOLDER / "pool_per_tenant.py", tmp_path_factory.mktemp("pool-per-tenant")) as ready:
        yield ready


def tenant(example: dict[str, Any], domain: str) -> dict[str, Any] | None:
    """What the page learns of a domain, with the scopes it asks for."""
    found = httpx2.get(f"{example['endpoint']}/tenants", params={"domain": domain}).json()["tenant"]
    config = httpx2.get(f"{example['page']}config.json").json()
    return {**found, "scopes": config["scopes"]} if found else None


def at(example: dict[str, Any], domain: str) -> Browser:
    found = tenant(example, domain)
    assert found is not None
    return Browser(example["page"], found)


def ada(example: dict[str, Any]) -> dict[str, str]:
    """Of Acme, which wants an authenticator app of everybody: she sets one up, or has it from before."""
    person, browser = example["people"][0], at(example, "acme.example")
    asked = browser.submit(browser.leave(), username=person["email"], password=person["password"])
    if "ada" not in _SECRETS:
        found = re.search(r"otpauth://[^\"]*[?&]secret=([A-Z2-7]+)", asked.text.replace("&amp;", "&"))
        assert found, asked.text
        _SECRETS["ada"] = found[1]
        return browser.tokens(browser.submit(asked, code=pyotp.TOTP(found[1]).now()))
    later = pyotp.TOTP(_SECRETS["ada"]).at(int(time.time()) + 30)  # the code of now has been used
    return browser.tokens(browser.submit(asked, code=later))


_SECRETS: dict[str, str] = {}


def bob(example: dict[str, Any]) -> dict[str, str]:
    """Of Globex, whose own directory says who he is: its page has one link."""
    browser = at(example, "globex.example")
    directory = browser.get(target(browser.leave(login_hint="bob@globex.example")))
    link = re.search(r'href="(/press[^"]+)"', directory.text)
    assert link, directory.text
    back = browser.get(urljoin(str(directory.url), unescape(link[1])))
    return browser.tokens(browser.get(target(back)))


def operator(example: dict[str, Any]) -> Any:
    return boto3.client(
        "cognito-idp",
        endpoint_url=example["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="poolhouse-dev",
        aws_secret_access_key="any",
    )


def test_each_domain_leads_to_its_own_pool_and_nobodys_domain_nowhere(example: dict[str, Any]) -> None:
    acme, globex = tenant(example, "acme.example"), tenant(example, "globex.example")

    assert acme is not None
    assert globex is not None
    assert acme["userPoolId"] != globex["userPoolId"]
    assert acme["clientId"] != globex["clientId"]
    assert tenant(example, "nobody.example") is None


def test_each_tenant_signs_in_its_own_way_and_sees_its_own_projects(example: dict[str, Any]) -> None:
    """Acme with a password and an authenticator app, Globex by its directory."""
    acme, globex = Api(example["page"], ada(example)), Api(example["page"], bob(example))

    made = acme.call("POST", "/api/projects", name="Solar roof").json()

    assert acme.names() == ["Harbour crane", "Night ferry", "Solar roof"]
    assert globex.names() == ["Wind park"]
    assert globex.call("GET", f"/api/projects/{made['id']}").status_code == 404
    assert acme.call("DELETE", f"/api/projects/{made['id']}").status_code == 204
    assert Api(example["page"]).call("GET", "/api/projects").status_code == 401


def test_each_tenant_has_rules_and_looks_of_its_own(example: dict[str, Any]) -> None:
    acme, globex = tenant(example, "acme.example") or {}, tenant(example, "globex.example") or {}
    idp = operator(example)

    lengths = [_policy(idp, found)["MinimumLength"] for found in (acme, globex)]
    mfa = [
        idp.get_user_pool_mfa_config(UserPoolId=found["userPoolId"])["MfaConfiguration"]
        for found in (acme, globex)
    ]
    style = idp.describe_managed_login_branding_by_client(
        UserPoolId=acme["userPoolId"], ClientId=acme["clientId"]
    )

    assert (lengths, mfa) == ([16, 10], ["ON", "OFF"])
    assert "1f6b3aff" in str(style["ManagedLoginBranding"]["Settings"])
    assert _providers(idp, globex) == ["Directory"]
    assert _providers(idp, acme) == []


def _policy(idp: Any, found: dict[str, Any]) -> dict[str, Any]:
    pool = idp.describe_user_pool(UserPoolId=found["userPoolId"])["UserPool"]
    return dict(pool["Policies"]["PasswordPolicy"])


def _providers(idp: Any, found: dict[str, Any]) -> list[str]:
    listed = idp.list_identity_providers(UserPoolId=found["userPoolId"])["Providers"]
    return [provider["ProviderName"] for provider in listed]


def test_somebody_of_one_tenant_is_nobody_at_another(example: dict[str, Any]) -> None:
    """Ada's password at the pool of the template, and her token where it does not belong."""
    person, browser = example["people"][0], at(example, "globex.example")
    tokens = ada(example)

    page = browser.leave(identity_provider="COGNITO")
    found = said_by(tokens["access_token"])

    assert "cognitoSignInForm" not in page.text  # Globex knows no passwords
    assert found["iss"].endswith(str((tenant(example, "acme.example") or {})["userPoolId"]))
    with pytest.raises(Exception, match="UserNotFound"):
        operator(example).admin_get_user(
            UserPoolId=(tenant(example, "globex.example") or {})["userPoolId"], Username=person["email"]
        )


def test_a_new_tenant_is_there_a_moment_after_what_the_guide_says(example: dict[str, Any]) -> None:
    assert tenant(example, "initech.example") is None

    folder = Path(example["gateway"]).parent
    run_block(
        "pool per tenant",
        folder,
        DATA=example["data"],
        TEMPLATE=example["template"],
        ENDPOINT=example["endpoint"],
    )

    found = tenant(example, "initech.example")
    assert found is not None
    email, idp = "peter@initech.example", operator(example)
    idp.admin_create_user(UserPoolId=found["userPoolId"], Username=email, MessageAction="SUPPRESS")
    idp.admin_set_user_password(
        UserPoolId=found["userPoolId"], Username=email, Password=PASSWORD, Permanent=True
    )
    peter = Api(example["page"], at(example, "initech.example").sign_in(email, PASSWORD))
    assert until_it_is_let_in(peter) == []
    assert peter.call("POST", "/api/projects", name="Printer").status_code == 201
    assert Api(example["page"], bob(example)).names() == ["Wind park"]


def run_block(name: str, folder: Path, **places: str) -> None:
    """Run a block of the guide with a shell, `poolhouse` being this one's."""
    found = re.search(rf"<!-- run: {name} -->\n```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found
    tools = folder / "bin"
    tools.mkdir()
    program = tools / "poolhouse"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m poolhouse "$@"\n')
    program.chmod(0o755)
    environment = clean_environment() | places
    environment["PATH"] = f"{tools}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-e", "-c", found[1]], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def until_it_is_let_in(api: Api) -> list[str]:
    """The gateway looks at its file once a second."""
    deadline = time.monotonic() + 10
    while api.call("GET", "/api/projects").status_code == 401 and time.monotonic() < deadline:
        time.sleep(0.1)
    return api.names()
