"""The enhanced flow: which role, whose credentials, and what is in them."""

import pytest

from poolhouse.directory import guest_policy
from poolhouse.errors import (
    CredentialsExpired,
    GuestsOff,
    IdentityForbidden,
    InvalidIdentityPoolConfiguration,
    LoginsDontMatch,
)
from poolhouse.ports import HOUR, SECOND
from poolhouse.tokens import credentials

SELF = "cognito-identity.amazonaws.com"


async def session_of(scene, answer):
    """What a worker reads in the session token."""
    given = answer["Credentials"]
    session, secret = await credentials.opened(
        scene.world.env, given["SessionToken"], given["AccessKeyId"], scene.world.now
    )
    assert secret == given["SecretKey"]
    return session


async def test_a_user_gets_the_role_for_users_for_an_hour(scene):
    roles = await scene.usual_roles()
    logins = await scene.logins()
    ada = await scene.identity(logins)

    answer = await scene.credentials(ada, logins)

    session = await session_of(scene, answer)
    assert answer["IdentityId"] == ada
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert set(answer["Credentials"]) == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert abs(answer["Credentials"]["Expiration"] - scene.world.now - HOUR) < 5 * SECOND
    assert (session.principal, session.name) == (roles["authenticated"], "CognitoIdentityCredentials")
    assert (session.subject, session.audience) == (ada, scene.identity_pool)
    assert session.policies == ()
    sub = session.context[f"{SELF}:amr"][2].rpartition(":")[2]
    assert session.context[f"{SELF}:amr"] == (
        "authenticated",
        scene.provider,
        f"{scene.provider}:CognitoSignIn:{sub}",
    )


async def test_a_guest_gets_the_role_for_guests_within_the_bounds_for_guests(scene):
    roles = await scene.usual_roles()
    guest = await scene.identity()

    session = await session_of(scene, await scene.credentials(guest))

    assert session.principal == roles["unauthenticated"]
    assert session.context[f"{SELF}:amr"] == ("unauthenticated",)
    assert session.policies == (guest_policy.DOCUMENT,)


async def test_guests_get_nothing_where_they_are_off(scene):
    await scene.usual_roles()
    guest = await scene.identity()
    await scene.update(AllowUnauthenticatedIdentities=False)

    with pytest.raises(GuestsOff):
        await scene.credentials(guest)


async def test_a_pool_without_roles_gives_no_credentials(scene):
    guest = await scene.identity()

    with pytest.raises(InvalidIdentityPoolConfiguration):
        await scene.credentials(guest)
    await scene.usual_roles()
    assert await scene.credentials(guest)


async def test_a_role_that_trusts_guests_only_is_not_given_to_users(scene):
    role = await scene.role("Guests", "unauthenticated")
    await scene.set_roles({"authenticated": role, "unauthenticated": role})
    logins = await scene.logins()
    ada, guest = await scene.identity(logins), await scene.identity()

    with pytest.raises(InvalidIdentityPoolConfiguration):
        await scene.credentials(ada, logins)
    assert await scene.credentials(guest)


async def test_a_role_that_trusts_another_pool_is_not_given(scene):
    roles = await scene.usual_roles()
    first, scene.identity_pool = scene.identity_pool, await scene.make()
    await scene.set_roles(roles)
    logins = await scene.logins()

    with pytest.raises(InvalidIdentityPoolConfiguration):
        await scene.credentials(await scene.identity(logins), logins)
    scene.identity_pool = first
    assert await scene.credentials(await scene.identity(logins), logins)


async def in_groups(scene, *roles):
    for place, role in enumerate(roles):
        name = f"group{place}"
        await scene.world.call(
            "CreateGroup", UserPoolId=scene.user_pool, GroupName=name, RoleArn=role, Precedence=1
        )
        await scene.world.call(
            "AdminAddUserToGroup", UserPoolId=scene.user_pool, GroupName=name, Username="ada"
        )


async def test_with_a_mapping_by_token_the_group_says_the_role(scene):
    role = await scene.role("Editors")
    await scene.usual_roles(ada={"Type": "Token", "AmbiguousRoleResolution": "Deny"})
    await in_groups(scene, role)
    logins = await scene.logins()

    session = await session_of(scene, await scene.credentials(await scene.identity(logins), logins))

    assert session.principal == role


async def test_a_role_that_is_asked_for_must_be_in_the_token(scene):
    editors, admins = await scene.role("Editors"), await scene.role("Admins")
    await scene.usual_roles()
    await in_groups(scene, editors)
    logins = await scene.logins()
    ada = await scene.identity(logins)

    with pytest.raises(IdentityForbidden):
        await scene.credentials(ada, logins, CustomRoleArn=admins)
    session = await session_of(scene, await scene.credentials(ada, logins, CustomRoleArn=editors))
    assert session.principal == editors


async def test_claims_become_principal_tags_of_the_session(scene):
    await scene.usual_roles()
    await scene.of_pool(
        "SetPrincipalTagAttributeMap",
        IdentityProviderName=scene.provider,
        PrincipalTags={"mail": "email", "team": "custom:team"},
    )
    logins = await scene.logins()

    session = await session_of(scene, await scene.credentials(await scene.identity(logins), logins))

    assert session.tags == {"mail": "ada@example.com"}


async def test_a_role_that_allows_no_tags_is_not_given_with_tags(scene):
    role = await scene.role("Untagged", actions=("sts:AssumeRoleWithWebIdentity",))
    await scene.set_roles({"authenticated": role})
    logins = await scene.logins()
    ada = await scene.identity(logins)
    assert await scene.credentials(ada, logins)

    await scene.of_pool("SetPrincipalTagAttributeMap", IdentityProviderName=scene.provider, UseDefaults=True)

    with pytest.raises(InvalidIdentityPoolConfiguration):
        await scene.credentials(ada, logins)


async def test_the_token_of_a_developers_user_is_passed_on(scene):
    roles = await scene.usual_roles()
    made = await scene.developer("ben", PrincipalTags={"team": "blue"})

    session = await session_of(scene, await scene.credentials(made["IdentityId"], {SELF: made["Token"]}))

    assert session.principal == roles["authenticated"]
    assert session.tags == {"team": "blue"}
    assert session.context[f"{SELF}:amr"][2] == f"login.example:{scene.identity_pool}:ben"


async def test_a_developers_token_is_good_for_its_own_identity_only(scene):
    await scene.usual_roles()
    ben, eve = await scene.developer("ben"), await scene.developer("eve")

    with pytest.raises(LoginsDontMatch):
        await scene.credentials(ben["IdentityId"], {SELF: eve["Token"]})
    assert await scene.credentials(ben["IdentityId"], {SELF: ben["Token"]})


async def test_with_the_identity_its_credentials_end(scene):
    await scene.usual_roles()
    guest, other = await scene.identity(), await scene.identity()
    given, others = await scene.credentials(guest), await scene.credentials(other)
    assert await session_of(scene, given)

    await scene.call("DeleteIdentities", IdentityIdsToDelete=[guest])

    with pytest.raises(CredentialsExpired):
        await session_of(scene, given)
    assert await session_of(scene, others)
