"""What every answer of the API looks like to an HTTP client (behaviour file, section 0)."""

import json
import uuid
from types import SimpleNamespace

import pytest
from tests.refusals.gate import Gate
from tests.refusals.http_table import TARGET, Answer
from tests.world import PASSWORD, World


class Browser:
    """Calls public operations as a web page does."""

    def __init__(self, world: World, client_id: str) -> None:
        self._gate = Gate(SimpleNamespace(world=world))  # type: ignore[arg-type]
        self._client_id = client_id

    async def call(self, operation: str, **members: object) -> Answer:
        headers = (
            ("Host", "localhost:8400"),
            ("Origin", "https://app.example"),
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", TARGET + operation),
        )
        return await self._gate.send("POST", "/", headers, json.dumps(members).encode())

    async def sign_in(self, password: str = PASSWORD, flow: str = "USER_PASSWORD_AUTH") -> Answer:
        parameters = {"USERNAME": "ada", "PASSWORD": password}
        return await self.call(
            "InitiateAuth", ClientId=self._client_id, AuthFlow=flow, AuthParameters=parameters
        )

    async def preflight(self, path: str = "/") -> Answer:
        headers = (
            ("Host", "localhost:8400"),
            ("Origin", "https://app.example"),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "cache-control,content-type,x-amz-target,x-amz-user-agent"),
        )
        return await self._gate.send("OPTIONS", path, headers, b"")


@pytest.fixture
async def browser(world: World) -> Browser:
    pool_id = await world.pool()
    client = await world.client(pool_id)
    await world.user(pool_id)
    return Browser(world, client["ClientId"])


async def test_a_preflight_allows_what_the_amplify_library_sends(browser: Browser) -> None:
    answer = await browser.preflight()

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"].split(", ")
    allowed = answer.headers["access-control-allow-headers"].split(",")
    assert {"cache-control", "content-type", "x-amz-target", "x-amz-user-agent"} <= set(allowed)
    assert answer.headers["access-control-max-age"] == "172800"
    assert "access-control-allow-credentials" not in answer.headers


async def test_any_page_may_read_an_answer_and_its_error_headers(browser: Browser) -> None:
    for answer in (await browser.sign_in(), await browser.sign_in("wrong")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == (
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
        )
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/x-amz-json-1.1"


async def test_every_answer_has_a_request_id_of_its_own(browser: Browser) -> None:
    ids = {uuid.UUID((await browser.sign_in(password)).headers["x-amzn-requestid"]) for password in "abc"}

    assert len(ids) == 3


async def test_an_error_is_named_in_the_body_and_in_headers(browser: Browser) -> None:
    refused, accepted = await browser.sign_in("wrong"), await browser.sign_in()

    assert refused.status == 400
    assert json.loads(refused.body) == {
        "__type": "NotAuthorizedException",
        "message": "Incorrect username or password.",
    }
    assert refused.headers["x-amzn-errortype"] == "NotAuthorizedException:"
    assert refused.headers["x-amzn-errormessage"] == "Incorrect username or password."
    assert accepted.status == 200
    assert not {"x-amzn-errortype", "x-amzn-errormessage"} & set(accepted.headers)


async def test_an_output_without_members_is_an_object_and_no_output_is_no_body(browser: Browser) -> None:
    tokens = json.loads((await browser.sign_in()).body)["AuthenticationResult"]

    nothing_to_say = await browser.call("GlobalSignOut", AccessToken=tokens["AccessToken"])
    tokens = json.loads((await browser.sign_in()).body)["AuthenticationResult"]
    no_output = await browser.call("DeleteUser", AccessToken=tokens["AccessToken"])

    assert (nothing_to_say.status, nothing_to_say.body) == (200, b"{}")
    assert (no_output.status, no_output.body) == (200, b"")
    assert no_output.headers["content-length"] == "0"


async def test_what_an_error_repeats_cannot_become_a_header(browser: Browser) -> None:
    answer = await browser.sign_in(flow="x\r\nSet-Cookie: a=b\r\n\r\n<script>")

    assert json.loads(answer.body)["message"].startswith(
        "1 validation error detected: Value 'x\r\nSet-Cookie"
    )
    assert "set-cookie" not in answer.headers
    assert not set("\r\n") & set(answer.headers["x-amzn-errormessage"])
