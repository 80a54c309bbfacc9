"""Refused: e-mail domains that a pool may not have, questions for them, and copies of pools."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace
from tests.providers import add_providers
from tests.refusals.ledgers import stored
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table
from tests.tenants import Door

from poolhouse.errors import ApiError
from poolhouse.store import pool_cloning
from poolhouse.store.pool_cloning import Wishes

DOMAINS, CLIENT = "poolhouse:email-domains", "poolhouse:tenant-client"
INVALID = "InvalidParameterException: "
BOTH = INVALID + f"The tags {DOMAINS} and {CLIENT} need each other: set both, or none."
FORM = (
    INVALID
    + f"The tag {DOMAINS} must be domains such as acme.example, in lower case and separated by blanks; "
    "one with other letters is written as DNS has it (xn--...)."
)


def arn(pool: str) -> str:
    return f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"


def tags(s: Scene, domains: str = "acme.example", client: str | None = None) -> dict[str, str]:
    return {DOMAINS: domains, CLIENT: client or s.client}


async def tag(s: Scene, given: dict[str, str], pool: str = "") -> Any:
    return await s.call("TagResource", ResourceArn=arn(pool or s.pool), Tags=given)


async def tag_domains(s: Scene, domains: str = "acme.example", client: str | None = None) -> Any:
    return await tag(s, tags(s, domains, client))


async def untag(s: Scene, *keys: str) -> Any:
    return await s.call("UntagResource", ResourceArn=arn(s.pool), TagKeys=list(keys))


async def another_tenant(s: Scene) -> None:
    """globex.example is of another pool, whose app client is kept."""
    pool = await s.another_pool()
    client = await s.another_client(pool)
    await tag(s, tags(s, "globex.example", client["ClientId"]), pool)
    await s.call("DescribeUserPool", UserPoolId=s.pool)
    s.got["theirs"] = client["ClientId"]


def malformed(name: str, domains: str) -> Row:
    return Row(
        f"e-mail domains, {name}",
        FORM,
        lambda s: tag_domains(s, domains),
        lambda s: tag_domains(s, "acme.example mail.acme.example xn--nxasmq6b.example"),
    )


@table(
    Row(
        "an e-mail domain of another pool",
        INVALID + "The e-mail domain globex.example is of another user pool.",
        lambda s: tag_domains(s, "acme.example globex.example"),
        tag_domains,
        arrange=another_tenant,
    ),
    Row(
        "an e-mail domain of another pool, by UpdateUserPool",
        INVALID + "The e-mail domain globex.example is of another user pool.",
        lambda s: s.admin("UpdateUserPool", UserPoolTags=tags(s, "globex.example")),
        lambda s: s.admin("UpdateUserPool", UserPoolTags=tags(s)),
        arrange=another_tenant,
    ),
    Row(
        "e-mail domains without an app client",
        BOTH,
        lambda s: tag(s, {DOMAINS: "acme.example"}),
        tag_domains,
    ),
    Row(
        "a tenant's app client without e-mail domains",
        BOTH,
        lambda s: tag(s, {CLIENT: s.client}),
        tag_domains,
    ),
    Row(
        "taking the app client away and leaving the e-mail domains",
        BOTH,
        lambda s: untag(s, CLIENT),
        lambda s: untag(s, CLIENT, DOMAINS),
        arrange=tag_domains,
    ),
    Row(
        "a tenant's app client of another pool",
        INVALID + f"The tag {CLIENT} names {{identity}}, which is no app client of this user pool: "
        "make the client first.",
        lambda s: tag_domains(s, client=s.got["theirs"]),
        tag_domains,
        arrange=lambda s: _their_client(s),
    ),
    Row(
        "a new pool with e-mail domains, whose app client cannot be there yet",
        INVALID + f"The tag {CLIENT} names 1a2b3c4d, which is no app client of this user pool: "
        "make the client first.",
        lambda s: s.call("CreateUserPool", PoolName="acme", UserPoolTags=tags(s, client="1a2b3c4d")),
        lambda s: s.call("CreateUserPool", PoolName="acme", UserPoolTags={"team": "red"}),
    ),
    Row(
        "an e-mail domain that is there twice",
        INVALID + f"The tag {DOMAINS} has a domain twice.",
        lambda s: tag_domains(s, "acme.example acme.example"),
        tag_domains,
    ),
    malformed("none", ""),
    malformed("in capital letters", "Acme.example"),
    malformed("of one label", "localhost"),
    malformed("that are an address", "ada@acme.example"),
    malformed("with a wildcard", "*.acme.example"),
    malformed("separated by commas", "acme.example,globex.example"),
    malformed("with other letters", "bücher.example"),
)
async def test_the_domain_is_refused_and_a_good_one_is_not(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


async def _their_client(s: Scene) -> None:
    await another_tenant(s)
    s.got["identity"] = s.got["theirs"]  # a place that the text of a row may have


# Questions


NEEDS_DOMAIN = "Send one parameter, domain: what follows the @ of an e-mail address, such as acme.example."
ALONE = "Send the domain alone: an e-mail address has no business in the query of a request."


@pytest.mark.parametrize(
    ("query", "description"),
    [
        ("", NEEDS_DOMAIN),
        ("domain=", NEEDS_DOMAIN),
        ("domain=acme.example&domain=globex.example", NEEDS_DOMAIN),
        ("domain=localhost", NEEDS_DOMAIN),
        ("domain=127.0.0.1", NEEDS_DOMAIN),
        ("domain=*.example", NEEDS_DOMAIN),
        ("domain=acme.example%00", NEEDS_DOMAIN),
        ("domain=%ff.example", NEEDS_DOMAIN),
        (f"domain={'a.' * 126}example", NEEDS_DOMAIN),
        ("domain=ada@acme.example", ALONE),
        ("email=ada@acme.example", ALONE),
        ("domain=acme.example&email=ada@acme.example", ALONE),
    ],
)
async def test_what_is_no_domain_is_refused_and_a_domain_is_answered(
    scene: Scene, query: str, description: str, count: Any
) -> None:
    await scene.set_up({}, {}, {})
    await tag_domains(scene)
    door = Door(scene.world.env)

    refused = await door.ask(query)

    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_request", "error_description": description}
    assert refused.headers["cache-control"] == "no-store"
    count("refused", 1)
    assert (await door.ask("domain=acme.example")).json()["tenant"]["userPoolId"] == scene.pool
    count("twins", 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_question_is_a_get(scene: Scene, method: str, count: Any) -> None:
    await scene.set_up({}, {}, {})
    door = Door(scene.world.env)

    refused = await door.ask("domain=acme.example", method=method)

    assert (refused.status_code, refused.headers["allow"], refused.content) == (405, "GET, HEAD", b"")
    count("refused", 1)
    assert (await door.ask("domain=acme.example", method="HEAD")).status_code == 200
    count("twins", 1)


async def test_a_source_that_asks_too_much_is_refused_and_another_is_not(scene: Scene, count: Any) -> None:
    await scene.set_up({}, {}, {})
    await scene.with_settings(quotas=True)
    door = Door(scene.world.env)

    asked = [(await door.ask(f"domain=d{n}.example")).status_code for n in range(40)]
    refused = await door.ask("domain=acme.example")

    assert asked[0] == 200
    assert 429 in asked
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_requests")
    count("refused", 1)
    elsewhere = Door(scene.world.env, "198.51.100.9")
    assert (await elsewhere.ask("domain=acme.example")).status_code == 200
    count("twins", 1)


# Copies


@dataclass(frozen=True)
class CopyRow:
    """As `Row`: a copy that is refused, and almost the same that is made."""

    name: str
    error: str
    wishes: Wishes
    twin: Wishes
    template: str = ""  # empty: the scene's pool
    arrange: Callable[[Scene], Awaitable[Any]] | None = None


GOOD = Wishes("acme")
NAME = INVALID + "A user pool's name has 1 to 128 letters, digits, blanks and _+=,.@-: correct --name."
REGION = INVALID + "A Region's name has 1 to 32 small letters, digits and hyphens: correct --region."
SECRET = (
    INVALID
    + "The identity provider corp has a secret, which is not copied: give one of the new pool's own with "
    "--provider-secret corp=FILE, or use the same with --copy-provider-secrets."
)
UNCLEAR = (
    INVALID + "Which app client begins the sign-ins of the e-mail domains? Name one of the template with "
    "--tenant-client, or give the template the tags of a tenant."
)


async def corporate(s: Scene) -> None:
    await add_providers(s.world, s.pool, "corp")


COPIES = [
    CopyRow(
        "of a pool that is not there",
        "ResourceNotFoundException: User pool us-east-1_Unknown01 does not exist.",
        GOOD,
        GOOD,
        template="us-east-1_Unknown01",
    ),
    CopyRow("without a name", NAME, Wishes(""), GOOD),
    CopyRow("with a name that no pool has", NAME, Wishes("a/b"), Wishes("a b")),
    CopyRow("in a Region that is none", REGION, Wishes("acme", "EU"), Wishes("acme", "eu-west-1")),
    CopyRow(
        "with an e-mail domain of another pool",
        INVALID + "The e-mail domain globex.example is of another user pool.",
        Wishes("acme", email_domains=("globex.example",)),
        Wishes("acme", email_domains=("acme.example",)),
        arrange=another_tenant,
    ),
    CopyRow(
        "with an e-mail domain that is none",
        FORM,
        Wishes("acme", email_domains=("acme",)),
        Wishes("acme", email_domains=("acme.example",)),
    ),
    CopyRow(
        "with a provider's secret that nobody gave",
        SECRET,
        GOOD,
        Wishes("acme", provider_secrets={"corp": "x"}),
        arrange=corporate,
    ),
    CopyRow(
        "with the secret of the template's provider, unasked",
        SECRET,
        GOOD,
        Wishes("acme", copies_secrets=True),
        arrange=corporate,
    ),
    CopyRow(
        "with a secret for a provider that is not there",
        INVALID + "The template has no identity provider corp with a secret: correct --provider-secret.",
        Wishes("acme", provider_secrets={"corp": "x"}),
        GOOD,
    ),
    CopyRow(
        "with e-mail domains and several app clients",
        UNCLEAR,
        Wishes("acme", email_domains=("acme.example",)),
        Wishes("acme"),
        arrange=lambda s: s.another_client(),
    ),
    CopyRow(
        "with a tenant's app client that the template does not have",
        UNCLEAR,
        Wishes("acme", email_domains=("acme.example",), tenant_client="1a2b3c4d"),
        Wishes("acme", email_domains=("acme.example",)),
    ),
]


@pytest.mark.parametrize("row", COPIES, ids=[row.name for row in COPIES])
async def test_a_copy_is_refused_and_leaves_nothing(scene: Scene, row: CopyRow, count: Any) -> None:
    await scene.set_up({}, {}, {})
    if row.arrange:
        await row.arrange(scene)
    before = stored(scene.file)

    with pytest.raises(ApiError) as refusal:
        await pool_cloning.clone(scene.world.env, row.template or scene.pool, row.wishes)

    assert f"{refusal.value.code}: {refusal.value.message}" == row.error
    assert stored(scene.file) == before
    count("refused", 1)
    made = await pool_cloning.clone(scene.world.env, scene.pool, row.twin)
    assert made.pool_id != scene.pool
    count("twins", 1)


async def test_a_copy_in_a_full_region_is_refused_and_in_another_is_made(scene: Scene, count: Any) -> None:
    await scene.set_up({}, {}, {})
    await scene.with_settings(quota_resources={"UserPools": 1})

    with pytest.raises(ApiError, match="A Region can have 1 user pools at most"):
        await pool_cloning.clone(scene.world.env, scene.pool, GOOD)

    count("refused", 1)
    made = await pool_cloning.clone(scene.world.env, scene.pool, replace(GOOD, region="eu-west-1"))
    assert made.pool_id.startswith("eu-west-1_")
    count("twins", 1)
