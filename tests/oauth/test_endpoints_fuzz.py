"""Requests that nobody would write, at the endpoints that apps call: each has an answer of OAuth."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oauth.booth import FORM, Booth, open_booth
from tests.world import close_world, open_world

ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_token",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_token_type",
}
NAMES = st.sampled_from(
    [
        "grant_type",
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "aws_client_metadata",
        "token",
        "token_type_hint",
        "access_token",
    ]
)
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
KNOWN = [*GRANTS, "$client", "$code", "$refresh", "$access"]
VALUES = st.one_of(st.sampled_from(KNOWN), st.text(max_size=40), st.just("a" * 5_000))
FORMS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
HEADERS = st.one_of(
    st.just(""),
    st.sampled_from(["Basic ", "Basic Og==", "Basic OjpgYA==", "Bearer $access", "Bearer a.b.c", "Digest x"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60),
)
PATHS = st.sampled_from(["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Booth, dict[str, str]]]:
    """One world for all examples, on a loop of its own."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with asyncio.Runner() as runner:
        world = runner.run(open_world(folder))
        booth = runner.run(open_booth(world))
        tokens: dict[str, Any] = runner.run(booth.tokens())
        words = {
            "$client": str(booth.app["ClientId"]),
            "$code": runner.run(booth.code()),
            "$refresh": tokens["refresh_token"],
            "$access": tokens["access_token"],
        }
        yield runner, booth, words
        runner.run(close_world(world))


@settings(max_examples=400, deadline=None)
@given(path=PATHS, form=FORMS, header=HEADERS, method=st.sampled_from(["POST", "GET"]))
def test_every_request_has_an_answer_of_oauth(
    stage: tuple[asyncio.Runner, Booth, dict[str, str]],
    path: str,
    form: list[tuple[str, str]],
    header: str,
    method: str,
) -> None:
    runner, booth, words = stage
    body = urlencode([(name, words.get(value, value)) for name, value in form])
    for word, value in words.items():
        header = header.replace(word, value)
    headers = {"content-type": FORM} | ({"authorization": header} if header else {})

    answer = runner.run(booth.send(method, path, headers, body.encode() if method == "POST" else b""))

    assert answer.status in {200, 400, 401, 405}
    if answer.status in {400, 401}:
        assert answer.json["error"] in ERRORS
    if answer.status == 200 and answer.body:
        assert {"access_token", "sub"} & set(answer.json)
