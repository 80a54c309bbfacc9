"""Every path of a pool's pages and endpoints, and what answers it (behaviour file, 6.1)."""

from collections.abc import Awaitable, Callable, Mapping

from poolhouse.delivery import links
from poolhouse.directory import brand_files
from poolhouse.http.response import Response
from poolhouse.oauth import (
    authorize,
    callback,
    consent,
    error_page,
    logout,
    new_passkey,
    revoke,
    saml,
    token,
    user_info,
    was_it_you,
)
from poolhouse.oauth.brand_endpoint import brand_file
from poolhouse.oauth.recovery import forgot, reset
from poolhouse.oauth.register import register
from poolhouse.oauth.sign_in import login
from poolhouse.oauth.sign_in.turn import OPERATION
from poolhouse.oauth.sign_up import account, confirming, link
from poolhouse.oauth.visit import Visit
from poolhouse.quotas.table import REGISTRATION

Handler = Callable[[Visit], Awaitable[Response]]

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/oauth2/authorize": {"GET": authorize.authorize},
    "/oauth2/idpresponse": {"GET": callback.by_query, "POST": callback.by_form},
    "/saml2/idpresponse": {"POST": saml.consume},
    "/saml2/logout": {"POST": saml.sign_out},
    "/saml2/metadata": {"GET": saml.metadata},
    "/oauth2/token": {"POST": token.token},
    "/oauth2/userInfo": {"GET": user_info.user_info, "POST": user_info.user_info},
    "/oauth2/revoke": {"POST": revoke.revoke},
    "/oauth2/register": {"POST": register},
    "/login": {"GET": login.page, "POST": login.post},
    "/mfa": {"GET": login.back, "POST": login.post},
    "/signup": {"GET": account.page, "POST": account.post},
    "/confirm": {"GET": confirming.page, "POST": confirming.post},
    "/resendcode": {"GET": confirming.resent, "POST": confirming.resend},
    "/confirmUser": {"GET": link.page, "POST": link.post},
    links.FEEDBACK_PATH: {"GET": was_it_you.page, "POST": was_it_you.post},
    "/forgotPassword": {"GET": forgot.page, "POST": forgot.post},
    "/confirmForgotPassword": {"GET": reset.page, "POST": reset.post},
    "/passkeys/add": {"GET": new_passkey.page, "POST": new_passkey.post},
    "/consent": {"GET": consent.page, "POST": consent.post},
    "/logout": {"GET": logout.logout},
    "/error": {"GET": error_page.by_code},
    brand_files.PREFIX: {"GET": brand_file},
}

# Other names of the same: what the discovery document of a pool without a domain has (4.4), and guides (6.1).
ALIASES: Mapping[str, str] = {
    "/authorize": "/oauth2/authorize",
    "/token": "/oauth2/token",
    "/userInfo": "/oauth2/userInfo",
    "/revoke": "/oauth2/revoke",
    "/confirmforgotPassword": "/confirmForgotPassword",
}

# Called by programs: what goes wrong is said in JSON.
ENDPOINTS = frozenset({"/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke", "/oauth2/register"})

# Whose request-rate limit a step costs: each step of the pages a unit of sign-in (6.1). /oauth2/token counts
# by the kind of its grant. That userInfo counts as reading a user is [K].
COUNTED: Mapping[tuple[str, str], str] = {
    ("POST", "/login"): OPERATION,
    ("POST", "/mfa"): OPERATION,
    ("GET", "/oauth2/userInfo"): "GetUser",
    ("POST", "/oauth2/userInfo"): "GetUser",
    ("POST", "/oauth2/revoke"): "RevokeToken",
    ("POST", "/oauth2/register"): REGISTRATION,
    ("POST", "/signup"): "SignUp",
    ("POST", "/confirm"): "ConfirmSignUp",
    ("POST", "/confirmUser"): "ConfirmSignUp",
    ("POST", "/resendcode"): "ResendConfirmationCode",
    ("POST", links.FEEDBACK_PATH): was_it_you.OPERATION,
    ("POST", "/passkeys/add"): "CompleteWebAuthnRegistration",
    ("POST", "/forgotPassword"): "ForgotPassword",
    ("POST", "/confirmForgotPassword"): "ConfirmForgotPassword",
    ("GET", "/oauth2/idpresponse"): "FederatedSignIn",
    ("POST", "/oauth2/idpresponse"): "FederatedSignIn",
    ("POST", "/saml2/idpresponse"): "FederatedSignIn",
    ("POST", "/saml2/logout"): "InitiateAuth",
    ("GET", "/saml2/metadata"): "GetSigningCertificate",
}


def route(path: str) -> str:
    """The key in ROUTES of a path below a pool's base, if it has one: all files of brands have the same."""
    return brand_files.PREFIX if path.startswith(brand_files.PREFIX) else ALIASES.get(path, path)
