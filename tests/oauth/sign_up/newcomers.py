"""Somebody who makes an account on the pages, and the pool where that is done.

ada = Newcomer(pool_of(server))
back = ada.confirm(ada.signed_up(), ada.code())
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from tests.oauth.apps import CALLBACK, App
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server

PASSWORD = "P2$Sword"
ADA = "ada@example.com"


@dataclass(frozen=True)
class Place:
    server: Server
    pool_id: str
    app: App

    @property
    def idp(self) -> Any:
        return self.server.boto3("cognito-idp")

    def user(self, name: str) -> dict[str, Any]:
        return dict(self.idp.admin_get_user(UserPoolId=self.pool_id, Username=name))

    def status(self, name: str) -> str:
        return str(self.user(name)["UserStatus"])

    def attributes(self, name: str) -> dict[str, str]:
        return {one["Name"]: one["Value"] for one in self.user(name)["UserAttributes"]}

    def users(self) -> list[str]:
        listed = self.idp.list_users(UserPoolId=self.pool_id)["Users"]
        return [str(user["Username"]) for user in listed]

    def mails(self, to: str = ADA, purpose: str = "") -> list[dict[str, Any]]:
        sent = self.server.messages(self.pool_id, to)
        return [mail for mail in sent if not purpose or mail["purpose"] == purpose]

    def made(self, name: str = ADA, password: str = PASSWORD, **attributes: str) -> None:
        """A confirmed user with a proven address."""
        given = {"email": ADA, "email_verified": "true"} | attributes
        listed = [{"Name": key, "Value": value} for key, value in given.items() if value]
        self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=name, UserAttributes=listed, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(
            UserPoolId=self.pool_id, Username=name, Password=password, Permanent=True
        )


def pool_of(server: Server, client: Mapping[str, Any] = {}, **pool: Any) -> Place:
    """A pool whose people are named by their mail addresses, which it verifies; with an app client."""
    idp = server.boto3("cognito-idp")
    usual = {"PoolName": "orchard", "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}
    settings = {name: value for name, value in (usual | pool).items() if value is not None}
    pool_id = idp.create_user_pool(**settings)["UserPool"]["Id"]
    return Place(server, pool_id, client_of(server, pool_id, **client))


def client_of(server: Server, pool_id: str, **changes: Any) -> App:
    usual = {
        "UserPoolId": pool_id,
        "ClientName": "Orchard",
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
        "PreventUserExistenceErrors": "ENABLED",
    }
    made = server.boto3("cognito-idp").create_user_pool_client(**(usual | changes))["UserPoolClient"]
    return App(f"{server.endpoint}/{pool_id}", made["ClientId"])


@dataclass
class Newcomer:
    """A browser with somebody before it."""

    place: Place
    walk: Walk = field(default_factory=Walk)

    def at(self, path: str, app: App | None = None, **changes: str) -> httpx2.Response:
        """A page, by a direct link of the app."""
        address = (app or self.place.app).authorize(**changes).replace("/oauth2/authorize", path)
        return self.walk.follow(self.walk.get(address))

    def sign_up(self, page: httpx2.Response | None = None, **typed: str) -> httpx2.Response:
        """What the form of /signup answers."""
        filled = {"username": ADA, "password": PASSWORD} | typed
        return self.walk.submit(page or self.at("/signup"), **filled)

    def signed_up(self, **typed: str) -> httpx2.Response:
        """The page that follows: /confirm."""
        return self.walk.follow(self.sign_up(**typed))

    def code(self, to: str = ADA, purpose: str = "SignUp") -> str:
        return self.place.server.code(self.place.pool_id, to, purpose)

    def confirm(self, waiting: httpx2.Response, code: str) -> httpx2.Response:
        return self.walk.submit(waiting, code=code)

    def resend(self, waiting: httpx2.Response) -> httpx2.Response:
        return self.walk.submit(waiting, 1, resend="1")

    def sign_in(self, username: str = ADA, password: str = PASSWORD) -> httpx2.Response:
        page = self.walk.follow(self.walk.get(self.place.app.authorize()))
        return self.walk.submit(page, username=username, password=password)


def confirmed_by(answer: httpx2.Response) -> bool:
    """Is the browser sent back to the app with a code?"""
    return answer.is_redirect and target(answer).startswith(CALLBACK) and "code" in parameters(answer)


def wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)
