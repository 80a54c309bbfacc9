"""Whatever a query, a form or a document says: an answer, and no way to a stranger.

Parameters are made of those that mean something here and of those that mean trouble.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oauth.apps import CALLBACK, SIGNED_OUT, VERIFIER, challenge, registered
from tests.server import Server

EVIL = "https://evil.example/"
SCRIPT = "<script>alert(1)</script>"
NAMES = [
    *(
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "resource",
    ),
    *("code_challenge", "code_challenge_method", "identity_provider", "idp_identifier", "login_hint", "lang"),
    *("logout_uri", "grant_type", "code", "code_verifier", "refresh_token", "client_secret", "token"),
    *("ui_locales", "acr_values", "request", "request_uri", "response_mode", "aws_client_metadata", "error"),
]
VALUES = [
    *(
        "code",
        "token",
        "openid email",
        "openid",
        "email",
        "none",
        "login consent",
        "S256",
        "plain",
        "COGNITO",
    ),
    *(CALLBACK, CALLBACK + "/", CALLBACK.upper(), SIGNED_OUT, EVIL, "//evil.example", "javascript:alert(1)"),
    *(f"{CALLBACK}@evil.example", f"{CALLBACK}?next={EVIL}", challenge(VERIFIER), VERIFIER, "0", "-1"),
    *("authorization_code", "refresh_token", "client_credentials", "password", "query", "fragment"),
    *("", " ", "\0", "\r\nSet-Cookie: a=b", SCRIPT, "\ud7ff\U0010ffff", "%00", "%", "a" * 5_000, "9" * 99),
    *("{}", "[]", "null", "true"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(VALUES), inner, max_size=4),
    max_leaves=12,
)
METADATA = ["redirect_uris", "client_name", "grant_types", "response_types", "scope"]
METADATA += ["token_endpoint_auth_method", "software_statement", "jwks"]
CLIENT = "the client of the test"
TRIES = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Door:
    """A pool that lets anybody register, seen over HTTP."""

    http: httpx2.Client
    base: str
    client_id: str

    def named(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(name, self.client_id if value == CLIENT else value) for name, value in pairs]


@pytest.fixture(scope="module")
def door(server: Server) -> Iterator[Door]:
    idp = server.boto3("cognito-idp")
    idp.update_user_pool(
        UserPoolId=server.user_pool_id,
        AutoVerifiedAttributes=["email"],
        DcrConfiguration={"OpenDcrEnabled": True},
    )
    app = registered(server, AllowedOAuthFlows=["code", "implicit"])
    with httpx2.Client(timeout=20, follow_redirects=False) as http:
        yield Door(http, app.base, app.client_id)


def _pairs() -> st.SearchStrategy[list[tuple[str, str]]]:
    """A request that is nearly right, with some parameters more, other, twice or left out."""
    usual = [
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
    ]
    odd = st.tuples(st.sampled_from(NAMES), st.sampled_from([*VALUES, CLIENT]) | st.text(max_size=40))
    return st.builds(
        lambda kept, more: [*kept, *more],
        st.lists(st.sampled_from(usual), unique=True, max_size=4),
        st.lists(odd, max_size=5),
    )


def _is_good(door: Door, answer: httpx2.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert SCRIPT not in answer.text
    assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
    if "location" in answer.headers:
        to = urlsplit(answer.headers["location"])
        origin = f"{to.scheme}://{to.netloc}"
        ours = answer.headers["location"].startswith(f"{door.base}/")
        assert ours or f"{origin}{to.path}" in (CALLBACK, SIGNED_OUT), answer.headers["location"]


@given(path=st.sampled_from(["/oauth2/authorize", "/authorize", "/login", "/logout"]), pairs=_pairs())
@TRIES
def test_a_query_sends_nobody_to_a_stranger(door: Door, path: str, pairs: list[tuple[str, str]]) -> None:
    _is_good(door, door.http.get(door.base + path, params=door.named(pairs)))


@given(path=st.sampled_from(["/oauth2/token", "/oauth2/revoke", "/token"]), pairs=_pairs())
@TRIES
def test_what_an_endpoint_answers_to_a_form_is_kept_by_nobody(
    door: Door, path: str, pairs: list[tuple[str, str]]
) -> None:
    body = str(httpx2.QueryParams(door.named(pairs)))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = door.http.post(door.base + path, content=body, headers=kind)

    _is_good(door, answer)
    assert "no-store" in answer.headers["cache-control"]
    assert "access_token" not in answer.text


@given(
    document=st.dictionaries(st.sampled_from(METADATA), JSON, max_size=6),
    addresses=st.lists(st.sampled_from(VALUES) | st.text(max_size=40), max_size=3),
)
@TRIES
def test_a_document_registers_no_address_at_which_something_would_run(
    door: Door, document: dict[str, object], addresses: list[str]
) -> None:
    body = json.dumps(document | {"redirect_uris": addresses})
    kind = {"Content-Type": "application/json"}

    answer = door.http.post(f"{door.base}/oauth2/register", content=body, headers=kind)

    assert answer.status_code in (201, 400, 429), answer.text
    assert "no-store" in answer.headers["cache-control"]
    if answer.status_code == 201:
        schemes = {urlsplit(uri).scheme for uri in answer.json()["redirect_uris"]}
        assert schemes.isdisjoint({"javascript", "data", "http"})
        assert answer.json()["client_name"]
    else:
        assert SCRIPT not in answer.json().get("error_description", "")
