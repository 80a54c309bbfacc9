"""One face and a view for every page and every state worth looking at, by name."""

from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.endings import Error, Leaving, Onward, SignedOut
from poolhouse.oauth.pages.face import Brand, Face
from poolhouse.oauth.pages.parts import Alert, Attribute, Passkey, Provider, Rule, Scope, View, Way
from poolhouse.oauth.pages.views import (
    AddPasskey,
    AppCode,
    BadLink,
    ChooseFactor,
    Code,
    Confirm,
    ConfirmLink,
    Consent,
    Done,
    EmailSetup,
    Forgot,
    MfaChoice,
    NewPassword,
    Password,
    Reset,
    SignIn,
    SignInIdentifier,
    SignUp,
    TermsChanged,
    TotpSetup,
    UsePasskey,
    WasItYou,
)
from poolhouse.oauth.pages.words import Said

# As long as the parameters of real apps are: this much comes with every link of a page.
QUERY = (
    "client_id=6q1c0v3l8mb0s2nfd4e7tkp9ua&response_type=code&scope=openid+email+profile"
    "&redirect_uri=https%3A%2F%2Forchard.example%2Fsigned-in&state=2u4c0Tg5Jm8xQw1L7vZk3A"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)
FACE = Face(
    app="Orchard",
    path="/login",
    query=QUERY,
    csrf="0a0b6c5e-6c38-4b8c-9a5c-6b9c0a5f2f11",
    targets=("https://orchard.example",),
    terms="https://orchard.example/terms",
    privacy="https://orchard.example/privacy",
    brand=Brand(logo="/logo.svg"),
)
PROVIDERS = (
    Provider("Google", "Google"),
    Provider("SignInWithApple", "Apple"),
    Provider("Northwind", "Northwind", company=True),
)
PASSKEY = Passkey('{"challenge":"cGljbmlj","rpId":"localhost"}', "/passkey", (("sealed", "c2VhbGVk"),))
NEW_PASSKEY = Passkey(
    '{"challenge":"cGljbmlj","rp":{"id":"localhost","name":"Orchard"},'
    '"pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],'
    '"authenticatorSelection":{"residentKey":"required"},'
    '"user":{"id":"bWFyYQ","name":"mara","displayName":"Mara"}}'
)
RULES = (Rule("length", 12), Rule("lower"), Rule("upper"), Rule("number"), Rule("symbol"))
TRIED = (Rule("length", 12, met=False), Rule("number", met=True))
MARA = "mara@example.com"
SECRET = "JBSWY3DPEHPK3PXPNB2WK3DMN4QHI2DFJBSWY3DPEHPK3PXPNB2W"
URI = f"otpauth://totp/Orchard:mara%40example.com?secret={SECRET}&issuer=Orchard"
TOO_SHORT = Said("password.weak.length", {"n": 12})
NO_NUMBER = Said("password.weak.number")

VIEWS: dict[str, View] = {
    "sign-in": SignIn(sign_up=True, passkey=PASSKEY, providers=PROVIDERS),
    "sign-in-refused": SignIn(
        sign_up=True, username=MARA, errors={"password": (says.mismatch("email"),)}, providers=PROVIDERS[:1]
    ),
    "sign-in-plain": SignIn(identity="username"),
    "sign-in-providers-first": SignIn(
        identity="email_or_phone", providers=PROVIDERS, providers_first=True, alert=says.STARTED_AGAIN
    ),
    "sign-in-single-sign-on": SignIn(identity="phone", single_sign_on=True),
    "sign-in-locked": SignIn(username=MARA, alert=says.LOCKED),
    "sign-in-identifier": SignInIdentifier(sign_up=True, passkey=PASSKEY, providers=PROVIDERS),
    "choose-factor": ChooseFactor(username=MARA, factors=("WEB_AUTHN", "PASSWORD", "EMAIL_OTP", "SMS_OTP")),
    "password": Password(username=MARA, another=True),
    "password-refused": Password(username=MARA, another=True, errors={"password": (says.mismatch("email"),)}),
    "passkey": UsePasskey(username=MARA, passkey=PASSKEY),
    "passkey-add": AddPasskey(passkey=NEW_PASSKEY),
    "passkey-ready": Done(what="passkey", to="/done"),
    "code": Code(medium="email", sent_to="m***@e***", digits=8, another=True),
    "code-refused": Code(
        medium="email",
        sent_to="m***@e***",
        code="482915",
        remember=True,
        another=True,
        errors={"code": (says.WRONG_CODE,)},
    ),
    "code-sent-again": Code(medium="phone", sent_to="+*******4711", alert=says.NEW_CODE_SENT),
    "app-code": AppCode(remember=True, another=True),
    "totp-setup": TotpSetup(secret=SECRET, uri=URI, another=True),
    "email-setup": EmailSetup(another=True),
    "all-set": Done(what="app", to="/done"),
    "mfa-choice": MfaChoice(
        ways=(Way("SOFTWARE_TOKEN_MFA"), Way("EMAIL_OTP", "m***@e***"), Way("SMS_MFA", "+*******4711"))
    ),
    "mfa-setup-choice": MfaChoice(setup=True, ways=(Way("SOFTWARE_TOKEN_MFA"), Way("EMAIL_OTP"))),
    "sign-up": SignUp(
        identity="email",
        attributes=(Attribute("name"), Attribute("birthdate"), Attribute("custom:team_name", required=False)),
        rules=RULES,
        sent_by="email",
        providers=PROVIDERS[:1],
    ),
    "sign-up-without-password": SignUp(rules=RULES, sent_by="email", needs_password=False),
    "sign-up-errors": SignUp(
        username="mara@example",
        attributes=(Attribute("name", "Mara Lindqvist"), Attribute("phone_number", "+46 70 123 45 67")),
        rules=TRIED,
        sent_by="email",
        needs_terms=True,
        errors={
            "username": (says.BAD_EMAIL,),
            "password": (TOO_SHORT, NO_NUMBER),
            "terms": (says.MUST_AGREE,),
        },
    ),
    "confirm": Confirm(medium="email", sent_to="m***@e***", username=MARA, delivered=(("sub", "1"),)),
    "confirm-link": ConfirmLink(hidden=(("confirmation_code", "123456"),)),
    "confirmed": Done(what="confirmed", to="/login"),
    "waiting": Done(what="waiting"),
    "already-confirmed": Done(what="already", to="/login"),
    "waits-for-the-team": Done(what="waiting"),
    "bad-link": BadLink(what="old", to="/login"),
    "was-it-you": WasItYou(
        mine=False,
        time="2026-11-23 09:41:07 UTC",
        place="Utrecht, Netherlands",
        address="203.0.113.7",
        device="Windows, Firefox",
    ),
    "it-was-you": Done(what="valid"),
    "it-was-not-you": Done(what="invalid", to="/forgotPassword"),
    "feedback-too-late": BadLink(what="feedback"),
    "forgot": Forgot(),
    "reset": Reset(username=MARA, rules=RULES),
    "reset-required": Reset(username=MARA, rules=RULES, required=True),
    "new-password": NewPassword(username=MARA, rules=RULES, attributes=(Attribute("given_name"),)),
    "consent": Consent(
        client="Pine Planner",
        username=MARA,
        scopes=(Scope("profile"), Scope("orders/read", "Read your orders"), Scope("orders/write")),
        host="pine.example",
        terms="https://pine.example/terms",
        privacy="https://pine.example/privacy",
    ),
    "terms-changed": TermsChanged(),
    "signed-out": SignedOut(providers=("Northwind",)),
    "onward": Onward(
        provider="Northwind", to="https://idp.example/sso", fields=(("SAMLRequest", "PHNhbWwvPg=="),)
    ),
    "leaving": Leaving(to="/nowhere"),
    "error": Error(
        error="redirect_mismatch",
        message="An error was encountered with the requested page.",
        client_id="6q1c0v3l8mb0s2nfd4e7tkp9ua",
        request_id="5f0c2c1e-8d1b-4a33-9d0e-2b1f6f1f7a52",
        time="2026-11-23 09:41:07 UTC",
    ),
    "error-unavailable": Error(kind="unavailable", message="Login pages unavailable."),
    "error-provider": Error(kind="provider", message="Login option is not available. Please try another one"),
    "error-late": Error(kind="late", message="Something went wrong", again="/login?x=1"),
    "error-ours": Error(kind="ours", request_id="5f0c2c1e-8d1b-4a33-9d0e-2b1f6f1f7a52"),
    "refused-by-trigger": SignIn(alert=Alert(Said(verbatim="Only people of Orchard may sign in."))),
}
