"""The endpoints of one pool in this process: a signed-in browser, an app, and what it sends. No socket.

booth = await open_booth(world)
tokens = (await booth.token(booth.redeem(await booth.code()))).json
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from msgspec.structs import replace
from tests.oauth.apps import CALLBACK, VERIFIER, challenge
from tests.world import World

from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.ports import HOUR
from poolhouse.store import snapshots, sso_sessions
from poolhouse.store.sso_sessions import SsoSession
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

FORM = "application/x-www-form-urlencoded"

App = Mapping[str, Any]  # UserPoolClientType
CODE_APP: App = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
    "CallbackURLs": [CALLBACK, CALLBACK + "/too"],
    "SupportedIdentityProviders": ["COGNITO"],
}
MACHINE: App = {
    "GenerateSecret": True,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["api/read", "api/write"],
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def error(self) -> tuple[int, str]:
        """Status and `error`, with the description where there is one."""
        said = self.json
        description = said.get("error_description")
        return self.status, f"{said['error']}: {description}" if description else said["error"]


def answer_of(response: Response) -> Answer:
    found = {name.decode(): value.decode() for name, value in response.headers}
    return Answer(response.status, found, response.body)


def claims(token: str) -> dict[str, Any]:
    """What a token says. Its signature is for others to check."""
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


@dataclass
class Booth:
    """`app` is the one that signs Ada in, unless another is named."""

    world: World
    pool: str
    app: App
    sub: str
    session: str = ""  # the browser's cookie
    address: str = "127.0.0.1"  # whence requests come
    got: dict[str, Any] = field(default_factory=dict)

    async def send(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """To a path below the issuer's, as `/oauth2/token`."""
        answer = await self.at_root(method, f"/{self.pool}{target}", headers, body)
        assert answer is not None, f"nothing is at {target}"
        return answer

    async def at_root(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer | None:
        path, _, query = target.partition("?")
        named = dict(headers or {})
        request = HttpRequest(method, path, query, tuple(named.items()), body, self.address, named)
        response = await Hosted(self.world.env, Metrics()).page(request)
        return None if response is None else answer_of(response)

    async def post(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        return await self.send(
            "POST", path, {"content-type": FORM, **(headers or {})}, urlencode(form).encode()
        )

    async def token(self, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        return await self.post("/oauth2/token", form, headers)

    async def user_info(self, token: str) -> Answer:
        return await self.send("GET", "/oauth2/userInfo", {"authorization": f"Bearer {token}"})

    def with_settings(self, **changes: Any) -> None:
        """Go on with other settings of the server."""
        env = self.world.env
        self.world.env = replace(env, settings=msgspec.structs.replace(env.settings, **changes))

    async def another_app(self, **settings: Any) -> App:
        return await self.world.client(self.pool, **({**CODE_APP} | settings))

    # What apps send

    def secret(self, app: App) -> dict[str, str]:
        return {"client_secret": app["ClientSecret"]} if "ClientSecret" in app else {}

    def named(self, app: App | None = None) -> dict[str, str]:
        app = app or self.app
        return {"client_id": app["ClientId"]} | self.secret(app)

    def redeem(self, code: str, app: App | None = None, **changes: str) -> dict[str, str]:
        usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        given = usual | {"code_verifier": VERIFIER} | self.named(app) | changes
        return {name: value for name, value in given.items() if value}

    def refresh(self, token: str, app: App | None = None, **changes: str) -> dict[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": token} | self.named(app) | changes

    def machine(self, app: App, **changes: str) -> dict[str, str]:
        given = {"grant_type": "client_credentials"} | self.named(app) | changes
        return {name: value for name, value in given.items() if value}

    # What a browser does

    async def code(self, app: App | None = None, **changes: str) -> str:
        """A code from the authorize endpoint, for the browser that Ada is signed in with."""
        answer = await self.authorize(app, **changes)
        found = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        assert "code" in found, answer.headers["location"]
        return found["code"]

    async def authorize(self, app: App | None = None, **changes: str) -> Answer:
        usual = {
            "response_type": "code",
            "client_id": (app or self.app)["ClientId"],
            "redirect_uri": CALLBACK,
            "scope": "openid email",
            "state": "of the app",
            "nonce": "n-0S6",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        asked = {name: value for name, value in (usual | changes).items() if value}
        cookie = {"cookie": f"cognito-{self.pool}={self.session}"}
        return await self.send("GET", f"/oauth2/authorize?{urlencode(asked)}", cookie)

    async def tokens(self, app: App | None = None, **changes: str) -> dict[str, Any]:
        """Of a sign-in on the pages."""
        answer = await self.token(self.redeem(await self.code(app, **changes), app))
        assert answer.status == 200, answer.body
        return answer.json

    async def signed_in(self) -> None:
        """From now on the browser shows a new session of Ada's."""
        self.session = self.world.env.rng.uuid()
        keys = (await snapshots.of_pool(self.world.env, self.pool)).keys
        now = self.world.now
        session = SsoSession(
            session_id=f"sso{self.session}",
            sub=self.sub,
            client_id=self.app["ClientId"],
            auth_time=now,
            claims="{}",
            federated="",
            expires_at=now + 24 * HOUR,
            address="127.0.0.1",
            device="unknown",
        )
        digest = sso_sessions.digest(keys.digest, self.session)
        await self.world.env.db.run(lambda tx: sso_sessions.add(tx, self.pool, digest, session, now))


async def open_booth(
    world: World, pool: Mapping[str, Any] | None = None, app: Mapping[str, Any] | None = None
) -> Booth:
    """A pool with Ada in it, who is signed in in a browser, and an app."""
    pool_id = await world.pool(**(pool or {}))
    made = await world.client(pool_id, **({**CODE_APP} | dict(app or {})))
    await world.user(pool_id, "ada", email="ada@example.com", email_verified="true", given_name="Ada")
    found = await world.call("AdminGetUser", UserPoolId=pool_id, Username="ada")
    sub = next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")
    booth = Booth(world, pool_id, made, sub)
    await booth.signed_in()
    return booth
