"""How signing in is called: every flow and every challenge, by the app and by an administrator's backend."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.cases import OMIT, case
from tests.isolation.templates import Case, Id, Own
from tests.isolation.tenant import NEW
from tests.refusals.scene import PASSWORD

# Flow, the way, what goes along, and how our own values end.
_BEGUN: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("USER_PASSWORD_AUTH", "", {"USERNAME": Id("login"), "PASSWORD": PASSWORD}, {}),
    (
        "USER_PASSWORD_AUTH",
        "from a device",
        {"USERNAME": Id("ada", foreign="user"), "PASSWORD": PASSWORD, "DEVICE_KEY": Id("device")},
        {},
    ),
    (
        "USER_PASSWORD_AUTH",
        "with a hash",
        {"USERNAME": Id("login"), "PASSWORD": PASSWORD, "SECRET_HASH": Id("hash")},
        {"ClientId": Id("secret_client")},
    ),
    ("USER_SRP_AUTH", "", {"USERNAME": Id("login"), "SRP_A": "2"}, {}),
    (
        "REFRESH_TOKEN_AUTH",
        "",
        {"REFRESH_TOKEN": Id("device_refresh"), "DEVICE_KEY": Id("device")},
        {},
    ),
    ("USER_AUTH", "", {"USERNAME": Id("pia")}, {}),
    ("USER_AUTH", "after signing up", {"USERNAME": Id("fay")}, {"Session": Id("fay_session")}),
)

_ANSWERS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("NEW_PASSWORD_REQUIRED", {"USERNAME": Id("kim"), "NEW_PASSWORD": NEW}, {"Session": Id("kim_session")}),
    (
        "SOFTWARE_TOKEN_MFA",
        {"USERNAME": Id("ada", foreign="user"), "SOFTWARE_TOKEN_MFA_CODE": Id("app_code")},
        {"Session": Id("app_session")},
    ),
    ("SELECT_CHALLENGE", {"USERNAME": Id("pia"), "ANSWER": "EMAIL_OTP"}, {"Session": Id("select_session")}),
    (
        "EMAIL_OTP",
        {"USERNAME": Id("pia"), "EMAIL_OTP_CODE": Id("mail_code")},
        {"Session": Id("mail_session")},
    ),
    (
        "WEB_AUTHN",
        {"USERNAME": Id("pia"), "CREDENTIAL": Id("assertion")},
        {"Session": Id("passkey_session")},
    ),
    (
        "DEVICE_SRP_AUTH",
        {"USERNAME": Id("ada", foreign="user"), "DEVICE_KEY": Id("device"), "SRP_A": "2"},
        {"Session": Id("device_session")},
    ),
    (
        "PASSWORD_VERIFIER",
        {
            "USERNAME": Id("srp_name"),
            "PASSWORD_CLAIM_SECRET_BLOCK": Id("secret_block"),
            "PASSWORD_CLAIM_SIGNATURE": Own("signature"),
            "TIMESTAMP": Own("timestamp"),
        },
        {"Session": OMIT},
    ),
    (
        "DEVICE_PASSWORD_VERIFIER",
        {
            "USERNAME": Id("device_name", foreign="user"),
            "DEVICE_KEY": Id("device"),
            "PASSWORD_CLAIM_SECRET_BLOCK": Id("device_block"),
            "PASSWORD_CLAIM_SIGNATURE": Own("device_signature"),
            "TIMESTAMP": Own("device_timestamp"),
        },
        {"Session": OMIT},
    ),
)


def _by_app() -> Iterator[Case]:
    for flow, way, parameters, members in _BEGUN:
        given = {"AuthFlow": flow, "AuthParameters": parameters, **members}
        yield case("InitiateAuth", way=f"{flow} {way}".strip(), **given)
    for name, responses, members in _ANSWERS:
        given = {"ChallengeName": name, "ChallengeResponses": responses, **members}
        yield case("RespondToAuthChallenge", way=name, **given)


def _by_backend() -> Iterator[Case]:
    for flow, way, parameters, members in _BEGUN:
        called = "ADMIN_USER_PASSWORD_AUTH" if flow == "USER_PASSWORD_AUTH" else flow
        given = {"AuthFlow": called, "AuthParameters": parameters, **members}
        yield case("AdminInitiateAuth", way=f"{called} {way}".strip(), **given)
    for name, responses, members in _ANSWERS:
        given = {"ChallengeName": name, "ChallengeResponses": responses, **members}
        yield case("AdminRespondToAuthChallenge", way=name, **given)


SIGN_INS: tuple[Case, ...] = (*_by_app(), *_by_backend())
