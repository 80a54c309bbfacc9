"""Which image of a managed login style is shown where, and the rules of the sheet that show it."""

from collections.abc import Collection, Iterator, Sequence

from poolhouse.directory import brand_files
from poolhouse.directory.managed_branding import Scheme, enabled
from poolhouse.directory.managed_settings import Settings, value_at
from poolhouse.oauth.pages.face import NO_PICTURE, Picture
from poolhouse.store.login_styles import Asset

_WIDE = "(min-width: 600px)"
_LIGHT, _DARK = "(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"
_ICON, _GRAPHIC = "IDP_BUTTON_ICON", "_GRAPHIC"
_SIDES = {"START": "24px", "CENTER": "center", "END": "calc(100% - 24px)"}
_BANDS = (
    ("pageHeader", "PAGE_HEADER", "header", "before", "end"),
    ("pageFooter", "PAGE_FOOTER", "footer", "after", "start"),
)


class Pictures:
    """The images of a style by category and mode, for pages of a scheme."""

    def __init__(self, style_id: str, assets: Sequence[Asset], scheme: Scheme) -> None:
        self._style_id = style_id
        self._assets = assets
        self._scheme = scheme

    def pair(self, category: str, resource: str = "") -> tuple[str, str]:
        """The paths for light and for dark; the second is empty where the first is for both."""
        place = (category, resource)
        found = {one.color_mode: self._path(one) for one in self._assets if _place(one) == place}
        light = found.get("LIGHT") or found.get("DYNAMIC") or found.get("DARK", "")
        dark = found.get("DARK") or found.get("DYNAMIC") or light
        if self._scheme:
            return (dark if self._scheme == "dark" else light), ""
        return light, dark if dark != light else ""

    def by_mode(self, category: str) -> tuple[str, str]:
        """The paths for light and for dark; empty where a mode has none, whatever the other has."""
        found = {asset.color_mode: self._path(asset) for asset in self._assets if asset.category == category}
        light, dark = (found.get(mode) or found.get("DYNAMIC", "") for mode in ("LIGHT", "DARK"))
        return ("" if self._scheme == "dark" else light), ("" if self._scheme == "light" else dark)

    @property
    def fixed(self) -> bool:
        """The scheme is the same for every visitor."""
        return bool(self._scheme)

    def favicon(self, kinds: Collection[str]) -> Picture:
        """Of these kinds, a drawing before an icon."""
        found = (self.pair(f"FAVICON_{kind}") for kind in ("SVG", "ICO") if kind in kinds)
        return next((Picture(*paths) for paths in found if any(paths)), NO_PICTURE)

    def icons(self) -> dict[str, Picture]:
        """Of providers, by the provider's name."""
        names = {asset.resource_id for asset in self._assets if asset.category == _ICON}
        return {name: Picture(*self.pair(_ICON, name)) for name in sorted(names)}

    def graphics(self) -> dict[str, Picture]:
        """Of factors, by their names without `_GRAPHIC`."""
        names = {one.category for one in self._assets if one.category.endswith(_GRAPHIC)}
        return {name.removesuffix(_GRAPHIC): Picture(*self.pair(name)) for name in sorted(names)}

    def _path(self, asset: Asset) -> str:
        name = brand_files.asset_name(asset.category, asset.color_mode, asset.resource_id, asset.extension)
        return brand_files.path(asset.digest, self._style_id, name)


def _place(asset: Asset) -> tuple[str, str]:
    return asset.category, asset.resource_id


def logo(settings: Settings, pictures: Pictures) -> tuple[str, str]:
    """The paths for light and dark."""
    if not enabled(settings, "components.form.logo.enabled"):
        return "", ""
    return pictures.pair("FORM_LOGO")


def rules(settings: Settings, pictures: Pictures) -> Iterator[str]:
    """The images behind the page and the form, and the bands above and below."""
    if enabled(settings, "components.pageBackground.image.enabled"):
        yield from _behind(".page.page", pictures, "PAGE_BACKGROUND", "page", _WIDE)
    if enabled(settings, "components.form.backgroundImage.enabled"):
        yield from _behind(".page > main.background-customizable", pictures, "FORM_BACKGROUND", "surface")
    for component, category, token, place, side in _BANDS:
        if enabled(settings, f"categories.global.{component}.enabled"):
            yield (
                f'.page::{place} {{ content: ""; flex: none; inline-size: 100%; block-size: 72px; '
                f"border-block-{side}: 1px solid var(--{token}-edge, var(--line)); "
                f"background: var(--{token}, var(--page)) }}"
            )
            yield from _band(settings, pictures, component, category, f".page::{place}")


def _behind(selector: str, pictures: Pictures, category: str, token: str, media: str = "") -> Iterator[str]:
    light, dark = pictures.by_mode(category)
    shown = ((light, ""),) if light == dark else ((light, _LIGHT), (dark, _DARK))
    for path, scheme in shown:
        if path:
            query = " and ".join(filter(None, (media, "" if pictures.fixed else scheme)))
            yield _when(
                query, f"{selector} {{ background: var(--{token}) {_url(path)} center / cover no-repeat }}"
            )


def _band(
    settings: Settings, pictures: Pictures, component: str, category: str, selector: str
) -> Iterator[str]:
    """The logo of a band before its image; which of them there are may differ between the modes."""
    with_logo = enabled(settings, f"components.{component}.logo.enabled")
    with_image = enabled(settings, f"components.{component}.backgroundImage.enabled")
    logos = pictures.pair(f"{category}_LOGO") if with_logo else ("", "")
    behind = pictures.pair(f"{category}_BACKGROUND") if with_image else ("", "")
    side = _SIDES[value_at(settings, f"components.{component}.logo.location") or "START"]
    modes = [(logos[0], behind[0], ""), (logos[1] or logos[0], behind[1] or behind[0], _DARK)]
    if not logos[1] and not behind[1]:
        modes.pop()
    for logo_path, image_path, query in modes:
        layers = [f"{_url(logo_path)} {side} center / auto 40px no-repeat"] if logo_path else []
        layers += [f"{_url(image_path)} center / cover no-repeat"] if image_path else []
        if layers:
            images = ", ".join(layer.partition(" ")[0] for layer in layers)
            yield _when(query, f"{selector} {{ {_layered(images, layers)} }}")


def _layered(images: str, layers: Sequence[str]) -> str:
    """Each layer's image, place and size; the colour of the band stays."""
    rest = [layer.partition(" ")[2].removesuffix(" no-repeat") for layer in layers]
    places = ", ".join(part.partition(" / ")[0] for part in rest)
    sizes = ", ".join(part.partition(" / ")[2] for part in rest)
    return (
        f"background-image: {images}; background-position: {places}; background-size: {sizes}; "
        "background-repeat: no-repeat"
    )


def _when(query: str, rule: str) -> str:
    return f"@media {query} {{ {rule} }}" if query else rule


def _url(path: str) -> str:
    """From the address of a sheet, which is as deep; its characters need no escape."""
    return f'url("../..{path.removeprefix(brand_files.PREFIX.rstrip("/"))}")'
