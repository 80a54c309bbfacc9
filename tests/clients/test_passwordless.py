"""Signing in by choice and without passwords, with boto3 on each store and with aws-amplify.

The tests of aws-amplify NEED NODE (20 or newer) and what `npm ci --prefix tests/clients` installs.
"""

from typing import Any

import pytest
from tests.clients.apps import EVERY_FLOW, PASSWORD, App, listed, new_app, new_user
from tests.clients.test_node_clients import INCORRECT, MAIL, facts_of, run_script
from tests.server import Server

FLOWS = [*EVERY_FLOW, "ALLOW_USER_AUTH"]
FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
WRONG_CODE = {"name": "CodeMismatchException", "message": "Invalid code or auth state for the user."}


def passwordless_app(server: Server, **pool: Any) -> App:
    return new_app(server, client={"ExplicitAuthFlows": FLOWS}, Policies=FACTORS, **pool)


@pytest.fixture
def app(server: Server) -> App:
    """A pool that people sign in to with their mail addresses, by a code if they like."""
    return passwordless_app(server, UsernameAttributes=["email"])


@pytest.fixture
def sub(server: Server, app: App) -> str:
    """The name of the user `MAIL`, who has a password and a verified address."""
    return str(new_user(server, app, MAIL, email=MAIL, email_verified="true")["Username"])


class TestBoto3:
    """boto3."""

    @pytest.fixture
    def server(self, server_on_each_store: Server) -> Server:
        return server_on_each_store

    def test_somebody_signs_up_without_a_password_is_signed_in_and_comes_back_with_a_code(
        self, server: Server, app: App
    ) -> None:
        idp = server.boto3("cognito-idp")
        made = idp.sign_up(ClientId=app.client_id, Username=MAIL, UserAttributes=listed({"email": MAIL}))
        code = server.code(app.pool_id, MAIL, "SignUp")
        confirmed = idp.confirm_sign_up(
            ClientId=app.client_id, Username=MAIL, ConfirmationCode=code, Session=made["Session"]
        )
        begin = {"ClientId": app.client_id, "AuthFlow": "USER_AUTH"}

        first = idp.initiate_auth(**begin, AuthParameters={"USERNAME": MAIL}, Session=confirmed["Session"])[
            "AuthenticationResult"
        ]
        with pytest.raises(idp.exceptions.NotAuthorizedException, match="only be used once"):
            idp.initiate_auth(**begin, AuthParameters={"USERNAME": MAIL}, Session=confirmed["Session"])
        asked = idp.initiate_auth(
            **begin, AuthParameters={"USERNAME": MAIL, "PREFERRED_CHALLENGE": "EMAIL_OTP"}
        )
        second = idp.respond_to_auth_challenge(
            ClientId=app.client_id,
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={
                "USERNAME": MAIL,
                "EMAIL_OTP_CODE": server.code(app.pool_id, MAIL, "Authentication"),
            },
        )["AuthenticationResult"]

        assert asked["AvailableChallenges"] == ["EMAIL_OTP"]
        names = {idp.get_user(AccessToken=tokens["AccessToken"])["Username"] for tokens in (first, second)}
        assert len(names) == 1
        factors = idp.get_user_auth_factors(AccessToken=second["AccessToken"])
        assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]

    def test_a_choice_is_answered_with_the_password_at_once(self, server: Server, app: App, sub: str) -> None:
        idp = server.boto3("cognito-idp")
        asked = idp.initiate_auth(
            ClientId=app.client_id, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": MAIL}
        )

        done = idp.respond_to_auth_challenge(
            ClientId=app.client_id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": MAIL, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        )

        assert asked["ChallengeName"] == "SELECT_CHALLENGE"
        assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
        assert idp.get_user(AccessToken=done["AuthenticationResult"]["AccessToken"])["Username"] == sub


@pytest.mark.node
class TestAmplify:
    """aws-amplify."""

    SCRIPT = "amplify_passwordless.mjs"

    def test_a_user_chooses_the_code_and_no_other_code_signs_in(
        self, server: Server, app: App, sub: str
    ) -> None:
        done = run_script(self.SCRIPT, "choose", facts_of(server, app))

        assert done["step"] == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
        assert done["available"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
        assert done["sent"] == "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
        assert (done["to"], done["digits"]) == ("a***@e***", 8)
        assert done["wrong"] == WRONG_CODE
        assert done["isSignedIn"] is True
        assert done["claims"]["cognito:username"] == sub

    def test_the_preferred_code_signs_in(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "prefer", facts_of(server, app))

        assert done == {"step": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "isSignedIn": True}

    def test_both_kinds_of_password_sign_in_preferred_and_chosen(
        self, server: Server, app: App, sub: str
    ) -> None:
        done = run_script(self.SCRIPT, "passwords", facts_of(server, app))

        expected = {
            "refused": INCORRECT,
            "isSignedIn": True,
            "step": "CONFIRM_SIGN_IN_WITH_PASSWORD",
            "answered": True,
        }
        assert done == {"PASSWORD": expected, "PASSWORD_SRP": expected}

    def test_who_signs_up_without_a_password_is_signed_in(self, server: Server, app: App) -> None:
        done = run_script(self.SCRIPT, "autoSignIn", facts_of(server, app))

        assert (done["made"], done["confirmed"]) == ("CONFIRM_SIGN_UP", "COMPLETE_AUTO_SIGN_IN")
        assert done["isSignedIn"] is True
        assert done["claims"]["email_verified"] is True
        assert (done["again"], done["done"]) == ("CONFIRM_SIGN_IN_WITH_EMAIL_CODE", True)

    def test_a_lost_password_is_reset_and_the_new_one_signs_in(
        self, server: Server, app: App, sub: str
    ) -> None:
        done = run_script(self.SCRIPT, "resetPassword", facts_of(server, app))

        assert done == {
            "step": "CONFIRM_RESET_PASSWORD_WITH_CODE",
            "refused": INCORRECT,
            "isSignedIn": True,
            "back": True,
        }

    def test_a_name_that_nobody_has_seems_to_get_a_code(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "unknown", facts_of(server, app))

        assert done == {"step": "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "refused": WRONG_CODE}
