"""Whose page it is, and in which language: what every page needs, whatever it shows."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

Hidden: TypeAlias = tuple[tuple[str, str], ...]  # hidden fields of a form: name and value
Place: TypeAlias = Literal["start", "center", "end"]


class Picture(Struct, frozen=True):
    """Addresses of an image; "" where there is none. Without `dark` the first is shown in both schemes."""

    light: str = ""
    dark: str = ""


NO_PICTURE = Picture()


class Brand(Struct, frozen=True, kw_only=True):
    """How the pages of an app client look (UI guide, 5). Addresses are of our origin; "" where there is none.

    logo, logo_dark  of images; without `logo_dark` the first is shown in both schemes
    sheet            of the style sheet that the server made from the brand's settings
    favicon, favicon_dark  of images
    named            the name of the app stands beside the logo
    logo_at          where the logo, or else the name, stands across
    logo_below       it stands after the form
    logo_outside     it stands outside of the form
    look             classic: made by SetUICustomization; the banner runs from edge to edge
    scheme           light, dark; "": as the visitor's system has it
    at, stands       where the form stands on a wide screen, across and down
    languages        the pages have a language menu
    pictured         the pages show pictures and badges of what they are about
    graphics         these pictures, by what they show: EMAIL, SMS, AUTH_APP, PASSWORD, PASSKEY
    agreement        to the terms, at sign-up: said in a line, ticked, or neither
    providers_first  the buttons of identity providers stand before the form
    provider_order   names of providers, those that come first
    icons            of providers, by their names
    """

    logo: str = ""
    logo_dark: str = ""
    sheet: str = ""
    favicon: str = ""
    favicon_dark: str = ""
    named: bool = True
    logo_at: Place = "start"
    logo_below: bool = False
    logo_outside: bool = False
    look: Literal["", "classic"] = ""
    scheme: Literal["", "light", "dark"] = ""
    at: Place = "center"
    stands: Place = "start"
    languages: bool = True
    pictured: bool = True
    graphics: Mapping[str, Picture] = field(default_factory=dict)
    agreement: Literal["", "said", "ticked"] = "said"
    providers_first: bool = False
    provider_order: tuple[str, ...] = ()
    icons: Mapping[str, Picture] = field(default_factory=dict)


class Face(Struct, frozen=True, kw_only=True):
    """What every page needs, whatever it shows.

    app      the client's name as the operator set it; "" for none
    base     what the addresses of the pool's pages begin with: `/us-east-1_Ab3dEf6hI`, "" on its own domain
    path     of this page, below `base`: `/login`. A form is posted to it unless its view says otherwise.
    query    what each page of this visit carries, encoded: the parameters of authorize
    lang     one of `language.LANGUAGES`
    menu     how the page offers its other languages: by links, which ask for it again; by buttons, which post
             its form with `lang`, and come back to it with what was typed; "": not at all. Where something is
             typed there are buttons anyway (`View.typing`).
    csrf     the token that every form carries in `_csrf`
    hidden   further hidden fields of every form, such as the state of a sign-in
    targets  where posts of this page may lead in the end, beside our origin, as CSP sources (`render.target`)
    terms, privacy  addresses for the footer; "" where there is no such document
    """

    app: str = ""
    base: str = ""
    path: str = "/login"
    query: str = ""
    lang: str = "en"
    menu: Literal["links", "buttons", ""] = "links"
    csrf: str = ""
    hidden: Hidden = ()
    targets: tuple[str, ...] = ()
    brand: Brand = field(default_factory=Brand)
    terms: str = ""
    privacy: str = ""

    def link(self, path: str) -> str:
        """The address of another page of this visit."""
        return f"{self.base}{path}?{self.query}" if self.query else f"{self.base}{path}"
