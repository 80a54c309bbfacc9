import pytest
from msgspec.structs import replace
from tests.idp.people import EMAIL, NEW_PASSWORD, can_sign_in, context, disable, refusal, sign_up, stored
from tests.world import PASSWORD

from poolhouse.directory.users import UserStatus
from poolhouse.errors import NotAuthorized, PasswordResetRequired, UserNotConfirmed
from poolhouse.store import users


@pytest.fixture
async def pool(world):
    return await world.pool()


@pytest.fixture
async def client(world, pool):
    await world.user(pool, email=EMAIL, email_verified="true")
    return await world.client(pool)


async def set_password(world, pool, password=NEW_PASSWORD, name="ada", **more):
    return await world.call("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=password, **more)


# AdminResetUserPassword


async def test_after_a_reset_the_password_is_locked_until_the_code_replaces_it(world, pool, client):
    answer = await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert answer == {}
    assert (await stored(world, pool)).status == "RESET_REQUIRED"
    with pytest.raises(PasswordResetRequired):
        await world.tokens(client)
    (message,) = await world.inbox(pool)
    assert (message.to, message.purpose) == (EMAIL, "ForgotPassword")
    await world.call(
        "ConfirmForgotPassword",
        ClientId=client["ClientId"],
        Username="ada",
        ConfirmationCode=message.code,
        Password=NEW_PASSWORD,
    )
    assert (await stored(world, pool)).status == "CONFIRMED"
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_a_user_who_must_reset_may_ask_for_another_code(world, pool, client):
    await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")

    answer = await world.call("ForgotPassword", ClientId=client["ClientId"], Username="ada")

    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    assert (await stored(world, pool)).status == "RESET_REQUIRED"


async def test_a_reset_needs_a_verified_contact(world, pool):
    client = await world.client(pool)
    await world.user(pool, email=EMAIL)

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == (
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
    assert await can_sign_in(world, client)


async def test_who_has_to_choose_a_password_cannot_be_reset(world, pool, client):
    await set_password(world, pool, Permanent=False)

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", "User password cannot be reset in the current state.")


async def test_who_is_unconfirmed_cannot_be_reset(world, pool):
    await sign_up(world, await world.client(pool), email=EMAIL)
    verified = [{"Name": "email_verified", "Value": "true"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=verified)

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", "User password cannot be reset in the current state.")


async def test_a_disabled_user_cannot_be_reset(world, pool, client):
    await disable(world, pool, "ada")

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", "User is disabled.")


# AdminSetUserPassword


async def test_a_permanent_password_is_good_at_once(world, pool, client):
    assert await set_password(world, pool, Permanent=True) == {}

    assert (await stored(world, pool)).status == "CONFIRMED"
    assert await can_sign_in(world, client, password=NEW_PASSWORD)
    assert not await can_sign_in(world, client, password=PASSWORD)


@pytest.mark.parametrize("request_member", [{}, {"Permanent": False}])
async def test_any_other_password_must_be_changed_at_the_next_sign_in(world, pool, client, request_member):
    await set_password(world, pool, **request_member)

    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": NEW_PASSWORD},
    )

    assert (await stored(world, pool)).status == "FORCE_CHANGE_PASSWORD"
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


async def test_a_permanent_password_confirms_who_has_signed_up(world, pool):
    client = await world.client(pool)
    await sign_up(world, client)
    with pytest.raises(UserNotConfirmed):
        await world.tokens(client)

    await set_password(world, pool, Permanent=True)

    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_a_permanent_password_ends_a_required_reset(world, pool, client):
    await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")

    await set_password(world, pool, Permanent=True)

    assert await can_sign_in(world, client, password=NEW_PASSWORD)


@pytest.mark.parametrize(("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
async def test_a_user_of_another_provider_gets_a_password(world, pool, permanent, status):
    await world.user(pool)
    user = await stored(world, pool)
    ctx = await context(world, pool)
    external = replace(user, status=UserStatus.EXTERNAL_PROVIDER)
    await world.env.db.run(lambda tx: users.save(tx, ctx, user, external))

    await set_password(world, pool, Permanent=permanent)

    assert (await stored(world, pool)).status == status


async def test_a_user_of_another_provider_cannot_be_reset(world, pool, client):
    user = await stored(world, pool)
    ctx = await context(world, pool)
    external = replace(user, status=UserStatus.EXTERNAL_PROVIDER)
    await world.env.db.run(lambda tx: users.save(tx, ctx, user, external))

    for operation in ("AdminResetUserPassword", "ForgotPassword"):
        placed = {"UserPoolId": pool} if operation.startswith("Admin") else {"ClientId": client["ClientId"]}
        refused = await refusal(world, operation, **placed, Username="ada")
        assert refused == ("NotAuthorizedException", "User password cannot be reset in the current state.")

    await set_password(world, pool, Permanent=True)
    await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")


async def test_where_only_administrators_reset_no_code_is_sent_for_them_either(world):
    """A code could not be used there, so the user would be locked out [K]."""
    only = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    pool = await world.pool(AccountRecoverySetting=only)
    client = await world.client(pool)
    await world.user(pool, email=EMAIL, email_verified="true")

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", "Contact administrator to reset password.")
    assert await can_sign_in(world, client)
    await set_password(world, pool, Permanent=True)
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_nobody_is_signed_out(world, pool, client):
    token = (await world.tokens(client))["AccessToken"]

    await set_password(world, pool, Permanent=True)

    assert (await world.call("GetUser", AccessToken=token))["Username"] == "ada"


async def test_the_password_must_meet_the_policy(world, pool, client):
    refused = await refusal(
        world, "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password="password", Permanent=True
    )

    assert refused == (
        "InvalidPasswordException",
        "Password does not conform to policy: Password must have uppercase characters",
    )
    assert await can_sign_in(world, client)


async def test_a_password_of_before_is_refused(world):
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 1}}
    pool = await world.pool(Policies=policy)
    await world.user(pool)

    refused = await refusal(world, "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password=PASSWORD)

    assert refused == (
        "PasswordHistoryPolicyViolationException",
        "Password has previously been used.",
    )
    assert await set_password(world, pool) == {}


async def test_a_preferred_name_of_somebody_else_stays_theirs(world):
    pool = await world.pool(AliasAttributes=["preferred_username"])
    client = await world.client(pool)
    await world.user(pool, "ada", preferred_username="countess")
    await sign_up(world, client, "eve", preferred_username="countess")

    refused = await refusal(
        world,
        "AdminSetUserPassword",
        UserPoolId=pool,
        Username="eve",
        Password=NEW_PASSWORD,
        Permanent=True,
    )

    assert refused == (
        "InvalidParameterException",
        "An account with the given preferred_username already exists.",
    )
    with pytest.raises(NotAuthorized):
        await world.tokens(client, "eve", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("operation", "more"),
    [("AdminResetUserPassword", {}), ("AdminSetUserPassword", {"Password": NEW_PASSWORD})],
)
async def test_an_administrator_is_told_that_a_user_does_not_exist(world, pool, client, operation, more):
    refused = await refusal(world, operation, UserPoolId=pool, Username="nobody", **more)

    assert refused == ("UserNotFoundException", "User does not exist.")
    sub = (await stored(world, pool)).sub
    assert await world.call(operation, UserPoolId=pool, Username=sub, **more) == {}
