"""Providers, links and their users on every store."""

from tests.federation.people import MAIL, source, stage
from tests.world import open_world


async def test_a_provider_its_users_and_their_links_live_on_every_store(db, tmp_path):
    world = await open_world(tmp_path, db)
    s = await stage(world)
    await world.user(s.pool, "ada")
    await s.link(MAIL, attribute="email")

    made = await s.sign_in("1", name="Eve")
    assert (await s.sign_in("1", name="Eve")).sub == made.sub
    assert (await s.sign_in("109", email=MAIL)).username == "ada"
    assert (await s.sign_in("109")).username == "ada"
    await world.call("AdminDisableProviderForUser", UserPoolId=s.pool, User=source("109"))
    assert (await s.sign_in("109")).username == "corp_109"
    changed = await world.call(
        "UpdateIdentityProvider", UserPoolId=s.pool, ProviderName="corp", IdpIdentifiers=["a", "b"]
    )
    assert changed["IdentityProvider"]["IdpIdentifiers"] == ["a", "b"]
    found = await world.call("GetIdentityProviderByIdentifier", UserPoolId=s.pool, IdpIdentifier="b")
    assert found["IdentityProvider"]["ProviderName"] == "corp"
    await world.call("DeleteIdentityProvider", UserPoolId=s.pool, ProviderName="corp")
    assert sorted(await s.users()) == ["ada", "corp_1", "corp_109"]
    await world.call("DeleteUserPool", UserPoolId=s.pool)
