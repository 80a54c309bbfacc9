"""How the pages of an app client look: from what the operator stored to what a page needs (UI guide, 5).

The look of a client is worked out once for each version of its pool.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Env, Snapshot
from poolhouse.directory import brand_files, classic_css, domains, managed_branding, terms
from poolhouse.directory.domains import CLASSIC, Domain
from poolhouse.directory.managed_settings import value_at
from poolhouse.errors import PagesUnavailable
from poolhouse.oauth import brand_images
from poolhouse.oauth.pages.face import Brand, Picture
from poolhouse.ports import Tx
from poolhouse.store import login_styles, ui_customizations
from poolhouse.store import terms as stored_terms
from poolhouse.store.login_styles import Asset, LoginStyle
from poolhouse.store.terms import Terms
from poolhouse.store.ui_customizations import UiCustomization


class Look(Struct, frozen=True):
    """Everything about the look of one client. Addresses in the brands are below the pool's base.

    classic   of SetUICustomization
    managed   of the client's style; None: it has none
    sheets    the texts of the style sheets, by their digests
    links     of the documents, by name and language
    warnings  what is hard to read
    """

    classic: Brand
    managed: Brand | None
    sheets: dict[str, str]
    links: dict[str, dict[str, str]]
    warnings: tuple[str, ...]


class Shown(Struct, frozen=True):
    """What a page shows. `available` is False where managed login has no style for the client (6.3)."""

    brand: Brand
    terms: str = ""
    privacy: str = ""
    available: bool = True


async def shown(env: Env, snapshot: Snapshot, base: str, client_id: str, lang: str) -> Shown:
    """Of the pages below `base`, for readers of a language."""
    look = await of_client(env, snapshot, client_id)
    domain = _visited(env, snapshot, base)
    found = look.classic if domain and domain.login_version == CLASSIC else look.managed
    links = {name: terms.link(by_language, lang) for name, by_language in look.links.items()}
    both = all(name in links for name in terms.NAMES)  # one alone is not shown (1.12)
    return Shown(
        brand=_below(base, found) if found else Brand(),
        terms=links["terms-of-use"] if both else "",
        privacy=links["privacy-policy"] if both else "",
        available=found is not None or domain is None,
    )


async def asks_to_agree(env: Env, snapshot: Snapshot, base: str, client_id: str) -> bool:
    """Nobody signs up here who has not ticked the box beside the client's terms."""
    look = await shown(env, snapshot, base, client_id, "en")
    return look.brand.agreement == "ticked" and bool(look.terms and look.privacy)


async def check_available(env: Env, snapshot: Snapshot, base: str, client_id: str) -> None:
    """Before anything that a page posts is looked at. Raises `PagesUnavailable`."""
    if not (await shown(env, snapshot, base, client_id, "en")).available:
        raise PagesUnavailable(client_id=client_id)


def _visited(env: Env, snapshot: Snapshot, base: str) -> Domain | None:
    """The domain whose pages these are; below the issuer's address, the one that the pool is known by."""
    here = (domain for domain in snapshot.domains if domains.url(env.settings, domain) == base)
    return next(here, domains.main(snapshot.domains))


def _below(base: str, brand: Brand) -> Brand:
    """With addresses of the origin of the page, however that was reached."""
    above = urlsplit(base).path

    def address(path: str) -> str:
        return above + path if path else ""

    def picture(paths: Picture) -> Picture:
        return Picture(address(paths.light), address(paths.dark))

    return replace(
        brand,
        logo=address(brand.logo),
        logo_dark=address(brand.logo_dark),
        sheet=address(brand.sheet),
        favicon=address(brand.favicon),
        favicon_dark=address(brand.favicon_dark),
        icons={name: picture(path) for name, path in brand.icons.items()},
        graphics={name: picture(path) for name, path in brand.graphics.items()},
    )


async def of_client(env: Env, snapshot: Snapshot, client_id: str) -> Look:
    """The look at the snapshot's version."""
    key, version = (snapshot.pool.pool_id, client_id), snapshot.pool.version
    cached: tuple[int, Look] | None = env.looks.get(key)
    if cached is not None and cached[0] == version:
        return cached[1]
    look = _look(client_id, await _stored(env, snapshot.pool.pool_id, client_id))
    env.looks.put(key, (version, look))
    return look


class _Stored(Struct, frozen=True):
    customization: UiCustomization | None
    style: LoginStyle | None
    assets: Sequence[Asset]
    documents: dict[str, Terms]


async def _stored(env: Env, pool_id: str, client_id: str) -> _Stored:
    async def read(tx: Tx) -> _Stored:
        style = await login_styles.of_client(tx, pool_id, client_id)
        return _Stored(
            customization=await ui_customizations.of_client(tx, pool_id, client_id),
            style=style,
            assets=await login_styles.assets(tx, pool_id, style.style_id) if style else (),
            documents=await stored_terms.of_client(tx, pool_id, client_id),
        )

    return await env.db.read(read)


def _look(client_id: str, stored: _Stored) -> Look:
    sheets: dict[str, str] = {}
    classic, classic_warnings = _classic(client_id, stored.customization, sheets)
    managed, managed_warnings = of_style(client_id, stored.style, stored.assets, sheets)
    return Look(
        classic=classic,
        managed=managed,
        sheets=sheets,
        links={name: dict(document.links) for name, document in stored.documents.items()},
        warnings=(*classic_warnings, *managed_warnings),
    )


def _classic(
    client_id: str, made: UiCustomization | None, sheets: dict[str, str]
) -> tuple[Brand, tuple[str, ...]]:
    if made is None:
        return Brand(), ()
    logo = ""
    if made.image_digest:
        logo = brand_files.path(made.image_digest, made.client_id, made.image_name)
    brand = Brand(logo=logo, named=not logo)
    if not made.css:
        return brand, ()
    rendered = classic_css.rendered(made.css)
    sheet = _address(client_id, rendered.sheet, sheets)
    return replace(brand, sheet=sheet, look="classic", scheme="light"), rendered.warnings


def of_style(
    client_id: str, style: LoginStyle | None, assets: Sequence[Asset], sheets: dict[str, str]
) -> tuple[Brand | None, tuple[str, ...]]:
    """The look of managed login, and what is hard to read in it. Puts its sheet among `sheets`."""
    if style is None:
        return None, ()
    rendered = managed_branding.rendered(style.settings)
    pictures = brand_images.Pictures(style.style_id, assets, rendered.scheme)
    text = managed_branding.sheet(rendered, tuple(brand_images.rules(style.settings, pictures)))
    logo, logo_dark = brand_images.logo(style.settings, pictures)
    with_icons = managed_branding.enabled(style.settings, "componentClasses.idpButtons.icons.enabled")
    kinds = value_at(style.settings, "components.favicon.enabledTypes")
    favicon = pictures.favicon(("SVG", "ICO") if kinds is None else kinds)
    brand = Brand(
        logo=logo,
        logo_dark=logo_dark,
        sheet=_address(client_id, text, sheets),
        favicon=favicon.light,
        favicon_dark=favicon.dark,
        named=not logo,
        logo_at=rendered.logo.at,
        logo_below=rendered.logo.below,
        logo_outside=rendered.logo.outside,
        scheme=rendered.scheme,
        at=rendered.at,
        stands=rendered.stands,
        languages=rendered.languages,
        pictured=rendered.graphics,
        graphics=pictures.graphics(),
        agreement=rendered.agreement,
        providers_first=rendered.providers_first,
        provider_order=rendered.provider_order,
        icons=pictures.icons() if with_icons else {},
    )
    return brand, rendered.warnings


def _address(client_id: str, text: str, sheets: dict[str, str]) -> str:
    """Keeps the sheet, and gives its path; empty for an empty one."""
    if not text:
        return ""
    digest = brand_files.digest(text.encode())
    sheets[digest] = text
    return brand_files.path(digest, client_id, brand_files.SHEET)
