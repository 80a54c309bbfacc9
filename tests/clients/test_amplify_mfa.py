"""Second factors with aws-amplify, unmodified, in node.

These tests NEED NODE (20 or newer) and what `npm ci --prefix tests/clients` installs.
"""

from typing import Any

import pytest
from tests.clients.apps import new_app, new_user
from tests.clients.test_mfa import APPS, BOTH, MAIL, PHONE, app_with, in_one_step, with_ada
from tests.clients.test_node_clients import facts_of, run_script
from tests.server import Server

SCRIPT = "amplify_mfa.mjs"
BY_MAIL = {"EmailMfaConfiguration": {"Message": "Your code is {####}.", "Subject": "Code"}}
WRONG_CODE = {"name": "CodeMismatchException", "message": "Invalid code or auth state for the user."}

pytestmark = [pytest.mark.node, pytest.mark.usefixtures(in_one_step.__name__)]


def test_an_app_is_set_up_preferred_and_asked_for(server: Server) -> None:
    app = app_with(server, "OPTIONAL", APPS)
    with_ada(server, app)

    done = run_script(SCRIPT, "app", facts_of(server, app, "ada"))

    assert done["before"]["isSignedIn"]
    assert done["refused"]["name"] == "EnableSoftwareTokenMFAException"
    assert done["preference"] == {"enabled": ["TOTP"], "preferred": "TOTP"}
    assert done["asked"] == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    assert done["wrong"]["name"] == "CodeMismatchException"
    assert (done["done"], done["who"]) == (True, "ada")
    assert done["uri"].startswith("otpauth://totp/Shop:ada?secret=")


def test_where_a_factor_is_required_an_app_is_set_up_at_the_first_sign_in(server: Server) -> None:
    app = app_with(server, "ON", APPS)
    with_ada(server, app)

    done = run_script(SCRIPT, "setUp", facts_of(server, app, "ada"))

    assert done["asked"] == "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
    assert done["refused"]["name"] == "EnableSoftwareTokenMFAException"
    assert (done["done"], done["next"], done["again"]) == (True, "CONFIRM_SIGN_IN_WITH_TOTP_CODE", True)


def test_where_a_factor_is_required_mail_is_set_up_at_the_first_sign_in(server: Server) -> None:
    app = app_with(server, "ON", APPS | BY_MAIL)
    with_ada(server, app)

    done = run_script(SCRIPT, "setUpMail", facts_of(server, app, "ada"))

    assert done["asked"] == "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"
    assert sorted(done["types"]) == ["EMAIL", "TOTP"]
    assert done["chosen"] == "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"
    assert done["sent"] == done["next"] == "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
    assert (done["wrong"], done["done"]) == (WRONG_CODE, True)


def test_the_user_chooses_between_a_text_message_and_mail(server: Server) -> None:
    app = app_with(server, "OPTIONAL", BOTH | BY_MAIL)
    with_ada(server, app, email=MAIL, email_verified="true")

    done = run_script(SCRIPT, "choose", facts_of(server, app, "ada") | {"phone": PHONE})

    assert done["SMS"] == chosen("CONFIRM_SIGN_IN_WITH_SMS_CODE", "+*******0100")
    assert done["EMAIL"] == chosen("CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "a***@e***")


def chosen(step: str, destination: str) -> dict[str, Any]:
    return {
        "choice": "CONTINUE_SIGN_IN_WITH_MFA_SELECTION",
        "types": ["SMS", "EMAIL"],
        "asked": step,
        "to": destination,
        "wrong": WRONG_CODE,
        "done": True,
    }


def test_an_invited_user_chooses_a_password(server: Server) -> None:
    app = new_app(server)
    new_user(server, app, "kim", permanent=False)

    done = run_script(SCRIPT, "invited", facts_of(server, app, "kim"))

    assert done["asked"] == "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
    assert done["refused"]["name"] == "InvalidPasswordException"
    assert (done["done"], done["next"]) == (True, True)
