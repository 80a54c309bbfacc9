"""How every page and endpoint of a pool is asked, with the identifiers that a browser or an app can send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.isolation.templates import Id, Own
from tests.oauth.apps import CALLBACK, VERIFIER, challenge
from tests.refusals.scene import PASSWORD

NEW = "An0ther-P2$Sword"


@dataclass(frozen=True)
class PageCase:
    """
    ends    how our own values are answered: the status, then for a redirect where it goes (`back` to the app,
            with its `error`, or the path of a page), and for a program its `error`
    cookies by their names; the pool's id is put behind them
    """

    path: str
    ends: str
    way: str = ""
    method: str = "POST"
    query: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    rest: Any = ""  # of the path

    @property
    def label(self) -> str:
        return f"{self.method} {self.path} {self.way}".strip()

    @property
    def members(self) -> dict[str, Any]:
        """As templates are filled."""
        parts = {"query": self.query, "form": self.form, "cookies": self.cookies, "headers": self.headers}
        return {name: dict(part) for name, part in parts.items()} | {"rest": self.rest}


AUTHORIZE: Mapping[str, Any] = {
    "response_type": "code",
    "client_id": Id("client"),
    "redirect_uri": CALLBACK,
    "scope": "openid email",
    "state": "of the app",
    "nonce": "n-0S6",
    "code_challenge": challenge(VERIFIER),
    "code_challenge_method": "S256",
}
BROWSER = {"XSRF-TOKEN": Own("csrf")}
SIGNED_IN = {"cognito": Id("sso"), "XSRF-TOKEN": Own("signed_in_csrf")}
CSRF = {"_csrf": Own("csrf")}
OWN_CSRF = {"_csrf": Own("signed_in_csrf")}
REDEEM = {
    "grant_type": "authorization_code",
    "client_id": Id("client"),
    "code": Id("code"),
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
}
FEEDBACK = {"client_id": Id("client"), "token": Id("feedback_token"), "value": "Valid"}
LINK = {"client_id": Id("client"), "user_name": Id("eve"), "confirmation_code": Id("eve_code")}


def _authorize(way: str, ends: str, **changes: Any) -> PageCase:
    query = {**AUTHORIZE, **changes}
    return PageCase("/oauth2/authorize", ends, way, "GET", query, cookies={"cognito": Id("sso")})


def _form(path: str, ends: str, way: str = "", **typed: Any) -> PageCase:
    return PageCase(path, ends, way, query=AUTHORIZE, form={**CSRF, **typed}, cookies=BROWSER)


def _shown(path: str, ends: str = "200 page") -> PageCase:
    return PageCase(path, ends, "", "GET", AUTHORIZE, cookies=SIGNED_IN)


CASES: tuple[PageCase, ...] = (
    _authorize("", "302 back"),
    _authorize("for an address", "302 back", redirect_uri=Id("callback")),
    _authorize("for a scope", "302 back", scope=Id("scope")),
    _authorize("with a provider", "302 back", identity_provider=Id("provider")),
    _authorize("with an identifier", "302 back", idp_identifier=Id("idp_identifier")),
    _authorize("with a name", "302 back", login_hint=Id("login")),
    PageCase("/oauth2/token", "200", "by code", form=REDEEM),
    PageCase(
        "/oauth2/token",
        "400 unauthorized_client",
        "to an address",
        form={**REDEEM, "redirect_uri": Id("callback")},
    ),
    PageCase(
        "/oauth2/token",
        "200",
        "by refresh token",
        form={
            "grant_type": "refresh_token",
            "client_id": Id("client"),
            "refresh_token": Id("hosted_refresh"),
        },
    ),
    PageCase(
        "/oauth2/token",
        "200",
        "of a machine",
        form={
            "grant_type": "client_credentials",
            "client_id": Id("machine"),
            "client_secret": Id("machine_secret"),
            "scope": Id("scope"),
        },
    ),
    PageCase(
        "/oauth2/userInfo",
        "200",
        "",
        "GET",
        headers={"authorization": Id("hosted_access", within="Bearer {}")},
    ),
    PageCase("/oauth2/userInfo", "200", headers={"authorization": Id("hosted_access", within="Bearer {}")}),
    PageCase("/oauth2/revoke", "200", form={"token": Id("hosted_refresh"), "client_id": Id("client")}),
    PageCase(
        "/oauth2/register",
        "403 insufficient_scope",
        headers={
            "authorization": Id("hosted_access", within="Bearer {}"),
            "content-type": "application/json",
        },
    ),
    PageCase(
        "/oauth2/idpresponse",
        "302 back error",
        "",
        "GET",
        {"state": Id("journey"), "error": "access_denied"},
        cookies={"csrf-state": Own("journey_cookie")},
    ),
    PageCase(
        "/oauth2/idpresponse",
        "302 back error",
        form={"state": Id("journey"), "error": "access_denied"},
        cookies={"csrf-state": Own("journey_cookie")},
    ),
    *(
        PageCase(
            path,
            "400 page",
            form={"RelayState": Id("journey"), "SAMLResponse": "PHg+PC94Pg=="},
            cookies={"csrf-state": Own("journey_cookie")},
        )
        for path in ("/saml2/idpresponse", "/saml2/logout")
    ),
    _shown("/login"),
    _form("/login", "302 back", "with a password", username=Id("login"), password=PASSWORD),
    _form("/login", "200 page", "with a name alone", username=Id("login")),
    _form("/login", "302 back", "with a factor", state=Id("factor"), code=Own("app_code")),
    _form("/mfa", "302 back", state=Id("factor"), code=Own("app_code")),
    _shown("/mfa", "302 /login"),
    _shown("/signup"),
    _form(
        "/signup",
        "302 /confirm",
        **{"username": Id("new_name"), "password": NEW, "requiredAttributes[email]": "hal@example.com"},
    ),
    _shown("/confirm", "302 /login"),
    _form("/confirm", "302 back", carried=Id("confirming"), code=Id("confirm_code")),
    _shown("/resendcode", "302 /confirm"),
    _form("/resendcode", "200 page", carried=Id("confirming")),
    PageCase("/confirmUser", "200 page", "", "GET", LINK),
    PageCase("/confirmUser", "200 page", query=LINK, form=CSRF, cookies=BROWSER),
    _shown("/forgotPassword"),
    _form("/forgotPassword", "302 /confirmForgotPassword", username=Id("login")),
    _shown("/confirmForgotPassword", "302 /forgotPassword"),
    _form("/confirmForgotPassword", "302 back", carried=Id("resetting"), code=Id("reset_code"), password=NEW),
    _shown("/passkeys/add", "400 page"),
    PageCase("/passkeys/add", "400 page", query=AUTHORIZE, form=OWN_CSRF, cookies=SIGNED_IN),
    _shown("/consent"),
    PageCase(
        "/consent", "302 back", query=AUTHORIZE, form={**OWN_CSRF, "answer": "allow"}, cookies=SIGNED_IN
    ),
    PageCase(
        "/logout",
        "302 elsewhere",
        "",
        "GET",
        {"client_id": Id("client"), "logout_uri": Id("farewell")},
        cookies=SIGNED_IN,
    ),
    PageCase("/error", "400 page", "", "GET", {"client_id": Id("client"), "error": "invalid_request"}),
    PageCase("/saml2/metadata", "200", "", "GET"),
    PageCase("/_brand/", "200", "", "GET", rest=Id("brand_file")),
    PageCase("/eventFeedback", "200 page", "", "GET", FEEDBACK),
    PageCase("/eventFeedback", "200 page", query=FEEDBACK, form=CSRF, cookies=BROWSER),
)
