"""What a copy of a user pool has of its template, and what it must not have."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.idp.branded import CSS
from tests.providers import OIDC
from tests.store.template import RED, TERMS, Template, cloned, without
from tests.tenants import Door
from tests.world import PASSWORD, World, close_world, open_world

from poolhouse.store import pool_cloning, snapshots
from poolhouse.store.pool_cloning import Wishes


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = await open_world(tmp_path)
    yield opened
    await close_world(opened)


@pytest.fixture
async def template(world: World) -> Template:
    return await Template(world).make()


async def test_its_app_clients_have_new_ids_and_new_secrets(world: World, template: Template) -> None:
    made = await cloned(template)

    ids = {client.template_id: client.client_id for client in made.clients}
    assert {client.name for client in made.clients} == {"web", "machine"}
    assert set(ids) == {template.web, template.machine}
    kept = await world.call(
        "GetUserPoolClientSessionConfiguration", UserPoolId=made.pool_id, ClientId=ids[template.web]
    )
    assert kept["SSOSession"]["MaxValidityMinutes"] == 5
    for theirs, ours in ids.items():
        before = (await template.call("DescribeUserPoolClient", ClientId=theirs))["UserPoolClient"]
        after = (await world.call("DescribeUserPoolClient", UserPoolId=made.pool_id, ClientId=ours))[
            "UserPoolClient"
        ]
        assert ours != theirs
        assert without(after, "ClientId", "ClientSecret") == without(before, "ClientId", "ClientSecret")
        assert ("ClientSecret" in after) == ("ClientSecret" in before) == (theirs == template.machine)
        assert after.get("ClientSecret", "new") != before.get("ClientSecret", "old")


async def test_its_pages_look_the_same_for_the_copies_of_its_app_clients(
    world: World, template: Template
) -> None:
    made = await cloned(template)
    ids = {client.template_id: client.client_id for client in made.clients}
    web, machine = ids[template.web], ids[template.machine]

    style, theirs = [
        (await world.call("DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client))[
            "ManagedLoginBranding"
        ]
        for pool, client in ((made.pool_id, web), (template.pool, template.web))
    ]
    document = await world.call(
        "DescribeTermsByClient", UserPoolId=made.pool_id, ClientId=web, TermsName="terms-of-use"
    )
    looks = [
        (await world.call("GetUICustomization", UserPoolId=made.pool_id, ClientId=client))["UICustomization"]
        for client in (machine, web)
    ]

    assert (style["Settings"], style["Assets"]) == (RED, theirs["Assets"])
    assert style["ManagedLoginBrandingId"] != theirs["ManagedLoginBrandingId"]
    assert document["Terms"]["Links"] == TERMS
    assert [(look["ClientId"], look["CSS"]) for look in looks] == [(machine, CSS), ("ALL", CSS)]
    assert "ImageUrl" in looks[1]


async def test_nobody_of_the_template_is_in_the_copy_and_no_token_of_one_is_good_in_the_other(
    world: World, template: Template
) -> None:
    made = await cloned(template)

    assert (await world.call("ListUsers", UserPoolId=made.pool_id))["Users"] == []
    assert (await world.call("ListUsersInGroup", UserPoolId=made.pool_id, GroupName="admin"))["Users"] == []
    theirs = (await snapshots.of_pool(world.env, template.pool)).keys
    ours = (await snapshots.of_pool(world.env, made.pool_id)).keys
    assert not set(theirs.public) & set(ours.public)
    assert (theirs.seal, theirs.digest, theirs.session) != (ours.seal, ours.digest, ours.session)
    web = next(client for client in made.clients if client.template_id == template.web)
    await world.user(made.pool_id, "bob", PASSWORD)
    assert await world.tokens({"ClientId": web.client_id}, "bob")


async def test_a_provider_keeps_its_settings_and_has_the_secret_that_was_given(
    world: World, template: Template
) -> None:
    made = await cloned(template, copies_secrets=False, provider_secrets={"corp": "acme's own"})

    found = await world.call("DescribeIdentityProvider", UserPoolId=made.pool_id, ProviderName="corp")
    details = found["IdentityProvider"]["ProviderDetails"]
    assert {**details, "client_secret": ""} == {
        **OIDC,
        "attributes_url_add_attributes": "false",
        "client_secret": "",
    }
    assert details["client_secret"] == "acme's own"
    by_identifier = await world.call(
        "GetIdentityProviderByIdentifier", UserPoolId=made.pool_id, IdpIdentifier="acme.example"
    )
    assert by_identifier == found


async def test_what_is_encrypted_for_the_copy_the_template_cannot_open(
    world: World, template: Template
) -> None:
    made = await cloned(template)

    theirs, ours = [
        (await world.call("DescribeIdentityProvider", UserPoolId=pool, ProviderName="old"))[
            "IdentityProvider"
        ]
        for pool in (template.pool, made.pool_id)
    ]
    name = "ActiveEncryptionCertificate"
    assert ours["ProviderDetails"][name] != theirs["ProviderDetails"][name]
    assert without(ours["ProviderDetails"], name) == without(theirs["ProviderDetails"], name)


async def test_e_mail_domains_are_of_the_copy_and_begin_at_its_app_client(
    world: World, template: Template
) -> None:
    made = await cloned(template, email_domains=("acme.example", "acme.test"), tenant_client=template.web)

    web = next(client for client in made.clients if client.template_id == template.web)
    for domain in ("acme.example", "acme.test"):
        found = await Door(world.env).tenant(domain)
        assert ((found or {})["userPoolId"], (found or {})["clientId"]) == (made.pool_id, web.client_id)


async def test_a_copy_of_a_tenant_has_its_own_domains_and_the_same_app_client(
    world: World, template: Template
) -> None:
    acme = await cloned(template, email_domains=("acme.example",), tenant_client=template.machine)

    globex = await pool_cloning.clone(
        world.env, acme.pool_id, Wishes("globex", email_domains=("globex.example",), copies_secrets=True)
    )

    found = {name: await Door(world.env).tenant(f"{name}.example") or {} for name in ("acme", "globex")}
    assert found["acme"]["userPoolId"] == acme.pool_id
    machine = next(client for client in globex.clients if client.name == "machine")
    assert (found["globex"]["userPoolId"], found["globex"]["clientId"]) == (globex.pool_id, machine.client_id)


async def test_it_does_about_risk_what_its_template_does_in_the_same_words(
    world: World, template: Template
) -> None:
    made = await cloned(template)
    ids = {client.template_id: client.client_id for client in made.clients}

    for level, same in (({}, {}), ({"ClientId": ids[template.web]}, {"ClientId": template.web})):
        theirs = (await template.call("DescribeRiskConfiguration", **same))["RiskConfiguration"]
        ours = (await world.call("DescribeRiskConfiguration", UserPoolId=made.pool_id, **level))[
            "RiskConfiguration"
        ]
        assert without(ours, "ClientId") == without(theirs, "ClientId")
        assert set(ours) & {"AccountTakeoverRiskConfiguration", "RiskExceptionConfiguration"}
