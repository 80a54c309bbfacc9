"""Refused: styles of managed login whose settings or images could do more than look like something."""

from collections.abc import Callable
from typing import Any

from tests.directory.pictures import ICO, JPEG, PNG, SVG, svg
from tests.idp.branded import asset
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

NOBODY = "9d1f3a5b-0000-4000-8000-000000000000"
INVALID = "InvalidParameterException: "
NO_CLIENT = "ResourceNotFoundException: User pool client 1example23456789 does not exist."
NO_STYLE = "ResourceNotFoundException: Managed login branding does not exist."
EITHER = INVALID + "UseCognitoProvidedValues and Settings or Assets cannot both be set."


async def style(s: Scene, client: str = "", **members: Any) -> Any:
    made = await s.admin("CreateManagedLoginBranding", ClientId=client or s.client, **members)
    s.got["style"] = made["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    return made


async def provided(s: Scene) -> Any:
    return await style(s, UseCognitoProvidedValues=True)


async def change(s: Scene, style_id: str = "", **members: Any) -> Any:
    return await s.admin(
        "UpdateManagedLoginBranding", ManagedLoginBrandingId=style_id or s.got["style"], **members
    )


def page_color(color: Any) -> dict[str, Any]:
    return {"components": {"pageBackground": {"lightMode": {"color": color}}}}


def instructions(enabled: bool) -> dict[str, Any]:
    return {"categories": {"form": {"instructions": {"enabled": enabled}}}}


def disabled(color: str) -> dict[str, Any]:
    return {"components": {"primaryButton": {"lightMode": {"disabled": {"borderColor": color}}}}}


def settings_row(name: str, settings: Any, why: str) -> Row:
    return Row(
        f"settings with {name}",
        f"{INVALID}Invalid Settings: {why}",
        lambda s: style(s, Settings=settings),
        lambda s: style(s, Settings=page_color("fbf7f0ff")),
    )


def asset_row(name: str, why: str, *assets: dict[str, Any]) -> Row:
    return Row(
        f"an image that {name}",
        f"{INVALID}Invalid image: {why}",
        lambda s: style(s, Assets=list(assets)),
        lambda s: style(s, Assets=[asset("FORM_LOGO", PNG)]),
    )


async def twenty_styles(s: Scene) -> None:
    for _ in range(20):
        client = await s.another_client()
        await style(s, client["ClientId"], UseCognitoProvidedValues=True)


async def style_after_one_is_gone(s: Scene) -> Any:
    await s.admin("DeleteManagedLoginBranding", ManagedLoginBrandingId=s.got["style"])
    return await provided(s)


async def forty_images(s: Scene) -> None:
    icons = [asset("IDP_BUTTON_ICON", PNG, ResourceId=f"Provider {number}") for number in range(40)]
    await style(s, Assets=icons)


COLOR = "components.pageBackground.lightMode.color must be a colour of eight hexadecimal digits, RRGGBBAA."
NOT_SVG = "the content is not SVG."
MANAGED = [
    settings_row(
        "a member of nobody",
        {"components": {"evil": {}}},
        "components.evil is not a setting of managed login.",
    ),
    settings_row("a list at their root", [1], "Settings must be an object."),
    settings_row("a colour that ends the rule", page_color("red; } body { display: none"), COLOR),
    settings_row("a colour of six digits", page_color("fbf7f0"), COLOR),
    settings_row("a colour that is a number", page_color(12345678), COLOR),
    settings_row(
        "an address in place of an object",
        {"components": {"pageBackground": "url(//evil.example)"}},
        "components.pageBackground must be an object.",
    ),
    settings_row(
        "a huge radius",
        {"components": {"form": {"borderRadius": 1e9}}},
        "components.form.borderRadius must be a number from 0 to 100.",
    ),
    settings_row(
        "a scheme of nobody",
        {"categories": {"global": {"colorSchemeMode": "SEPIA"}}},
        "categories.global.colorSchemeMode must be one of LIGHT, DARK, DYNAMIC.",
    ),
    settings_row(
        "a provider that ends the selector",
        {"components": {"idpButton": {"custom": {'x"] { } body': {}}}}},
        "components.idpButton.custom must have the names of identity providers, in letters and digits.",
    ),
    Row(
        "settings that turn on what AWS has reserved",
        f"{INVALID}Invalid Settings: categories.form.instructions.enabled is reserved, and must be false.",
        lambda s: style(s, Settings=instructions(True)),
        lambda s: style(s, Settings=instructions(False)),
    ),
    Row(
        "settings of a button that is nowhere",
        f"{INVALID}Invalid Settings: components.primaryButton.lightMode.disabled.borderColor "
        "is shown nowhere, and must be ffffffff.",
        lambda s: style(s, Settings=disabled("cccccccc")),
        lambda s: style(s, Settings=disabled("ffffffff")),
    ),
    asset_row("is not what it says", "the content is not PNG.", asset("FORM_LOGO", JPEG)),
    asset_row("is HTML", "the content is not PNG.", asset("FORM_LOGO", b"<html><script>alert(1)</script>")),
    asset_row(
        "has a script",
        "a drawing may not have the element script.",
        asset("FORM_LOGO", svg("<script>alert(1)</script>"), "SVG"),
    ),
    asset_row(
        "has an event",
        "a drawing may not have the attribute onload.",
        asset("FORM_LOGO", svg('<rect onload="alert(1)"/>'), "SVG"),
    ),
    asset_row(
        "has HTML in it",
        "a drawing may not have the element foreignObject.",
        asset("FORM_LOGO", svg("<foreignObject/>"), "SVG"),
    ),
    asset_row(
        "links outside itself",
        "a drawing may not link to anything outside itself.",
        asset("FORM_LOGO", svg('<image href="https://evil.example/x.png"/>'), "SVG"),
    ),
    asset_row(
        "has entities",
        "a drawing may not have a document type.",
        asset("FORM_LOGO", b'<!DOCTYPE svg [<!ENTITY a "x">]>' + svg("&a;"), "SVG"),
    ),
    asset_row("is a broken drawing", NOT_SVG, asset("FORM_LOGO", SVG[:-3], "SVG")),
    asset_row("is a PNG for an icon", "FAVICON_ICO must be ICO.", asset("FAVICON_ICO", PNG)),
    asset_row("is an icon for a drawing", "FAVICON_SVG must be SVG.", asset("FAVICON_SVG", ICO, "ICO")),
    asset_row("is empty", "FORM_LOGO has no Bytes.", asset("FORM_LOGO", b"")),
    asset_row(
        "is there twice",
        "FORM_LOGO is there twice for LIGHT.",
        asset("FORM_LOGO", PNG),
        asset("FORM_LOGO", JPEG, "JPEG"),
    ),
    asset_row(
        "is a provider's and says not whose",
        "IDP_BUTTON_ICON has a ResourceId, and no other category has.",
        asset("IDP_BUTTON_ICON", PNG),
    ),
    Row(
        "an image of more than a million bytes",
        INVALID
        + "1 validation error detected: Value at 'assets.1.member.bytes' failed to satisfy constraint: "
        "Member must have length less than or equal to 1000000",
        lambda s: style(s, Assets=[asset("FORM_LOGO", PNG + b"\0" * 1_000_000)]),
        lambda s: style(s, Assets=[asset("FORM_LOGO", PNG + b"\0" * (1_000_000 - len(PNG)))]),
    ),
    Row(
        "the house's look with settings",
        EITHER,
        lambda s: style(s, UseCognitoProvidedValues=True, Settings=page_color("fbf7f0ff")),
        provided,
    ),
    Row(
        "the house's look with images",
        EITHER,
        lambda s: style(s, UseCognitoProvidedValues=True, Assets=[asset("FORM_LOGO", PNG)]),
        provided,
    ),
    Row("a style of nothing", EITHER, style, lambda s: style(s, Settings={})),
    Row(
        "an update to both",
        EITHER,
        lambda s: change(s, UseCognitoProvidedValues=True, Settings={}),
        lambda s: change(s, UseCognitoProvidedValues=True),
        provided,
    ),
    Row(
        "a second style of a client",
        "ManagedLoginBrandingExistsException: Managed login branding already exists for client {client}.",
        provided,
        style_after_one_is_gone,
        provided,
    ),
    Row(
        "a style of a client of nobody",
        NO_CLIENT,
        lambda s: style(s, "1example23456789", UseCognitoProvidedValues=True),
        provided,
    ),
    Row(
        "the twenty-first style",
        "LimitExceededException: A user pool can have 20 managed login branding styles at most.",
        provided,
        style_after_one_is_gone,
        twenty_styles,
    ),
    Row(
        "the forty-first image",
        INVALID + "A managed login branding style can have 40 assets at most.",
        lambda s: change(s, Assets=[asset("FORM_LOGO", PNG)]),
        lambda s: change(s, Assets=[asset("IDP_BUTTON_ICON", JPEG, "JPEG", ResourceId="Provider 7")]),
        forty_images,
    ),
    Row(
        "an update of a style of nobody",
        NO_STYLE,
        lambda s: change(s, NOBODY, Settings={}),
        lambda s: change(s, Settings={}),
        provided,
    ),
    Row(
        "an update without an id",
        INVALID + "ManagedLoginBrandingId must be set.",
        lambda s: s.admin("UpdateManagedLoginBranding", Settings={}),
        lambda s: change(s, Settings={}),
        provided,
    ),
    Row(
        "the description of a style of nobody",
        NO_STYLE,
        lambda s: s.admin("DescribeManagedLoginBranding", ManagedLoginBrandingId=NOBODY),
        lambda s: s.admin("DescribeManagedLoginBranding", ManagedLoginBrandingId=s.got["style"]),
        provided,
    ),
    Row(
        "the description of a client without a style",
        NO_STYLE,
        lambda s: s.admin("DescribeManagedLoginBrandingByClient", ClientId=s.client),
        lambda s: s.steps(provided(s), s.admin("DescribeManagedLoginBrandingByClient", ClientId=s.client)),
    ),
    Row(
        "the deletion of a style of nobody",
        NO_STYLE,
        lambda s: s.admin("DeleteManagedLoginBranding", ManagedLoginBrandingId=NOBODY),
        lambda s: s.admin("DeleteManagedLoginBranding", ManagedLoginBrandingId=s.got["style"]),
        provided,
    ),
]


@table(MANAGED)
async def test_managed_login(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)
