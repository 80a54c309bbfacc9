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

    def __init__(self, world: World, pool_id: str, client_id: str) -> None:
        self.pool_id = pool_id
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

    async def get(self, path: str) -> Answer:
        return await self._gate.send("GET", path, (("Host", "localhost:8400"),), b"")

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
    return Browser(world, pool_id, client["ClientId"])


@pytest.mark.parametrize(
    "path",
    [
        "/health/live",
        "/nothing/here",
        "/.well-known/nothing",
        "/{pool_id}/.well-known/jwks.json",
        "/{pool_id}/login",
        "/{pool_id}/oauth2/userInfo",
        "/explain/{pool_id}/r",
    ],
)
async def test_the_id_of_the_request_is_in_every_answer_and_no_two_have_the_same(
    browser: Browser, path: str
) -> None:
    pool_id = browser.pool_id
    answers = [await browser.get(path.format(pool_id=pool_id)) for _ in range(2)]

    ids = {str(uuid.UUID(answer.headers["x-amzn-requestid"])) for answer in answers}
    assert len(ids) == 2


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
