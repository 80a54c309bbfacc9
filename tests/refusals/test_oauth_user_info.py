"""Refused: bearer tokens at userInfo, and revocations.

After the negative list of the OpenID conformance suite's Basic OP profile, RFC 6749, 6750, 7009, 7636 and
9700, and security.md, rules 2, 4 and 7.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.oauth.booth import FORM, Answer, Booth, basic, open_booth
from tests.refusals.oauth_table import OAuthRow, oauth_table, play
from tests.refusals.scene import Scene
from tests.refusals.test_oauth_refresh import (
    after,
    after_sign_out,
    ask,
    with_machine,
    with_revoked,
    with_tokens,
)

from poolhouse.ports import HOUR

SECRET = {"GenerateSecret": True}
DEAD = (
    "401 invalid_token: Access token is expired, disabled, or deleted, or the user has globally signed out."
)
BAD_USER_INFO = "400 invalid_request: Bad OAuth2 request at UserInfo Endpoint"
NO_OPENID = "401 invalid_token: Access token does not contain openid scope"


# userInfo


async def shown(b: Booth, token: str = "") -> Answer:
    return await b.user_info(token or b.got["tokens"]["access_token"])


async def shown_new(b: Booth) -> Answer:
    await with_tokens(b)
    return await shown(b)


async def shown_in_new_session(b: Booth) -> Answer:
    await b.signed_in()
    return await shown_new(b)


async def unsigned(b: Booth) -> Answer:
    return await shown(b, forged(b, {"alg": "none"}, ""))


async def other_algorithm(b: Booth) -> Answer:
    return await shown(b, forged(b, {"alg": "HS256", "kid": "x"}, "c2lnbmF0dXJl"))


async def with_its_own_key(b: Booth) -> Answer:
    header = {"alg": "RS256", "kid": "x", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}
    return await shown(b, forged(b, header, "c2lnbmF0dXJl"))


def forged(b: Booth, header: dict[str, Any], signature: str) -> str:
    """The claims of a good token under another header."""
    payload = b.got["tokens"]["access_token"].split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


async def of_another_pool(b: Booth) -> None:
    b.got["tokens"] = await (await open_booth(b.world)).tokens()


async def of_a_machine(b: Booth) -> None:
    await with_machine(b)
    b.got["tokens"] = (await ask(b)).json


async def of_the_api(b: Booth) -> None:
    b.got["tokens"] = {"access_token": (await b.world.tokens(dict(b.app)))["AccessToken"]}


async def without_openid(b: Booth) -> None:
    b.got["tokens"] = await b.tokens(scope="aws.cognito.signin.user.admin")


async def raw(b: Booth, method: str = "GET", query: str = "", body: str = "", **headers: str) -> Answer:
    target = f"/oauth2/userInfo{query and '?' + query}"
    return await b.send(method, target, headers, body.encode())


async def in_two_places(b: Booth) -> Answer:
    token = b.got["tokens"]["access_token"]
    headers = {"authorization": f"Bearer {token}", "content-type": FORM}
    return await b.send("POST", "/oauth2/userInfo", headers, f"access_token={token}".encode())


def user_info_rows() -> Iterator[OAuthRow]:
    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_tokens, "twin": shown}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("userInfo without a token", BAD_USER_INFO, raw)
    yield row("userInfo with an empty bearer token", BAD_USER_INFO, lambda b: raw(b, authorization="Bearer "))
    yield row("userInfo with Basic", BAD_USER_INFO, lambda b: raw(b, authorization="Basic YTpi"))
    yield row(
        "userInfo with the token in the address",
        BAD_USER_INFO,
        lambda b: raw(b, query=f"access_token={b.got['tokens']['access_token']}"),
    )
    yield row("userInfo with a token in two places", BAD_USER_INFO, in_two_places)
    yield row("an ID token at userInfo", DEAD, lambda b: shown(b, b.got["tokens"]["id_token"]))
    yield row("a refresh token at userInfo", DEAD, lambda b: shown(b, b.got["tokens"]["refresh_token"]))
    yield row("an unsigned token at userInfo", DEAD, unsigned)
    yield row("a token of another algorithm at userInfo", DEAD, other_algorithm)
    yield row("a token that brings its own key to userInfo", DEAD, with_its_own_key)
    yield row(
        "a token with a stray letter at userInfo",
        DEAD,
        lambda b: shown(b, b.got["tokens"]["access_token"] + "="),
    )
    yield row("a token of another pool at userInfo", DEAD, shown, arrange=of_another_pool, twin=shown_new)
    yield row("a machine's token at userInfo", DEAD, shown, arrange=of_a_machine, twin=shown_new)
    yield row("a token of the API at userInfo", NO_OPENID, shown, arrange=of_the_api, twin=shown_new)
    yield row("a token without openid at userInfo", NO_OPENID, shown, arrange=without_openid, twin=shown_new)
    yield row("an expired token at userInfo", DEAD, shown, arrange=after(HOUR), twin=shown_in_new_session)
    yield row("a revoked token at userInfo", DEAD, shown, arrange=with_revoked, twin=shown_new)
    yield row(
        "a token of somebody who signed out everywhere, at userInfo",
        DEAD,
        shown,
        arrange=after_sign_out,
        twin=shown_new,
    )


# revoke


async def revoke(b: Booth, headers: dict[str, str] | None = None, **changes: str) -> Answer:
    form = {"token": b.got["tokens"]["refresh_token"], **b.named()} | changes
    return await b.post("/oauth2/revoke", {name: text for name, text in form.items() if text}, headers)


async def with_irrevocable(b: Booth) -> None:
    b.app = await b.another_app(EnableTokenRevocation=False)
    await with_tokens(b)


async def revoke_revocable(b: Booth) -> Answer:
    b.app = await b.another_app()
    await with_tokens(b)
    return await revoke(b)


def revoke_rows() -> Iterator[OAuthRow]:
    def row(name: str, error: str, refused: Any, **more: Any) -> OAuthRow:
        usual: dict[str, Any] = {"arrange": with_tokens, "twin": revoke, "app": SECRET}
        return OAuthRow(name=name, error=error, refused=refused, **(usual | more))

    yield row("revoking nothing", "400 invalid_request", lambda b: revoke(b, token=""))
    yield row(
        "revoking an access token",
        "400 unsupported_token_type",
        lambda b: revoke(b, token=b.got["tokens"]["access_token"]),
    )
    yield row(
        "revoking an ID token",
        "400 unsupported_token_type",
        lambda b: revoke(b, token=b.got["tokens"]["id_token"]),
    )
    yield row(
        "revoking with a wrong secret", "401 invalid_client", lambda b: revoke(b, client_secret="wrong")
    )
    yield row(
        "revoking without a secret",
        "401 invalid_client: invalid_client_secret",
        lambda b: revoke(b, client_secret=""),
    )
    yield row("revoking as nobody", "401 invalid_client", lambda b: revoke(b, client_id="nobody"))
    yield row(
        "revoking with a secret in two places",
        "400 invalid_request",
        lambda b: revoke(b, basic(b.app["ClientId"], b.app["ClientSecret"])),
    )
    yield row(
        "revoking where the app has no revocation",
        "400 invalid_request",
        revoke,
        arrange=with_irrevocable,
        twin=revoke_revocable,
    )
    yield row(
        "revoking by JSON",
        "405",
        lambda b: b.send(
            "POST",
            "/oauth2/revoke",
            {"content-type": "application/json"},
            json.dumps(b.got["tokens"]).encode(),
        ),
    )


@oauth_table(user_info_rows(), revoke_rows())
async def test_refused(row: OAuthRow, scene: Scene, count: Any) -> None:
    await play(row, scene.world, scene.file, count)
