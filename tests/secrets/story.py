"""A whole sign-in story at a real server, told so that every secret in it is known."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pyotp
from botocore.exceptions import ClientError
from tests.browser import TRACKING, new_browser
from tests.mail_server import Mailbox
from tests.server import MASTER_KEY, Server
from tests.srp_client import AWSSRP

FIRST = "First-P2$Sword"
SECOND = "Second-P2$Sword"
THIRD = "Third-P2$Sword"
WRONG = "Wrong-P2$Sword"
FOURTH = "Fourth-P2$Sword"
MARKER = "planted-marker-that-is-no-secret"


@dataclass
class Story:
    """`secrets` by what they are."""

    server: Server
    mailbox: Mailbox
    secrets: dict[str, str] = field(default_factory=dict)
    pool: str = ""
    client_id: str = ""
    client_secret: str = ""
    verifiers: list[bytes] = field(default_factory=list)

    def tell(self) -> None:
        self.cognito = self.server.boto3("cognito-idp")
        self.secrets |= {"master key": MASTER_KEY, "secret access key": self.server.secret_access_key}
        self.secrets |= {"first": FIRST, "second": SECOND, "third": THIRD, "wrong": WRONG, "fourth": FOURTH}
        self._make_pool()
        self._sign_up()
        self._sign_in_by_srp()
        self._sign_in_by_password()
        self._change_and_forget()
        self._be_invited()
        self._confirm_a_device()
        self._set_up_an_app()
        self._send_nonsense()

    def _make_pool(self) -> None:
        made = self.cognito.create_user_pool(PoolName="secrets", AutoVerifiedAttributes=["email"])
        self.pool = made["UserPool"]["Id"]
        made = self.cognito.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="secrets",
            GenerateSecret=True,
            ExplicitAuthFlows=[
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        )
        self.client_id = made["UserPoolClient"]["ClientId"]
        self.client_secret = made["UserPoolClient"]["ClientSecret"]
        self.secrets["client secret"] = self.client_secret

    def _hash(self, name: str) -> str:
        digest = hmac.digest(self.client_secret.encode(), (name + self.client_id).encode(), hashlib.sha256)
        return base64.b64encode(digest).decode()

    def _public(self, name: str) -> dict[str, str]:
        return {"ClientId": self.client_id, "Username": name, "SecretHash": self._hash(name)}

    def _sign_up(self) -> None:
        listed = [
            {"Name": "email", "Value": "ada@example.com"},
            {"Name": "name", "Value": MARKER},
            {"Name": "nickname", "Value": MARKER.encode().hex()},
            {"Name": "profile", "Value": base64.b64encode(b"x" + MARKER.encode()).decode()},
        ]
        self.cognito.sign_up(**self._public("ada"), Password=FIRST, UserAttributes=listed)
        code = self._mailed("sign-up code", "ada@example.com")
        self.cognito.confirm_sign_up(**self._public("ada"), ConfirmationCode=code)

    def _mailed(self, what: str, to: str, after: int = 0) -> str:
        code = self.mailbox.code(to, after=after)
        self.secrets[what] = code
        self.secrets[f"mail with the {what}"] = self.mailbox.body(to, after=after).strip()
        return code

    def _sign_in_by_srp(self) -> None:
        prover = AWSSRP(
            "ada", FIRST, self.pool, self.client_id, client=object(), client_secret=self.client_secret
        )
        begun = self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=prover.get_auth_params()
        )
        answer = prover.process_challenge(begun["ChallengeParameters"], {"USERNAME": "ada"})
        self.secrets["secret block"] = answer["PASSWORD_CLAIM_SECRET_BLOCK"]
        self.secrets["proof"] = answer["PASSWORD_CLAIM_SIGNATURE"]
        done = self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answer
        )
        self._keep_tokens("SRP", done["AuthenticationResult"])

    def _keep_tokens(self, how: str, result: dict[str, Any]) -> None:
        for name in ("AccessToken", "IdToken", "RefreshToken"):
            if name in result:
                self.secrets[f"{name} by {how}"] = result[name]
                self.secrets[f"end of {name} by {how}"] = result[name].rpartition(".")[2]

    def _initiate(self, flow: str, **parameters: str) -> dict[str, Any]:
        given = parameters | {"SECRET_HASH": self._hash("ada")}
        answer = self.cognito.initiate_auth(ClientId=self.client_id, AuthFlow=flow, AuthParameters=given)
        return dict(answer["AuthenticationResult"])

    def _sign_in_by_password(self) -> None:
        self._refused(lambda: self._initiate("USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD=WRONG))
        tokens = self._initiate("USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD=FIRST)
        self._keep_tokens("password", tokens)
        refreshed = self._initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
        self._keep_tokens("refresh", refreshed)
        self.access = refreshed["AccessToken"]

    def _refused(self, call: Any) -> None:
        try:
            call()
        except ClientError:
            return
        raise AssertionError("this request had to be refused")

    def _change_and_forget(self) -> None:
        address = "ada@example.com"
        self.cognito.change_password(AccessToken=self.access, PreviousPassword=FIRST, ProposedPassword=SECOND)
        self.cognito.get_user_attribute_verification_code(AccessToken=self.access, AttributeName="email")
        code = self._mailed("attribute code", address, after=1)
        self.cognito.verify_user_attribute(AccessToken=self.access, AttributeName="email", Code=code)
        self.cognito.forgot_password(**self._public("ada"))
        code = self._mailed("reset code", address, after=2)
        self.cognito.confirm_forgot_password(**self._public("ada"), ConfirmationCode=code, Password=THIRD)
        self._keep_tokens("reset", self._initiate("USER_PASSWORD_AUTH", USERNAME="ada", PASSWORD=THIRD))

    def _be_invited(self) -> None:
        self.cognito.admin_create_user(
            UserPoolId=self.pool,
            Username="kim",
            UserAttributes=[{"Name": "email", "Value": "kim@example.com"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
        body = self.mailbox.body("kim@example.com").strip()
        temporary = body.partition("temporary password is ")[2].rstrip(". \r\n")
        self.secrets |= {"temporary password": temporary, "invitation": body}
        given = {"USERNAME": "kim", "PASSWORD": temporary, "SECRET_HASH": self._hash("kim")}
        begun = self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )
        self.secrets["session"] = begun["Session"]
        answer = {"USERNAME": "kim", "NEW_PASSWORD": FOURTH, "SECRET_HASH": self._hash("kim")}
        done = self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=begun["Session"],
            ChallengeResponses=answer,
        )
        self._keep_tokens("new password", done["AuthenticationResult"])

    def _confirm_a_device(self) -> None:
        made = self.cognito.create_user_pool(PoolName="devices", **TRACKING)
        pool = made["UserPool"]["Id"]
        made = self.cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName="devices",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        self.cognito.admin_create_user(UserPoolId=pool, Username="lea", MessageAction="SUPPRESS")
        self.cognito.admin_set_user_password(UserPoolId=pool, Username="lea", Password=FIRST, Permanent=True)
        begun = self.cognito.initiate_auth(
            ClientId=made["UserPoolClient"]["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "lea", "PASSWORD": FIRST},
        )
        tokens = begun["AuthenticationResult"]
        self._keep_tokens("device", tokens)
        browser = new_browser(tokens)
        self.cognito.confirm_device(AccessToken=tokens["AccessToken"], **browser.confirmation())
        self.secrets["device password"] = browser.password
        self.secrets["device verifier"] = browser.verifier["PasswordVerifier"]
        self.verifiers = [base64.b64decode(browser.verifier["PasswordVerifier"])]

    def _set_up_an_app(self) -> None:
        self.cognito.set_user_pool_mfa_config(
            UserPoolId=self.pool,
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        secret = self.cognito.associate_software_token(AccessToken=self.access)["SecretCode"]
        self.secrets["app secret"] = secret
        self.secrets["bytes of the app secret"] = base64.b32decode(secret).hex()
        app, now = pyotp.TOTP(secret), int(time.time())
        self._refused(
            lambda: self.cognito.verify_software_token(AccessToken=self.access, UserCode=app.at(now - 300))
        )
        self.cognito.verify_software_token(AccessToken=self.access, UserCode=app.at(now))
        self.cognito.set_user_mfa_preference(
            AccessToken=self.access, SoftwareTokenMfaSettings={"Enabled": True}
        )
        given = {"USERNAME": "ada", "PASSWORD": THIRD, "SECRET_HASH": self._hash("ada")}
        asked = self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )
        self.secrets["session of the code"] = asked["Session"]
        answer = {"USERNAME": "ada", "SECRET_HASH": self._hash("ada")}
        done = self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=asked["Session"],
            ChallengeResponses=answer | {"SOFTWARE_TOKEN_MFA_CODE": app.at(now + 30)},
        )
        self._keep_tokens("app", done["AuthenticationResult"])

    def _send_nonsense(self) -> None:
        """Secrets where they do not belong, in requests that are refused in many ways."""
        with httpx2.Client(timeout=10) as web:
            for body in (f'{{"Password": "{WRONG}"', f'{{"AuthFlow": "{WRONG}", "ClientId": ["{WRONG}"]}}'):
                answer = web.post(
                    self.server.endpoint,
                    content=body,
                    headers={
                        "content-type": "application/x-amz-json-1.1",
                        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
                        "authorization": f"Bearer {self.access}",
                    },
                )
                if answer.status_code != 400:
                    raise AssertionError(answer.text)
            web.get(f"{self.server.endpoint}/nothing?code={self.secrets['reset code']}&token={self.access}")
        self._refused(lambda: self.cognito.get_user(AccessToken=self.access[:-8]))
        wrong_secret = self.server.boto3("cognito-idp", aws_secret_access_key=WRONG)
        self._refused(lambda: wrong_secret.list_users(UserPoolId=self.pool))
