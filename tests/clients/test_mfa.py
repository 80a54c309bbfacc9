"""Second factors with unmodified clients: amazon-cognito-identity-js, pycognito and boto3.

An app's code is good for half a minute, and for one half minute more on either side. The tests set an app
up with the code before the one of now, so that the code of now can sign in at once.
"""

import time
from typing import Any

import pyotp
import pytest
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import SMSMFAChallengeException, SoftwareTokenMFAChallengeException
from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.clients.test_node_clients import facts_of, run_script
from tests.clients.test_pycognito import cognito
from tests.server import Server

MAIL = "ada@example.com"
PHONE = "+12065550100"
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}}
SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com",
}
APPS = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
BOTH = APPS | {"SmsMfaConfiguration": SMS}
SCRIPT = "cognito_identity_js.mjs"
REPLAYED = {"name": "ExpiredCodeException", "message": "Your software token has already been used once."}
_STEP = 30
_ENOUGH = 12  # seconds that a test may take from its first code to its last


@pytest.fixture(autouse=True)
def in_one_step() -> None:
    """Begin where the half minute is long enough for the whole test."""
    left = _STEP - time.time() % _STEP
    if left < _ENOUGH:
        time.sleep(left + 0.1)


def shown(secret: str, steps: int = 0) -> str:
    """What the app shows `steps` half minutes from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + steps * _STEP)


def app_with(server: Server, mode: str, factors: dict[str, Any], *, with_secret: bool = False) -> App:
    app = new_app(server, with_secret=with_secret, EmailConfiguration=SENDER)
    server.boto3("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=app.pool_id, MfaConfiguration=mode, **factors
    )
    return app


def with_ada(server: Server, app: App, **attributes: str) -> None:
    new_user(server, app, "ada", **({"phone_number": PHONE} | attributes))


@pytest.mark.node
class TestCognitoIdentityJs:
    """amazon-cognito-identity-js."""

    def test_an_app_is_set_up_and_signs_in_once_with_each_code(self, server: Server) -> None:
        app = app_with(server, "OPTIONAL", APPS)
        with_ada(server, app)

        done = run_script(SCRIPT, "totp", facts_of(server, app, "ada"))

        assert done["refused"]["name"] == "EnableSoftwareTokenMFAException"
        assert done["asked"] == {
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "parameters": {"FRIENDLY_DEVICE_NAME": "phone"},
        }
        assert done["wrong"]["name"] == "CodeMismatchException"
        assert done["replayed"] == REPLAYED
        assert done["claims"]["access"]["username"] == "ada"
        assert (done["on"], done["preferred"]) == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")

    def test_where_it_is_required_an_app_is_set_up_at_the_first_sign_in(self, server: Server) -> None:
        app = app_with(server, "ON", APPS)
        with_ada(server, app)

        done = run_script(SCRIPT, "mfaSetup", facts_of(server, app, "ada"))

        assert done["asked"]["ChallengeName"] == "MFA_SETUP"
        assert done["refused"]["name"] == "EnableSoftwareTokenMFAException"
        assert done["first"]["id"]["sub"] == done["claims"]["id"]["sub"]
        assert done["next"]["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_of_two_factors_the_user_chooses_the_sms(self, server: Server) -> None:
        app = app_with(server, "OPTIONAL", BOTH)
        with_ada(server, app)

        done = run_script(SCRIPT, "chosenMfa", facts_of(server, app, "ada") | {"phone": PHONE})

        assert done["choice"]["parameters"]["MFAS_CAN_CHOOSE"] == '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'
        assert done["asked"]["ChallengeName"] == "SMS_MFA"
        assert done["wrong"]["message"] == "Invalid code or auth state for the user."
        assert done["claims"]["access"]["username"] == "ada"

    def test_the_older_calls_turn_sms_on_and_off(self, server: Server) -> None:
        app = app_with(server, "OPTIONAL", BOTH)
        with_ada(server, app)

        done = run_script(SCRIPT, "smsMfa", facts_of(server, app, "ada") | {"phone": PHONE})

        assert done["options"] == [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
        assert done["asked"]["parameters"]["CODE_DELIVERY_DESTINATION"] == "+*******0100"
        assert done["claims"]["id"]["sub"] == done["off"]["id"]["sub"]


def with_own_app(user: Cognito) -> str:
    """A signed-in user sets up an app; gives its secret."""
    secret: str = user.associate_software_token()
    with pytest.raises(ClientError, match="Code mismatch"):
        user.verify_software_token(shown(secret, -3))
    assert user.verify_software_token(shown(secret, -1), "phone")
    return secret


@pytest.mark.parametrize("with_secret", [False, True], ids=["public client", "client with a secret"])
def test_pycognito_sets_up_an_app_and_signs_in_with_it(server: Server, with_secret: bool) -> None:
    app = app_with(server, "OPTIONAL", APPS, with_secret=with_secret)
    with_ada(server, app)
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)
    secret = with_own_app(user)
    user.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")

    again = cognito(server, app, "ada")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(password=PASSWORD)
    assert again.access_token is None
    with pytest.raises(ClientError, match="Invalid code received for user"):
        again.respond_to_software_token_mfa_challenge(shown(secret, -3))
    again.respond_to_software_token_mfa_challenge(shown(secret))

    assert again.access_claims["username"] == "ada"
    again.set_user_mfa_preference(sms_mfa=False, software_token_mfa=False)
    cognito(server, app, "ada").authenticate(password=PASSWORD)


def test_pycognito_signs_in_with_an_sms(server: Server) -> None:
    app = app_with(server, "OPTIONAL", BOTH)
    with_ada(server, app)
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)
    user.set_user_mfa_preference(sms_mfa=True, software_token_mfa=False, preferred="SMS")

    again = cognito(server, app, "ada")
    with pytest.raises(SMSMFAChallengeException):
        again.authenticate(password=PASSWORD)
    code = server.code(app.pool_id, PHONE, "Authentication")
    with pytest.raises(ClientError, match="Invalid code or auth state"):
        again.respond_to_sms_mfa_challenge("000000" if code != "000000" else "111111")
    again.respond_to_sms_mfa_challenge(code)

    assert again.access_claims["username"] == "ada"


def signed_in(idp: Any, app: App) -> dict[str, Any]:
    answer: dict[str, Any] = idp.initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return answer


def answered(idp: Any, app: App, asked: dict[str, Any], **answer: str) -> dict[str, Any]:
    done: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=app.client_id,
        ChallengeName=asked.get("ChallengeName", "MFA_SETUP"),
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada"} | answer,
    )
    return done


def test_boto3_sets_up_an_app_with_the_session_and_an_administrator_takes_it_away(
    server_on_each_store: Server,
) -> None:
    idp = server_on_each_store.boto3("cognito-idp")
    app = app_with(server_on_each_store, "ON", APPS)
    with_ada(server_on_each_store, app)
    asked = signed_in(idp, app)

    made = idp.associate_software_token(Session=asked["Session"])
    with pytest.raises(idp.exceptions.EnableSoftwareTokenMFAException, match="Code mismatch"):
        idp.verify_software_token(Session=made["Session"], UserCode=shown(made["SecretCode"], -3))
    verified = idp.verify_software_token(Session=made["Session"], UserCode=shown(made["SecretCode"], -1))
    first = answered(idp, app, verified)
    second = answered(idp, app, signed_in(idp, app), SOFTWARE_TOKEN_MFA_CODE=shown(made["SecretCode"]))

    assert verified["Status"] == "SUCCESS"
    assert first["AuthenticationResult"]["AccessToken"]
    assert first["ChallengeParameters"] == second["ChallengeParameters"] == {}
    idp.admin_delete_software_token(UserPoolId=app.pool_id, Username="ada")
    assert signed_in(idp, app)["ChallengeName"] == "MFA_SETUP"


def test_boto3_sets_up_an_e_mail_address_as_the_factor(server_on_each_store: Server) -> None:
    server = server_on_each_store
    idp = server.boto3("cognito-idp")
    app = app_with(
        server, "ON", APPS | {"EmailMfaConfiguration": {"Message": "Key {####}", "Subject": "Key"}}
    )
    with_ada(server, app)

    asked = answered(idp, app, signed_in(idp, app), EMAIL=MAIL)
    with pytest.raises(idp.exceptions.CodeMismatchException):
        answered(idp, app, asked, EMAIL_OTP_CODE="12345")
    done = answered(idp, app, asked, EMAIL_OTP_CODE=server.code(app.pool_id, MAIL, "Authentication"))

    assert asked["ChallengeName"] == "EMAIL_OTP"
    found = idp.get_user(AccessToken=done["AuthenticationResult"]["AccessToken"])
    assert found["UserMFASettingList"] == ["EMAIL_OTP"]
    assert idp.get_user_pool_mfa_config(UserPoolId=app.pool_id)["MfaConfiguration"] == "ON"
