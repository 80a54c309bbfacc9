"""No setting and no image of managed login is without effect: each changes the pages of its client."""

from typing import Any

import botocore.session
import pytest
from tests.directory.style_settings import EVERYTHING
from tests.directory.test_managed_settings import at, leaves

from poolhouse.directory import managed_settings
from poolhouse.errors import StyleSettingsRefused
from poolhouse.oauth import branding
from poolhouse.store.login_styles import Asset, LoginStyle

CATEGORIES: list[str] = (
    botocore.session.get_session().get_service_model("cognito-idp").shape_for("AssetCategoryType").enum
)
ON = {"enabled": True}
BAND = {"backgroundImage": ON, "logo": ON}
# All parts are there, so that what is said of a part can be seen.
SHOWN: dict[str, Any] = {
    "categories": {"global": {"pageHeader": ON, "pageFooter": ON}},
    "components": {"pageHeader": BAND, "pageFooter": BAND},
}
TEXTS = "START CENTER END TOP BOTTOM IN OUT LIGHT DARK DYNAMIC COMPACT REGULAR COZY NONE TEXT BUTTON_LIST"
OTHERS: list[Any] = [True, False, 3, "12345678", "ffffffff", *TEXTS.split(), []]
# What the pages have no place for: one value each.
FIXED = {
    "categories.auth.federation.interfaceStyle",
    "categories.form.instructions.enabled",
    "categories.form.sessionTimerDisplay",
    "components.phoneNumberSelector.displayType",
    *(
        f"components.primaryButton.{mode}.disabled.{part}"
        for mode in managed_settings.MODES
        for part in ("backgroundColor", "borderColor")
    ),
}


def image(category: str, mode: str = "DYNAMIC") -> Asset:
    resource = "Acme" if category == "IDP_BUTTON_ICON" else ""
    extension = category.removeprefix("FAVICON_") if category.startswith("FAVICON") else "PNG"
    return Asset(category, mode, resource, extension, mode.lower().ljust(32, "0"))


def look(settings: dict[str, Any], images: list[Asset]) -> Any:
    """All that the pages of the client have of its style."""
    sheets: dict[str, str] = {}
    style = LoginStyle(
        "pool", "style", "client", provided=False, settings=settings, created_at=0, modified_at=0
    )
    brand, _ = branding.of_style("client", style, images, sheets)
    return brand, sheets


def taken(settings: dict[str, Any]) -> bool:
    try:
        managed_settings.check(settings)
    except StyleSettingsRefused:
        return False
    return True


@pytest.mark.parametrize(("path", "value"), leaves(EVERYTHING), ids=[path for path, _ in leaves(EVERYTHING)])
def test_a_setting_changes_the_pages_or_has_one_value(path: str, value: Any) -> None:
    images = [image(category) for category in CATEGORIES]
    usual = look(SHOWN, images)

    chosen = [at(path, other) for other in (value, *OTHERS) if taken(at(path, other))]
    looks = [look(managed_settings.merged(SHOWN, settings), images) for settings in chosen]

    assert any(one != usual for one in looks) == (path not in FIXED)
    assert (path not in FIXED) or all(settings == chosen[0] for settings in chosen)


@pytest.mark.parametrize("mode", ["LIGHT", "DARK", "DYNAMIC"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_an_image_changes_the_pages(category: str, mode: str) -> None:
    other = "LIGHT" if mode == "DARK" else "DARK"

    assert look(SHOWN, [image(category, mode)]) != look(SHOWN, [])
    assert look(SHOWN, [image(category, other), image(category, mode)]) != look(
        SHOWN, [image(category, other)]
    )
