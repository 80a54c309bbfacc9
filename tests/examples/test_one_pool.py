"""One pool for all tenants, started by its one command: real requests, and its page in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect
from tests.examples.commands import running
from tests.examples.multi_tenant import FOLDER, GUIDE, Api, Browser, said_by

OWN = "Cleo's-own-pass-77"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(FOLDER / "one_pool.py", tmp_path_factory.mktemp("one-pool")) as ready:
        yield ready


@pytest.fixture(scope="module")
def pool(example: dict[str, Any]) -> dict[str, Any]:
    return dict(httpx2.get(f"{example['page']}config.json").json())


def first_password(example: dict[str, Any], email: str) -> str:
    """From the mail that AdminCreateUser sends."""
    found = httpx2.get(f"{example['endpoint']}/_dev/messages", params={"to": email}).json()
    return str(found[-1]["code"])


def signed_in(example: dict[str, Any], pool: dict[str, Any], place: int) -> tuple[dict[str, str], Api]:
    """One of the two administrators that the command makes."""
    person = example["people"][place]
    tokens = Browser(example["page"], pool).sign_in(person["email"], person["password"])
    return tokens, Api(example["page"], tokens)


def test_an_invitation_makes_one_account_of_the_inviters_tenant(
    example: dict[str, Any], pool: dict[str, Any]
) -> None:
    page, email = example["page"], "cleo@acme.example"
    _, ada = signed_in(example, pool, 0)
    link = ada.call("POST", "/api/invitations", email=email, tenant_id="globex").json()["link"]
    nobody, token = Api(page), link.partition("#")[2]

    joined = nobody.call("POST", "/api/join", token=token, tenant_id="globex", email="eve@evil.example")
    again = nobody.call("POST", "/api/join", token=token)

    assert (joined.status_code, joined.json()) == (200, {"email": email})
    assert again.status_code == 410
    browser = Browser(page, pool)
    asked = browser.submit(browser.leave(), username=email, password=first_password(example, email))
    tokens = browser.tokens(browser.submit(asked, new_password=OWN, password=OWN))
    claims = said_by(tokens["access_token"])
    assert (claims["tenant_id"], claims["roles"]) == ("acme", ["member"])
    assert Api(page, tokens).names() == ["Harbour crane", "Night ferry"]


def test_each_tenant_sees_and_changes_its_own_projects_alone(
    example: dict[str, Any], pool: dict[str, Any]
) -> None:
    (_, ada), (_, bob) = signed_in(example, pool, 0), signed_in(example, pool, 1)

    made = bob.call("POST", "/api/projects", name="Solar roof", tenant_id="acme").json()

    assert bob.names() == ["Wind park", "Solar roof"]
    assert ada.names() == ["Harbour crane", "Night ferry"]
    assert made["id"] == 2  # of Globex; the second of Acme is another
    assert ada.call("GET", "/api/projects/2").json()["name"] == "Night ferry"
    assert ada.call("DELETE", "/api/projects/3").status_code == 404
    assert bob.call("DELETE", "/api/projects/2").status_code == 204
    assert (len(ada.names()), len(bob.names())) == (2, 1)


def test_only_administrators_invite_and_nobody_without_a_token_sees_anything(
    example: dict[str, Any], pool: dict[str, Any]
) -> None:
    _, ada = signed_in(example, pool, 0)
    email = "dora@acme.example"
    link = ada.call("POST", "/api/invitations", email=email, role="member").json()["link"]
    assert Api(example["page"]).call("POST", "/api/join", token=link.partition("#")[2]).status_code == 200
    browser = Browser(example["page"], pool)
    asked = browser.submit(browser.leave(), username=email, password=first_password(example, email))
    dora = Api(example["page"], browser.tokens(browser.submit(asked, new_password=OWN, password=OWN)))

    assert dora.call("POST", "/api/invitations", email="eve@evil.example").status_code == 403
    assert ada.call("POST", "/api/invitations", email="finn@acme.example").status_code == 201
    nobody = Api(example["page"])
    for method, path in (("GET", "/api/projects"), ("POST", "/api/projects"), ("POST", "/api/invitations")):
        assert nobody.call(method, path, name="x", email="eve@evil.example").status_code == 401
    assert nobody.call("POST", "/api/join", token="made-up").status_code == 410
    assert ada.call("POST", "/api/invitations", email="finn@acme.example", role="owner").status_code == 422


def test_an_address_with_an_account_cannot_be_taken_to_another_tenant(
    example: dict[str, Any], pool: dict[str, Any]
) -> None:
    (_, ada), (_, bob) = signed_in(example, pool, 0), signed_in(example, pool, 1)
    link = bob.call("POST", "/api/invitations", email="ada@acme.example", role="admin").json()["link"]

    refused = Api(example["page"]).call("POST", "/api/join", token=link.partition("#")[2])

    assert refused.status_code == 409
    tokens, ada = signed_in(example, pool, 0)
    assert said_by(tokens["access_token"])["tenant_id"] == "acme"
    assert "Harbour crane" in ada.names()


@pytest.mark.browser
async def test_somebody_is_invited_and_joins_on_the_pages(example: dict[str, Any], tab: Page) -> None:
    ada, email = example["people"][0], "gil@acme.example"
    await tab.goto(example["page"])
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_label("Email").fill(ada["email"])
    await tab.get_by_label("Password", exact=True).fill(ada["password"])
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    await expect(tab.locator("#tenant")).to_have_text("acme")
    await tab.get_by_label("Work email").fill(email)
    await tab.get_by_role("button", name="Make a link").click()
    await expect(tab.locator("#invited")).to_be_visible()
    link = await tab.locator("#link").inner_text()
    await tab.get_by_role("button", name="Sign out").click()
    await expect(tab.get_by_role("button", name="Sign in")).to_be_visible()

    await tab.goto(link)
    await tab.get_by_role("button", name="Accept the invitation").click()
    await expect(tab.get_by_role("heading", name="Check your email")).to_be_visible()
    await tab.get_by_role("link", name="Go to sign in").click()
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_label("Email").fill(email)
    await tab.get_by_label("Password", exact=True).fill(first_password(example, email))
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    await tab.get_by_label("New password").fill(OWN)
    await tab.get_by_role("button", name="Continue").click()

    await expect(tab.locator("#who")).to_have_text(email)
    await expect(tab.locator("#projects li")).to_have_count(2)
    await expect(tab.locator("#inviting")).to_be_hidden()


def test_a_new_tenant_is_made_as_the_guide_says(example: dict[str, Any], pool: dict[str, Any]) -> None:
    email = "peter@initech.example"
    block = re.search(r"<!-- run: one pool -->\n```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert block
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "poolhouse-dev")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "any")
        exec(block[1], {"ENDPOINT": example["endpoint"], "POOL": pool["issuer"].rpartition("/")[2]})  # noqa: S102

    browser = Browser(example["page"], pool)
    asked = browser.submit(browser.leave(), username=email, password=first_password(example, email))
    tokens = browser.tokens(browser.submit(asked, new_password=OWN, password=OWN))
    peter = Api(example["page"], tokens)

    assert said_by(tokens["access_token"])["tenant_id"] == "initech"
    assert peter.names() == []
    assert peter.call("POST", "/api/invitations", email="milton@initech.example").status_code == 201
