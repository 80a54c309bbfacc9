"""An authenticator app for a user of a real server: set up with boto3, and turned on."""

import base64
import time
from typing import Any

from tests.clients.apps import PASSWORD, App
from tests.server import Server

from poolhouse.crypto import totp


def code(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or `steps` half minutes later."""
    now = time.time_ns() // 1000
    return totp.code_at(base64.b32decode(secret), now // totp.STEP + steps)


def allow_totp(server: Server, app: App) -> None:
    """Users of the pool may have an app as a second factor."""
    server.boto3("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=app.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )


def set_up(server: Server, app: App, name: str) -> str:
    """Let the user sign in with an app from now on; gives its secret. Its code of now is used up."""
    idp: Any = server.boto3("cognito-idp")
    tokens = idp.initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    access = tokens["AccessToken"]
    secret = str(idp.associate_software_token(AccessToken=access)["SecretCode"])
    idp.verify_software_token(AccessToken=access, UserCode=code(secret))
    idp.set_user_mfa_preference(
        AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return secret
