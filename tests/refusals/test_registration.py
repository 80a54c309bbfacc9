"""Refused: OAuth settings of app clients, resource servers, and clients that register themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.refusals.ledgers import stored
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.http.request import HttpRequest
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

INVALID = "InvalidParameterException: "
FLOW = "InvalidOAuthFlowException: "
SCOPE = "ScopeDoesNotExistException: Invalid scope requested: "
CALLBACK = "https://app.example.com/callback"
WEB: Mapping[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": [CALLBACK],
}
MACHINE: Mapping[str, Any] = {
    "GenerateSecret": True,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["notes/read"],
}
NOTES: Mapping[str, Any] = {
    "Identifier": "notes",
    "Name": "Notes",
    "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read notes"}],
}


async def client(s: Scene, **settings: Any) -> Any:
    return await s.admin("CreateUserPoolClient", **({"ClientName": "another"} | settings))


async def server(s: Scene, **changes: Any) -> Any:
    return await s.admin("CreateResourceServer", **{**NOTES, **changes})


def of_app(name: str, error: str, wrong: Mapping[str, Any], usual: Mapping[str, Any] = WEB) -> Row:
    """The twin is the same client without what is wrong with it."""
    return Row(
        name,
        error,
        lambda s: client(s, **{**usual, **wrong}),
        lambda s: client(s, **usual),
        arrange=server,
    )


CLIENTS = (
    of_app(
        "a client that acts for itself and for people",
        FLOW + "client_credentials flow can not be selected along with code flow or implicit flow.",
        {"AllowedOAuthFlows": ["client_credentials", "code"], "CallbackURLs": [CALLBACK]},
        MACHINE,
    ),
    of_app(
        "a client that acts for itself without a secret",
        FLOW + "client_credentials flow can not be selected if client does not have a client secret.",
        {"GenerateSecret": False},
        MACHINE,
    ),
    *(
        of_app(
            f"a client that acts for itself with the scope {scope}",
            FLOW + f"{scope} is not supported with client_credentials flow",
            {"AllowedOAuthScopes": ["notes/read", scope]},
            MACHINE,
        )
        for scope in ("openid", "profile", "aws.cognito.signin.user.admin")
    ),
    *(
        of_app(f"a client with the scope {scope}", SCOPE + scope, {"AllowedOAuthScopes": ["openid", scope]})
        for scope in ("notes/write", "other/read", "Openid", "offline_access", "aws.cognito/dcr/other")
    ),
    of_app(
        "a client with email and without openid",
        INVALID + "The scopes email, phone and profile need the scope openid beside them.",
        {"AllowedOAuthScopes": ["email"]},
    ),
    of_app(
        "codes without an address to send them to",
        FLOW + "CallbackUrls can not be empty when code flow or implicit flow is selected",
        {"CallbackURLs": []},
    ),
    of_app(
        "OAuth without a flow",
        INVALID + "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to "
        "use OAuth flows.",
        {"AllowedOAuthFlows": []},
    ),
    of_app(
        "a usual address that is not registered",
        INVALID + "DefaultRedirectURI must be one of CallbackURLs.",
        {"DefaultRedirectURI": CALLBACK + "/"},
    ),
    *(
        of_app(f"the callback {url}", INVALID + f"{url} {fault}", {"CallbackURLs": [CALLBACK, url]})
        for url, fault in (
            ("http://app.example.com/", "cannot use the HTTP protocol."),
            ("http://localhost.example.com/", "cannot use the HTTP protocol."),
            ("https://app.example.com/#here", "cannot have a fragment."),
            ("https://*.example.com/", "cannot have a wildcard."),
            ("https://app.example.com@evil.example/", "must name a host and nothing before it."),
            ("https://app.example.com\\@evil.example/", "is not a URI."),
            ("JavaScript:alert(1)", "cannot use the javascript scheme."),
            ("data:text/html,x", "cannot use the data scheme."),
            ("/callback", "is not an absolute URI."),
        )
    ),
    of_app(
        "a sign-out address without TLS",
        INVALID + "http://app.example.com/bye cannot use the HTTP protocol.",
        {"LogoutURLs": ["http://app.example.com/bye"]},
    ),
    of_app(
        "a provider that the pool does not have",
        INVALID + "The provider Google does not exist for User Pool {pool}",
        {"SupportedIdentityProviders": ["Google"]},
    ),
)

SERVERS = (
    Row(
        "a second resource server of one identifier",
        INVALID + "notes already exists in user pool {pool}.",
        server,
        lambda s: server(s, Identifier="Notes"),
        arrange=server,
    ),
    Row(
        "a resource server with the name of the service",
        INVALID + "aws.cognito/dcr is reserved for resource servers that the service manages.",
        lambda s: server(s, Identifier="aws.cognito/dcr"),
        lambda s: server(s, Identifier="cognito/dcr"),
    ),
    Row(
        "a scope that is named twice",
        INVALID + "The scope read is named twice.",
        lambda s: server(s, Scopes=[*NOTES["Scopes"], *NOTES["Scopes"]]),
        server,
    ),
    *(
        Row(
            f"{operation} of a resource server that is not there",
            "ResourceNotFoundException: Resource server other does not exist.",
            lambda s, operation=operation, more=more: s.admin(operation, Identifier="other", **more),
            lambda s, operation=operation, more=more: s.admin(operation, Identifier="notes", **more),
            arrange=server,
        )
        for operation, more in (
            ("DescribeResourceServer", {}),
            ("UpdateResourceServer", {"Name": "x"}),
            ("DeleteResourceServer", {}),
        )
    ),
)


@table(CLIENTS, SERVERS)
async def test_a_setting_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


# Clients that register themselves

NATIVE: Mapping[str, Any] = {
    "client_name": "Inspector",
    "redirect_uris": ["http://127.0.0.1:33418/callback"],
    "token_endpoint_auth_method": "none",
}
REDIRECT, METADATA = "invalid_redirect_uri", "invalid_client_metadata"
OPEN: Mapping[str, Any] = {"OpenDcrEnabled": True}


@dataclass(frozen=True)
class Registration:
    """A request that must be refused. The twin registers NATIVE in the same pool, where that is right."""

    name: str
    status: int
    error: str
    change: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    setting: Mapping[str, Any] = field(default_factory=lambda: OPEN)


def _uri(uri: Any) -> Registration:
    return Registration(f"the address {uri!r}", 400, REDIRECT, {"redirect_uris": [uri]})


def _says(name: str, **change: Any) -> Registration:
    return Registration(name, 400, METADATA, change)


REGISTRATIONS = [
    *map(
        _uri,
        (
            "http://192.168.1.5/callback",
            "http://127.0.0.1.evil.example/",
            "http://localhost@evil.example/",
            "https://a.example/#",
            "javascript:alert(1)",
            "https://a.example/\r\nX: y",
            "",
            None,
        ),
    ),
    Registration("no address", 400, REDIRECT, {"redirect_uris": []}),
    _says("the grant of passwords", grant_types=["password"]),
    _says("the implicit grant alone", grant_types=["implicit"], response_types=["token"]),
    _says("a grant that only a token permits", grant_types=["client_credentials"]),
    _says("a scope that registers others", scope="openid aws.cognito/dcr/register"),
    _says("the scope of the API where it was not allowed", scope="aws.cognito.signin.user.admin"),
    _says("offline access", scope="openid offline_access"),
    _says("a client that signs its requests", token_endpoint_auth_method="private_key_jwt"),
    _says("a name that is a list", client_name=["Inspector"]),
    Registration("a body that is no object", 400, METADATA, body=b"[]"),
    Registration("a body that is no JSON", 400, METADATA, body=b"{"),
    Registration("a form", 400, METADATA, headers={"content-type": "application/x-www-form-urlencoded"}),
    Registration("a token that is none", 401, "invalid_token", headers={"authorization": "Bearer x"}),
    Registration(
        "a secret in place of a token", 401, "invalid_token", headers={"authorization": "Basic eA=="}
    ),
    Registration("nobody known, where somebody must be", 401, "invalid_token", setting={}),
    Registration(
        "a pool that has no registration", 404, "invalid_request", setting={"EnableStatus": "Disabled"}
    ),
    Registration(
        "a way of registering that permits nothing", 400, METADATA, setting={**OPEN, "OpenDcrGrantTypes": []}
    ),
]


async def _register(scene: Scene, row: Registration | None = None) -> tuple[int, dict[str, Any]]:
    document = {**NATIVE, **(row.change if row else {})}
    headers = {"content-type": "application/json", **(row.headers if row else {})}
    body = row.body if row and row.body is not None else json.dumps(document).encode()
    path = f"/{scene.pool}/oauth2/register"
    request = HttpRequest("POST", path, "", tuple(headers.items()), body, "203.0.113.9", headers)
    response = await Hosted(scene.world.env, Metrics()).page(request)
    assert response is not None
    assert b"no-store" in dict(response.headers)[b"cache-control"]
    return response.status, json.loads(response.body)


@pytest.mark.parametrize("row", REGISTRATIONS, ids=[row.name for row in REGISTRATIONS])
async def test_a_client_does_not_register(row: Registration, scene: Scene, count: Any) -> None:
    await scene.set_up({"DcrConfiguration": row.setting}, {}, {})
    before = stored(scene.file)

    status, document = await _register(scene, row)

    assert (status, document["error"]) == (row.status, row.error)
    assert stored(scene.file) == before
    assert "evil" not in json.dumps(document)
    count("refused", 1)
    await scene.admin("UpdateUserPool", AutoVerifiedAttributes=["email"], DcrConfiguration=OPEN)
    assert (await _register(scene))[0] == 201
    count("twins", 1)


async def test_open_registration_leaves_half_of_the_quota_to_the_operator(scene: Scene, count: Any) -> None:
    await scene.with_settings(quota_resources={"AppClients": 4})
    await scene.set_up({"DcrConfiguration": OPEN}, {}, {})
    assert (await _register(scene))[0] == 201

    refused = await _register(scene)

    assert refused[0] == 400
    assert refused[1]["error_description"] == "A user pool can have 2 app clients at most."
    count("refused", 1)
    await client(scene)
    await client(scene)
    count("twins", 1)
