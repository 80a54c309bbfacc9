"""What the pages show: one small view a page, in the order of the UI guide (7). Frozen; no HTML here.

A handler makes a view, `render.page(face, view)` makes the answer. Form fields are named as on Cognito's
classic pages where those have the field (behaviour file, 6.7); each view says what its form posts.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from poolhouse.oauth.pages.face import Hidden
from poolhouse.oauth.pages.parts import (
    Attribute,
    Form,
    Identity,
    Medium,
    Passkey,
    Provider,
    Rule,
    Scope,
    View,
    Way,
)


class SignIn(Form, frozen=True, kw_only=True):
    """7.1: name, password, passkey and providers on one page.

    Posts username, password, signInSubmitButton, cognitoAsfData (empty); or `idp` (a provider's name); or
    `work_email`; or `credential` to where `passkey` says.

    native           users of the pool itself sign in here, not those of providers alone
    sign_up          the client lets people make accounts here
    passkey          None: no passkeys here
    providers_first  by the brand's order
    single_sign_on   each SAML provider has identifiers: one field, `work_email`, in place of their buttons
    """

    name: ClassVar[str] = "sign_in"
    ids: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"username": "signInFormUsername", "password": "signInFormPassword"}
    )
    identity: Identity = "email"
    native: bool = True
    username: str = ""
    sign_up: bool = False
    forgot: bool = True
    passkey: Passkey | None = None
    providers: tuple[Provider, ...] = ()
    providers_first: bool = False
    single_sign_on: bool = False
    work_email: str = ""
    password: bool = True  # False: identifier first (7.2)

    @property
    def first_empty(self) -> str:
        if not self.native or (self.providers_first and (self.providers or self.single_sign_on)):
            return ""  # a screen reader must not start past them
        return "password" if self.username and self.password else "username"


class SignInIdentifier(SignIn, frozen=True, kw_only=True):
    """7.2: who are you? The factor is asked for on the next page. Posts as `SignIn`, less the password."""

    password: bool = False


class ChooseFactor(View, frozen=True, kw_only=True):
    """7.3, SELECT_CHALLENGE: each factor is a button. Posts `challenge`, one of `factors`.

    factors  WEB_AUTHN, PASSWORD, EMAIL_OTP, SMS_OTP: those that are there, the preferred one first
    """

    name: ClassVar[str] = "choose_factor"
    username: str
    factors: tuple[str, ...]


class Password(Form, frozen=True, kw_only=True):
    """7.4: the password alone. Posts username (as given), password; or `another`."""

    name: ClassVar[str] = "password"
    ids: ClassVar[Mapping[str, str]] = MappingProxyType({"password": "signInFormPassword"})
    username: str
    forgot: bool = True
    another: bool = False

    @property
    def first_empty(self) -> str:
        return "password"


class UsePasskey(View, frozen=True, kw_only=True):
    """7.5, sign-in: the system's dialog opens by a press. Posts `credential`; or `another`."""

    name: ClassVar[str] = "passkey"
    username: str
    passkey: Passkey
    another: bool = True


class AddPasskey(View, frozen=True, kw_only=True):
    """7.5, `/passkeys/add`: an offer after sign-in. Posts `credential`; or `skip` to the page."""

    name: ClassVar[str] = "passkey_add"
    passkey: Passkey


class Done(View, frozen=True, kw_only=True):
    """Something is finished, and there is one way on, a link.

    what  passkey: 7.5; app: an authenticator app was set up (7.8); email: mail was; confirmed: 7.11;
          already: confirmed before; waiting: the pool's team confirms the account;
          valid, invalid: a sign-in was theirs, or was not
    to    address of the one way on; "": there is none, the page says what to do
    """

    name: ClassVar[str] = "done"
    what: Literal["passkey", "app", "email", "confirmed", "already", "waiting", "valid", "invalid"]
    to: str = ""

    @property
    def way(self) -> str:
        """What the way on is called, a key."""
        return {
            "confirmed": "sign_in.button",
            "already": "sign_in.button",
            "invalid": "forgot.heading",
        }.get(self.what, "continue")


class Code(Form, frozen=True, kw_only=True):
    """7.6: a code that was sent, for signing in. Posts code, remember ("1"); or `resend`; or `another`.

    sent_to   masked as Cognito does
    digits    6, or 8 for a first factor by email
    minutes   that it works for
    remember  offer to remember the device; `ticked`: it was taken up
    another   there is another way
    """

    name: ClassVar[str] = "code"
    medium: Medium
    sent_to: str
    digits: int = 6
    minutes: int = 3
    code: str = ""
    remember: bool = False
    ticked: bool = False
    resend: bool = True
    another: bool = False

    @property
    def first_empty(self) -> str:
        return "code"


class AppCode(Form, frozen=True, kw_only=True):
    """7.7: a code from the authenticator app. Posts code, remember ("1"); or `another`."""

    name: ClassVar[str] = "app_code"
    code: str = ""
    remember: bool = False
    ticked: bool = False
    another: bool = False

    @property
    def first_empty(self) -> str:
        return "code"


class TotpSetup(Form, frozen=True, kw_only=True):
    """7.8, MFA_SETUP: three steps to an authenticator app. Posts code; or `another`.

    secret  base32, as AssociateSoftwareToken gives it; shown in groups of four
    uri     otpauth://totp/..: drawn as a QR code, and a link
    """

    name: ClassVar[str] = "totp_setup"
    secret: str
    uri: str
    code: str = ""
    another: bool = False


class EmailSetup(Form, frozen=True, kw_only=True):
    """7.8, MFA_SETUP by mail: where should codes go? Posts email; or `another`."""

    name: ClassVar[str] = "email_setup"
    email: str = ""
    another: bool = False

    @property
    def first_empty(self) -> str:
        return "email"


class MfaChoice(Form, frozen=True, kw_only=True):
    """7.9: which second factor? Posts `answer`, one of the ways' factors.

    chosen  the one that was checked before; "": the first is
    setup  MFA_SETUP: which one to set up, in place of which one to use
    """

    name: ClassVar[str] = "mfa_choice"
    ways: tuple[Way, ...]
    chosen: str = ""
    setup: bool = False

    @property
    def checked(self) -> str:
        factors = [way.factor for way in self.ways]
        return self.chosen if self.chosen in factors else factors[0]


class SignUp(Form, frozen=True, kw_only=True):
    """7.10: the pool's required attributes, who you are first, the password last.

    Posts username, requiredAttributes[<name>], password, terms ("1"), signUpButton, cognitoAsfData; or `idp`.

    sent_by      where the code that proves the address goes; None: nothing is sent
    needs_password  False: it may be left empty, by who signs in with codes
    needs_terms  a required checkbox in place of the line below the button
    """

    name: ClassVar[str] = "sign_up"
    identity: Identity = "email"
    username: str = ""
    attributes: tuple[Attribute, ...] = ()
    rules: tuple[Rule, ...] = ()
    sent_by: Medium | None = None
    needs_password: bool = True
    needs_terms: bool = False
    agreed: bool = False
    providers: tuple[Provider, ...] = ()

    @property
    def first_empty(self) -> str:
        if not self.username:
            return "username"
        return next((one.field for one in self.attributes if not one.value and one.required), "password")


class Confirm(Form, frozen=True, kw_only=True):
    """7.11, `/confirm`: the code of the sign-up. Posts username, code, confirm; or `resend` to /resendcode.

    sent_to    masked as Cognito does
    hours      that the code works for
    delivered  what Cognito's page carries too: sub, deliveryMedium, destination
    """

    name: ClassVar[str] = "confirm"
    ids: ClassVar[Mapping[str, str]] = MappingProxyType({"code": "verification_code"})
    medium: Medium
    sent_to: str
    username: str
    digits: int = 6
    hours: int = 24
    code: str = ""
    delivered: Hidden = ()

    @property
    def first_empty(self) -> str:
        return "code"


class ConfirmLink(View, frozen=True, kw_only=True):
    """7.11 by link: a button, so that a mail scanner that opens the link confirms nothing. Posts `confirm`.

    hidden  what the link said
    """

    name: ClassVar[str] = "confirm_link"
    hidden: Hidden = ()


class BadLink(View, frozen=True, kw_only=True):
    """7.11: a link confirmed nobody; or it is of a mail about a sign-in, and too old (`feedback`).

    to  address of **Sign in**; "": none
    """

    name: ClassVar[str] = "bad_link"
    what: Literal["old", "wrong", "taken", "many", "busy", "failed", "feedback"]
    to: str = ""

    @property
    def wrong(self) -> bool:
        return True


class WasItYou(View, frozen=True, kw_only=True):
    """Where the links of a mail about a sign-in lead: a button each for yes and no. Posts `answer`.

    mine    the link said that it was; the button that says the same is the primary one
    time, place, address, device  of the sign-in; "" leaves the line out
    """

    name: ClassVar[str] = "was_it_you"
    mine: bool
    time: str
    place: str = ""
    address: str = ""
    device: str = ""


class Forgot(Form, frozen=True, kw_only=True):
    """7.12, `/forgotPassword`: who are you? Posts username."""

    name: ClassVar[str] = "forgot"
    identity: Identity = "email"
    username: str = ""

    @property
    def first_empty(self) -> str:
        return "" if self.username else "username"


class Reset(Form, frozen=True, kw_only=True):
    """7.12, `/confirmForgotPassword`: the same for everybody, so no masked address.

    Posts username, code, password. The other form posts username and `resend` to /forgotPassword.

    username  as it was typed
    required  RESET_REQUIRED: the lead says why
    """

    name: ClassVar[str] = "reset"
    identity: Identity = "email"
    username: str
    code: str = ""
    digits: int = 6
    rules: tuple[Rule, ...] = ()
    required: bool = False

    @property
    def first_empty(self) -> str:
        return "password" if self.code else "code"


class NewPassword(Form, frozen=True, kw_only=True):
    """7.13, NEW_PASSWORD_REQUIRED. Posts password and requiredAttributes[<name>] of what is missing."""

    name: ClassVar[str] = "new_password"
    username: str
    rules: tuple[Rule, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def first_empty(self) -> str:
        return "password"


class Consent(View, frozen=True, kw_only=True):
    """7.14: may this app use the account? Posts `answer`: allow, deny.

    client  its name
    host    where the person goes afterwards, in ASCII
    terms, privacy  the client's own documents
    """

    name: ClassVar[str] = "consent"
    client: str
    username: str
    scopes: tuple[Scope, ...]
    host: str
    terms: str = ""
    privacy: str = ""


class TermsChanged(View, frozen=True, kw_only=True):
    """7.14: the terms are new. Posts `answer`: agree, sign_out. The face has the addresses."""

    name: ClassVar[str] = "terms_changed"
