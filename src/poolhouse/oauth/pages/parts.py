"""What the views are made of. Every text in them is shown escaped."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from poolhouse.oauth.pages.face import NO_PICTURE, Hidden, Picture
from poolhouse.oauth.pages.words import Said

# What a person signs in with, by the pool.
Identity: TypeAlias = Literal["email", "phone", "username", "email_or_phone"]
Medium: TypeAlias = Literal["email", "phone"]


class Alert(Struct, frozen=True):
    """A sentence about the whole page, below the heading, and what to do now.

    kind  danger: something is wrong, and the title says so; good: something was done; note: something to know
    """

    said: Said
    todo: Said | None = None
    kind: Literal["danger", "good", "note"] = "danger"


class Provider(Struct, frozen=True):
    """A way in through somebody else. `company`: an employer's directory, shown with a building.

    icon  an image of the brand; without one: a tile with the initial
    """

    name: str  # as posted in `idp`
    label: str
    company: bool = False
    icon: Picture = NO_PICTURE


class Passkey(Struct, frozen=True):
    """What the browser is asked for; the answer is posted as `credential`, in WebAuthn's JSON.

    options  PublicKeyCredentialRequestOptionsJSON, or ..CreationOptionsJSON (WebAuthn Level 3, 5.1)
    action   where the answer goes, below the base; "": this page
    hidden   what goes with it, such as the sealed challenge
    """

    options: str
    action: str = ""
    hidden: Hidden = ()


class Rule(Struct, frozen=True):
    """A line of the password policy. `met` is None until something was tried."""

    kind: Literal["length", "number", "upper", "lower", "symbol"]
    least: int = 0  # characters, of `length`
    met: bool | None = None


class Attribute(Struct, frozen=True):
    """An attribute of the pool's schema as a field, posted as `requiredAttributes[<name>]`."""

    name: str
    value: str = ""
    required: bool = True

    @property
    def field(self) -> str:
        return f"requiredAttributes[{self.name}]"


class Way(Struct, frozen=True):
    """A second factor to choose: SOFTWARE_TOKEN_MFA, EMAIL_OTP or SMS_MFA, and where it goes (masked)."""

    factor: str
    sent_to: str = ""


class Scope(Struct, frozen=True):
    """A scope that an app asks for. `description`: of the resource server; "": ours, or the raw scope."""

    name: str
    description: str = ""


class View(Struct, frozen=True, kw_only=True):
    """A page. `name` is its template's and begins its keys in the catalogue.

    ids     of fields that Cognito's pages call otherwise than by their names (behaviour file, 6.7)
    typing  the page is a `Form`
    alert   a sentence about the whole page
    errors  by the name of the field as it is posted. One wrong field: said there, with the focus. Several:
            said there and in a summary.
    action  where the form goes, below the base; "": to this page
    """

    name: ClassVar[str]
    ids: ClassVar[Mapping[str, str]] = MappingProxyType({})
    typing: ClassVar[bool] = False
    alert: Alert | None = None
    errors: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    action: str = ""

    @property
    def wrong(self) -> bool:
        """The title begins with "Error: "."""
        return bool(self.errors) or (self.alert is not None and self.alert.kind == "danger")

    @property
    def summary(self) -> bool:
        return len(self.errors) > 1

    @property
    def focus(self) -> str:
        """The field that has the focus at first; "": an alert has it, or nothing."""
        if self.alert is not None or self.summary:
            return ""
        return next(iter(self.errors), None) or self.first_empty

    @property
    def first_empty(self) -> str:
        return ""


class Form(View, frozen=True, kw_only=True):
    """A page with a form in which something is typed or chosen; its template calls that form `main`."""

    typing: ClassVar[bool] = True
