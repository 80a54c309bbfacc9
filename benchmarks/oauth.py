"""The endpoints that apps call: tokens for machines, codes of a browser that is signed in, and userInfo."""

import re
from collections.abc import Awaitable, Callable, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from tests.oauth.walk import Walk

from benchmarks.client import Connection, Refused
from benchmarks.people import PASSWORD

Once = Callable[[Connection], Awaitable[Any]]

BROWSERS = 8  # that are signed in, and take turns
_TOKEN = re.compile(rb'name="_csrf" value="([^"]+)"')
_CALLBACK = "https://app.example.com/back"
_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def oauth_operations(connection: Connection, pool_id: str, names: list[str]) -> dict[str, Once]:
    """client_credentials; code_grant, which is authorize with a live cookie and then the token; user_info;
    the sign-in page alone, and with its form, of a browser that nobody is signed in in.
    """
    app = await _client(
        connection,
        pool_id,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[_CALLBACK],
        SupportedIdentityProviders=["COGNITO"],
    )
    address = _authorize(pool_id, app["ClientId"])
    cookies = [_signed_in(connection.url + address, name) for name in names[:BROWSERS]]
    code_grant = _code_grant(pool_id, app["ClientId"], address, cookies)
    tokens = [(await code_grant(connection))["access_token"] for _ in cookies]
    return {
        "client_credentials": await _client_credentials(connection, pool_id),
        "code_grant": code_grant,
        "user_info": _user_info(pool_id, tokens),
        "sign_in_page": _sign_in_page(address.replace("/oauth2/authorize", "/login")),
        "hosted_sign_in": _hosted_sign_in(pool_id, address.replace("/oauth2/authorize", "/login"), names),
    }


async def _client(connection: Connection, pool_id: str, **settings: Any) -> dict[str, Any]:
    usual = {"UserPoolId": pool_id, "ClientName": "oauth", "AllowedOAuthFlowsUserPoolClient": True}
    made = await connection.call("CreateUserPoolClient", usual | settings, signed=True)
    return dict(made["UserPoolClient"])


async def _client_credentials(connection: Connection, pool_id: str) -> Once:
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    server = {"UserPoolId": pool_id, "Identifier": "api", "Name": "API", "Scopes": scopes}
    await connection.call("CreateResourceServer", server, signed=True)
    machine = await _client(
        connection,
        pool_id,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
    )
    form = {
        "grant_type": "client_credentials",
        "client_id": machine["ClientId"],
        "client_secret": machine["ClientSecret"],
    }
    return lambda connection: _token(connection, pool_id, form)


async def _token(connection: Connection, pool_id: str, form: Mapping[str, str]) -> dict[str, Any]:
    status, _, body = await connection.http(
        "POST", f"/{pool_id}/oauth2/token", _FORM, urlencode(form).encode()
    )
    if status != 200:
        raise Refused(f"token: {status} {body.decode()}")
    return dict(msgspec.json.decode(body))


def _authorize(pool_id: str, client_id: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": _CALLBACK,
        "scope": "openid email",
        "state": "of the app",
    }
    return f"/{pool_id}/oauth2/authorize?{urlencode(asked)}"


def _signed_in(address: str, name: str) -> str:
    """The cookies of a browser after it has signed in on the page."""
    browser = Walk()
    browser.submit(browser.follow(browser.get(address)), username=name, password=PASSWORD)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.client.cookies.jar)


def _code_grant(pool_id: str, client_id: str, address: str, cookies: list[str]) -> Once:
    browsers = cycle(cookies)

    async def once(connection: Connection) -> dict[str, Any]:
        status, headers, _ = await connection.http("GET", address, {"cookie": next(browsers)})
        found = dict(parse_qsl(urlsplit(headers.get("location", "")).query))
        if "code" not in found:
            raise Refused(f"authorize: {status} {headers.get('location')}")
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": found["code"],
            "redirect_uri": _CALLBACK,
        }
        return await _token(connection, pool_id, form)

    return once


def _user_info(pool_id: str, tokens: list[str]) -> Once:
    turns = cycle(tokens)

    async def once(connection: Connection) -> dict[str, Any]:
        bearer = {"authorization": f"Bearer {next(turns)}"}
        status, _, body = await connection.http("GET", f"/{pool_id}/oauth2/userInfo", bearer)
        if status != 200:
            raise Refused(f"userInfo: {status} {body.decode()}")
        return dict(msgspec.json.decode(body))

    return once


def _sign_in_page(address: str) -> Once:
    async def once(connection: Connection) -> bytes:
        status, _, body = await connection.http("GET", address, {})
        if status != 200:
            raise Refused(f"login: {status}")
        return body

    return once


def _hosted_sign_in(pool_id: str, address: str, names: list[str]) -> Once:
    turns = cycle(names)
    page_of = _sign_in_page(address)

    async def once(connection: Connection) -> str:
        found = _TOKEN.search(await page_of(connection))
        if found is None:
            raise Refused("login: the page has no form")
        csrf = found[1].decode()
        form = {"_csrf": csrf, "username": next(turns), "password": PASSWORD, "signInSubmitButton": "Sign in"}
        headers = {"cookie": f"XSRF-TOKEN-{pool_id}={csrf}", **_FORM}
        status, head, _ = await connection.http("POST", address, headers, urlencode(form).encode())
        if "code=" not in head.get("location", ""):
            raise Refused(f"login: {status} {head.get('location')}")
        return head["location"]

    return once
