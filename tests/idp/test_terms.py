"""Terms documents: one of each name for a client, listed by page, changed in part."""

import asyncio
from typing import Any

import pytest
from tests.world import World

from poolhouse.errors import TermsExist, TermsNotFound

LINKS = {"cognito:default": "https://acme.example/terms", "cognito:german": "https://acme.example/agb"}


async def create(
    world: World, pool: str, client: str, name: str = "terms-of-use", **members: Any
) -> dict[str, Any]:
    given = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": LINKS} | members
    made = await world.call("CreateTerms", UserPoolId=pool, ClientId=client, TermsName=name, **given)
    return dict(made["Terms"])


async def pool_and_client(world: World) -> tuple[str, str]:
    pool = await world.pool()
    return pool, (await world.client(pool))["ClientId"]


async def test_a_document_is_found_by_its_id_and_by_its_client(world: World) -> None:
    pool, client = await pool_and_client(world)

    made = await create(world, pool, client)

    assert (made["TermsName"], made["Links"], made["ClientId"]) == ("terms-of-use", LINKS, client)
    by_id = await world.call("DescribeTerms", UserPoolId=pool, TermsId=made["TermsId"])
    by_client = await world.call(
        "DescribeTermsByClient", UserPoolId=pool, ClientId=client, TermsName="terms-of-use"
    )
    assert by_id["Terms"] == made == by_client["Terms"]


async def test_an_update_changes_what_it_names_and_replaces_links_as_a_whole(world: World) -> None:
    pool, client = await pool_and_client(world)
    made = await create(world, pool, client)
    links = {"cognito:default": "https://acme.example/privacy"}

    changed = await world.call(
        "UpdateTerms", UserPoolId=pool, TermsId=made["TermsId"], TermsName="privacy-policy", Links=links
    )

    assert (changed["Terms"]["TermsName"], changed["Terms"]["Links"]) == ("privacy-policy", links)
    assert changed["Terms"]["Enforcement"] == "NONE"


async def test_documents_are_listed_by_page(world: World) -> None:
    pool, client = await pool_and_client(world)
    made = {
        (await create(world, pool, client, name))["TermsId"] for name in ("terms-of-use", "privacy-policy")
    }

    first = await world.call("ListTerms", UserPoolId=pool, MaxResults=1)
    second = await world.call("ListTerms", UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])

    assert {entry["TermsId"] for page in (first, second) for entry in page["Terms"]} == made
    assert "NextToken" not in second
    assert set(first["Terms"][0]) == {
        "TermsId",
        "TermsName",
        "Enforcement",
        "CreationDate",
        "LastModifiedDate",
    }


async def test_of_documents_made_with_one_name_at_once_there_is_one(world: World) -> None:
    pool, client = await pool_and_client(world)

    answers = await asyncio.gather(*[create(world, pool, client) for _ in range(4)], return_exceptions=True)

    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [TermsExist] * 3


async def test_a_deleted_document_is_found_no_more(world: World) -> None:
    pool, client = await pool_and_client(world)
    made = await create(world, pool, client)

    await world.call("DeleteTerms", UserPoolId=pool, TermsId=made["TermsId"])

    with pytest.raises(TermsNotFound):
        await world.call("DescribeTerms", UserPoolId=pool, TermsId=made["TermsId"])
    assert (await world.call("ListTerms", UserPoolId=pool))["Terms"] == []


async def test_documents_go_with_their_client(world: World) -> None:
    pool, client = await pool_and_client(world)
    await create(world, pool, client)

    await world.call("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)

    assert (await world.call("ListTerms", UserPoolId=pool))["Terms"] == []
