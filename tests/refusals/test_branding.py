"""Refused: classic looks that could run, load or hide something, and links that are none."""

import base64
from collections.abc import Callable
from typing import Any

from tests.directory.pictures import ICO, JPEG, PNG, SVG
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

NOBODY = "9d1f3a5b-0000-4000-8000-000000000000"
INVALID = "InvalidParameterException: "
NOT_TO_CUSTOMIZE = INVALID + "There has to be an existing domain associated with this user pool"
NO_CLIENT = "ResourceNotFoundException: User pool client 1example23456789 does not exist."
NO_TERMS = "ResourceNotFoundException: Terms do not exist."


# The classic look


async def with_domain(s: Scene) -> None:
    await s.admin("CreateUserPoolDomain", Domain="acme")


async def classic(s: Scene, css: str = "", image: bytes = b"", **members: Any) -> Any:
    given = {"CSS": css} | ({"ImageFile": base64.b64encode(image).decode()} if image else {})
    return await s.admin("SetUICustomization", **(given | members))


GOOD_CSS = ".label-customizable { color: red }"


def css_row(name: str, css: str, why: str) -> Row:
    return Row(
        f"a sheet with {name}",
        f"{INVALID}Invalid CSS: {why}",
        lambda s: classic(s, css),
        lambda s: classic(s, GOOD_CSS),
        with_domain,
    )


def cannot(text: str) -> str:
    return f"'{text}' is not one of the classes that can be customized."


UNUSABLE = "background in .banner-customizable has a value that cannot be used, at "
BIG = PNG + b"\0" * (100 * 1024 - len(PNG))
CLASSIC = [
    css_row("another class", ".modal { color: red }", cannot(".modal")),
    css_row("an element", "body { color: red }", cannot("body")),
    css_row("@import", '@import "x";', cannot('@import "x"')),
    css_row("@media", "@media screen { }", cannot("@media screen")),
    css_row("an escape in a class", r".lab\65 l-customizable {}", cannot(r".lab\\65 l-customizable")),
    css_row(
        "url()",
        ".banner-customizable { background: url(//evil.example) }",
        UNUSABLE + "'url(//evil.example) }'.",
    ),
    css_row(
        "an escaped url()",
        r".banner-customizable { background: \75rl(x) }",
        UNUSABLE + r"'\\75rl(x) }'.",
    ),
    css_row(
        "expression()", ".banner-customizable { background: expression(x) }", UNUSABLE + "'expression(x) }'."
    ),
    css_row(
        "the end of the style element",
        ".banner-customizable { background: red</style> }",
        UNUSABLE + "'</style> }'.",
    ),
    css_row(
        "no focus ring",
        ".label-customizable { outline: none }",
        "outline in .label-customizable cannot be none; the focus ring is not for sale.",
    ),
    css_row(
        "labels that nobody sees",
        ".label-customizable { display: none }",
        "display in .label-customizable cannot be none; what people need to sign in is seen.",
    ),
    css_row(
        "a property without effect",
        ".label-customizable { float: left }",
        "float in .label-customizable cannot be left; the pages have no place for it.",
    ),
    css_row(
        "a property of behaviour",
        ".label-customizable { behavior: x }",
        "'behavior' in .label-customizable is not a property that can be customized.",
    ),
    css_row(
        "a token of ours",
        ".label-customizable { --accent: red }",
        "'--accent' in .label-customizable is not a property that can be customized.",
    ),
    css_row("a comment that does not end", GOOD_CSS + "/*", "a comment does not end."),
    Row(
        "a sheet without a domain",
        NOT_TO_CUSTOMIZE,
        lambda s: classic(s, GOOD_CSS),
        lambda s: s.steps(with_domain(s), classic(s, GOOD_CSS)),
    ),
    Row(
        "a sheet for a client of nobody",
        NO_CLIENT,
        lambda s: classic(s, GOOD_CSS, ClientId="1example23456789"),
        lambda s: classic(s, GOOD_CSS, ClientId=s.client),
        with_domain,
    ),
    Row(
        "the look of a client of nobody",
        NO_CLIENT,
        lambda s: s.admin("GetUICustomization", ClientId="1example23456789"),
        lambda s: s.admin("GetUICustomization", ClientId=s.client),
    ),
    Row(
        "a logo of more than 100 KB",
        INVALID + "Invalid image: it is larger than 100 KB.",
        lambda s: classic(s, image=BIG + b"\0"),
        lambda s: classic(s, image=BIG),
        with_domain,
    ),
    *(
        Row(
            f"a logo that is {name}",
            INVALID + "Invalid image: it is neither PNG nor JPEG.",
            lambda s, image=image: classic(s, image=image),
            lambda s: classic(s, image=JPEG),
            with_domain,
        )
        for name, image in (("a drawing", SVG), ("an icon", ICO), ("HTML", b"<html>"), ("a GIF", b"GIF89a"))
    ),
]


@table(CLASSIC)
async def test_the_classic_look(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


# Terms

HOME = "https://acme.example/terms"


async def terms(s: Scene, name: str = "terms-of-use", client: str = "", **links: str) -> Any:
    made = await s.admin(
        "CreateTerms",
        ClientId=client or s.client,
        TermsName=name,
        TermsSource="LINK",
        Enforcement="NONE",
        Links={f"cognito:{language}": address for language, address in (links or {"default": HOME}).items()},
    )
    s.got["terms"] = made["Terms"]["TermsId"]
    return made


async def both_terms(s: Scene) -> None:
    await terms(s, "privacy-policy")
    await terms(s)


async def forty_terms(s: Scene) -> None:
    for _ in range(20):
        client = (await s.another_client())["ClientId"]
        await terms(s, client=client)
        await terms(s, "privacy-policy", client)


async def terms_after_one_is_gone(s: Scene) -> Any:
    await s.admin("DeleteTerms", TermsId=s.got["terms"])
    return await terms(s)


def link_row(name: str, address: str) -> Row:
    return Row(
        f"a link that {name}",
        INVALID + "Invalid Links: that of cognito:default must be an address that begins with https://.",
        lambda s: terms(s, default=address),
        terms,
    )


TERMS = [
    link_row("is a script", "javascript:alert(1)"),
    link_row("is plain HTTP", "http://acme.example/terms"),
    link_row("is data", "data:text/html,x"),
    link_row("is of this page", "/terms"),
    link_row("names a user", "https://acme.example@evil.example/"),
    link_row("has no host", "https:///terms"),
    link_row("has a port that is none", "https://acme.example:port/"),
    Row(
        "links without a default",
        INVALID + "Invalid Links: cognito:default must be there.",
        lambda s: terms(s, german=HOME),
        lambda s: terms(s, german=HOME, default=HOME),
    ),
    Row(
        "a second document of a name",
        "TermsExistsException: Terms terms-of-use already exist for client {client}.",
        terms,
        lambda s: terms(s, "privacy-policy"),
        terms,
    ),
    Row(
        "a new name that the client's other document has",
        "TermsExistsException: Terms privacy-policy already exist for client {client}.",
        lambda s: s.admin("UpdateTerms", TermsId=s.got["terms"], TermsName="privacy-policy"),
        lambda s: s.admin("UpdateTerms", TermsId=s.got["terms"], TermsName="terms-of-use"),
        both_terms,
    ),
    Row("a document of a client of nobody", NO_CLIENT, lambda s: terms(s, client="1example23456789"), terms),
    Row(
        "the forty-first document",
        "LimitExceededException: A user pool can have 40 terms documents at most.",
        terms,
        terms_after_one_is_gone,
        forty_terms,
    ),
    *(
        Row(
            f"{operation} of nobody's document",
            NO_TERMS,
            lambda s, operation=operation: s.admin(operation, TermsId=NOBODY),
            lambda s, operation=operation: s.admin(operation, TermsId=s.got["terms"]),
            terms,
        )
        for operation in ("DescribeTerms", "UpdateTerms", "DeleteTerms")
    ),
    Row(
        "the description of a document that the client has not",
        NO_TERMS,
        lambda s: s.admin("DescribeTermsByClient", ClientId=s.client, TermsName="privacy-policy"),
        lambda s: s.admin("DescribeTermsByClient", ClientId=s.client, TermsName="terms-of-use"),
        terms,
    ),
    Row(
        "a token of another listing",
        INVALID + "Invalid pagination token given.",
        lambda s: s.admin("ListTerms", NextToken="x"),
        lambda s: s.admin("ListTerms"),
    ),
]


@table(TERMS)
async def test_terms(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)
