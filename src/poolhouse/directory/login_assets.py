"""Images of a managed login style: which there may be, and of which kind (behaviour file, 1.12)."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.directory import images
from poolhouse.errors import ImageRefused, ProvidedOrOwn, TooManyAssets

MOST = 40  # of one style

_ONE_KIND = {"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG"}
_WITH_RESOURCE = "IDP_BUTTON_ICON"  # ResourceId is the name of its provider [K]


def check_request(request: Mapping[str, Any], *, must_set: bool) -> None:
    """The house's look or one's own, not both; and one of them where `must_set`. Raises `ProvidedOrOwn`."""
    own = request.get("Settings") is not None or bool(request.get("Assets"))
    provided = bool(request.get("UseCognitoProvidedValues"))
    if provided and own:
        raise ProvidedOrOwn
    if must_set and not provided and not own:
        raise ProvidedOrOwn


def check(assets: Sequence[Mapping[str, Any]]) -> None:
    """`Assets` of a request. Raises `ImageRefused`."""
    seen = set()
    for asset in assets:
        category = asset["Category"]
        if not asset.get("Bytes"):
            raise ImageRefused(why=f"{category} has no Bytes.")
        if _ONE_KIND.get(category, asset["Extension"]) != asset["Extension"]:
            raise ImageRefused(why=f"{category} must be {_ONE_KIND[category]}.")
        if (category == _WITH_RESOURCE) != ("ResourceId" in asset):
            raise ImageRefused(why=f"{_WITH_RESOURCE} has a ResourceId, and no other category has.")
        images.check(asset["Bytes"], asset["Extension"])
        place = key(asset)
        if place in seen:
            raise ImageRefused(why=f"{category} is there twice for {asset['ColorMode']}.")
        seen.add(place)


def check_number(before: Sequence[tuple[str, str, str]], assets: Sequence[Mapping[str, Any]]) -> None:
    """With those that the style has. Raises `TooManyAssets`."""
    if len({*before, *(key(asset) for asset in assets)}) > MOST:
        raise TooManyAssets(most=MOST)


def key(asset: Mapping[str, Any]) -> tuple[str, str, str]:
    """What there is one of: category, colour mode and resource."""
    return asset["Category"], asset["ColorMode"], asset.get("ResourceId", "")
