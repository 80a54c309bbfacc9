"""The example for builders of AI applications, started as its README says and used in a real browser."""

from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from playwright.async_api import Page, Response, expect
from tests.examples.ai_api import Example, Person, running

FILE = "Räksmörgås (1).txt"
CONTENT = b"prawns, bread, butter"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running(tmp_path_factory.mktemp("ai-api")) as found:
        yield found


@pytest.mark.browser
async def test_two_tenants_use_the_example_and_see_nothing_of_each_other(example: Example, tab: Page) -> None:
    given = _credentials_of(tab)

    await _sign_in(tab, example.ada, example.page)
    pieces, answer = await _ask(tab, "When do deliveries arrive?")
    await _add_note(tab, "The office cat is called Ohm.")
    await _upload(tab)
    await tab.get_by_role("button", name="Sign out").click()
    await expect(tab.get_by_role("button", name="Sign in")).to_be_visible()

    assert "Malmö" in answer
    assert pieces > 5

    await _sign_in(tab, example.bob, example.page)
    _, other_answer = await _ask(tab, "When do deliveries arrive, and what is the cat called?")
    await expect(tab.locator("#notes li")).to_have_count(2)
    await expect(tab.get_by_text("No files yet.")).to_be_visible()

    assert "paused" in other_answer
    assert len(httpx2.get(example.page).headers.get_list("date")) == 1
    _check_storage(example, *given)
    _check_attributes(example)


async def _sign_in(tab: Page, who: Person, page: str) -> None:
    """By managed login, which knows nobody in this browser any more."""
    await tab.goto(page)
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_label("Email").fill(who.email)
    await tab.get_by_label("Password", exact=True).fill(who.password)
    await tab.get_by_role("button", name="Sign in", exact=True).click()
    await expect(tab.locator("#who")).to_have_text(who.email)
    await expect(tab.locator("#tenant")).to_have_text(who.tenant)
    assert tab.url == page  # no code is left in the address


async def _ask(tab: Page, question: str) -> tuple[int, str]:
    """In how many pieces the answer came, and what it is."""
    await tab.evaluate(
        """() => {
          window.pieces = 0;
          new MutationObserver((seen) => {
            window.pieces += seen.filter((each) => each.target.className === "answer").length;
          }).observe(document.getElementById("talk"), { childList: true, subtree: true });
        }"""
    )
    await tab.get_by_label("Your question").fill(question)
    await tab.get_by_role("button", name="Ask").click()
    answer = tab.locator(".answer:not([aria-busy])").last
    await expect(answer).to_contain_text("notes")
    return await tab.evaluate("window.pieces"), await answer.inner_text()


async def _add_note(tab: Page, text: str) -> None:
    await tab.get_by_label("New note").fill(text)
    await tab.get_by_role("button", name="Add").click()
    await expect(tab.locator("#notes li").last).to_have_text(text)
    await expect(tab.locator("#notes li")).to_have_count(3)


async def _upload(tab: Page) -> None:
    """The file is listed, and what comes back is what was sent."""
    await expect(tab.get_by_text("No files yet.")).to_be_visible()
    await tab.locator("#file").set_input_files({"name": FILE, "mimeType": "text/plain", "buffer": CONTENT})
    async with tab.expect_download() as download:
        await tab.get_by_role("button", name=FILE).click()
    assert _content(await (await download.value).path()) == CONTENT
    await expect(tab.locator("#files li")).to_have_count(1)


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _credentials_of(tab: Page) -> list[dict[str, Any]]:
    """What GetCredentialsForIdentity gives to the page, as it comes."""
    found: list[dict[str, Any]] = []

    async def look(response: Response) -> None:
        asked = response.request.headers.get("x-amz-target", "")
        if asked.endswith(".GetCredentialsForIdentity"):
            found.append(await response.json())

    tab.on("response", look)
    return found


def _check_storage(example: Example, ada: dict[str, Any], bob: dict[str, Any]) -> None:
    """An unmodified S3 client with a page's credentials: one's own folder, and nothing else."""
    hers, his = f"{ada['IdentityId']}/", f"{bob['IdentityId']}/"
    client = _s3(example, ada)

    assert client.get_object(Bucket="uploads", Key=hers + FILE)["Body"].read() == CONTENT
    assert client.list_objects_v2(Bucket="uploads", Prefix=hers)["KeyCount"] == 1
    for refused in (
        lambda: _s3(example, bob).get_object(Bucket="uploads", Key=hers + FILE),
        lambda: _s3(example, bob).list_objects_v2(Bucket="uploads", Prefix=hers),
        lambda: client.put_object(Bucket="uploads", Key=his + FILE, Body=b"mine now"),
        lambda: client.list_objects_v2(Bucket="uploads"),
        lambda: client.delete_object(Bucket="uploads", Key=hers + FILE),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


def _check_attributes(example: Example) -> None:
    """People may write their address, and not which tenant they belong to: the operator alone does."""
    config = httpx2.get(f"{example.page}config.json").json()
    operator = boto3.client(
        "cognito-idp",
        endpoint_url=config["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="poolhouse-dev",
        aws_secret_access_key="any",
    )
    pool_id, client_id = config["issuer"].rpartition("/")[2], config["clientId"]
    client = operator.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
    assert client["WriteAttributes"] == ["email"]
    assert "ClientSecret" not in client


def _storage(example: Example) -> str:
    return str(httpx2.get(f"{example.page}config.json").json()["storage"]["url"])


def _s3(example: Example, given: dict[str, Any]) -> Any:
    credentials = given["Credentials"]
    return boto3.client(
        "s3",
        endpoint_url=_storage(example),
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
