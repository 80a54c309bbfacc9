"""A pool of a test's own with its app client and its people, and the way to its sign-in page.

place = new_place(server, mfa="ON", factors=APPS)
place.user("ada@example.com")
page = place.sign_in_page(Walk())
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from tests.oauth.apps import CALLBACK, App
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server

PASSWORD = "P2$Sword"
ADA = "ada@example.com"
PHONE = "+12065550123"

SMS: Mapping[str, Any] = {
    "SmsAuthenticationMessage": "Your key is {####}",
    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns", "SnsRegion": "us-east-1"},
}
SENDER: Mapping[str, str] = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com",
}
APPS: Mapping[str, Any] = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
TEXTS: Mapping[str, Any] = {"SmsMfaConfiguration": SMS}
MAILS: Mapping[str, Any] = {"EmailMfaConfiguration": {"Message": "Key {####}", "Subject": "Key"}}


@dataclass(frozen=True)
class Place:
    server: Server
    pool_id: str
    app: App

    @property
    def idp(self) -> Any:
        return self.server.boto3("cognito-idp")

    def user(self, name: str = ADA, password: str = PASSWORD, **attributes: str) -> None:
        """A confirmed user with a proven address, or with what is given."""
        given = {"email": ADA, "email_verified": "true"} | attributes
        listed = [{"Name": key, "Value": value} for key, value in given.items() if value]
        self.idp.admin_create_user(
            UserPoolId=self.pool_id, Username=name, UserAttributes=listed, MessageAction="SUPPRESS"
        )
        if password:
            self.idp.admin_set_user_password(
                UserPoolId=self.pool_id, Username=name, Password=password, Permanent=True
            )

    def code(self, to: str, purpose: str = "Authentication") -> str:
        return self.server.code(self.pool_id, to, purpose)

    def codes(self, to: str) -> int:
        return len(self.server.messages(self.pool_id, to))

    def sign_in_page(self, browser: Walk, **changes: str) -> httpx2.Response:
        return browser.follow(browser.get(self.app.authorize(**changes)))

    def password_typed(self, browser: Walk, name: str = ADA, password: str = PASSWORD) -> httpx2.Response:
        return browser.submit(self.sign_in_page(browser), username=name, password=password)

    def tokens(self, back: httpx2.Response) -> dict[str, Any]:
        """What the app gets for the code that the browser came back with."""
        answer = httpx2.post(f"{self.app.base}/oauth2/token", data=self.app.redeem(parameters(back)["code"]))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def new_place(
    server: Server,
    *,
    mfa: str = "OFF",
    factors: Mapping[str, Any] | None = None,
    first: tuple[str, ...] = (),
    client: Mapping[str, Any] | None = None,
    **pool: Any,
) -> Place:
    """`first`: AllowedFirstAuthFactors beside the password; then the app takes part in USER_AUTH."""
    idp = server.boto3("cognito-idp")
    usual: dict[str, Any] = {
        "PoolName": "place",
        "UsernameAttributes": ["email"],
        "EmailConfiguration": SENDER,
    }
    if first:
        usual["Policies"] = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *first]}}
    pool_id = idp.create_user_pool(**(usual | pool))["UserPool"]["Id"]
    if factors:
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration=mfa, **factors)
    flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] if first else ["ALLOW_REFRESH_TOKEN_AUTH"]
    asked = {
        "UserPoolId": pool_id,
        "ClientName": "Harbour",
        "ExplicitAuthFlows": flows,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    made = idp.create_user_pool_client(**(asked | dict(client or {})))["UserPoolClient"]
    app = App(f"{server.endpoint}/{pool_id}", made["ClientId"], made.get("ClientSecret", ""))
    return Place(server, pool_id, app)


def heading(page: httpx2.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert found, page.text
    return text_of(found[1])


def text_of(markup: str) -> str:
    """As it is read: what stands in a sentence joins it, what is a block of its own is apart."""
    joined = re.sub(r"</?(?:bdi|span|strong|b|a)\b[^>]*>", "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", joined)).split())


def says(page: httpx2.Response, sentence: str) -> bool:
    return sentence in text_of(page.text)


def is_back(answer: httpx2.Response) -> bool:
    """Has the app got the browser back, with a code?"""
    return answer.status_code == 302 and target(answer).startswith(f"{CALLBACK}?code=")
