"""App clients with OAuth, and what they send."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.server import Server

CALLBACK = "https://app.example.com/back"
SIGNED_OUT = "https://app.example.com/bye"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"


@dataclass(frozen=True)
class App:
    """An app client of the demo pool that signs users in with the code flow."""

    base: str
    client_id: str
    secret: str = field(default="", repr=False)

    def authorize(self, **changes: str) -> str:
        """The address that the app sends a browser to; a parameter of "" is left out."""
        usual = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid email",
            "state": "of the app",
            "nonce": "n-0S6",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        asked = {name: value for name, value in (usual | changes).items() if value}
        return f"{self.base}/oauth2/authorize?{urlencode(asked)}"

    def redeem(self, code: str, **changes: str) -> dict[str, str]:
        """The body that the app posts to /oauth2/token."""
        usual = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        if self.secret:
            usual["client_secret"] = self.secret
        return {name: value for name, value in (usual | changes).items() if value}


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def registered(server: Server, **changes: Any) -> App:
    """A new app client of the server's demo pool."""
    usual = {
        "UserPoolId": server.user_pool_id,
        "ClientName": "A web app",
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": [SIGNED_OUT],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    made = server.boto3("cognito-idp").create_user_pool_client(**(usual | changes))["UserPoolClient"]
    base = f"{server.endpoint}/{server.user_pool_id}"
    return App(base, made["ClientId"], made.get("ClientSecret", ""))
