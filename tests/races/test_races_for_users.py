"""One address and one password, wanted by many at once: nothing is lost, and one wins."""

from tests.races.sites import (
    PASSWORD,
    RUNNERS,
    Outcome,
    Site,
    new_client,
    new_pool,
    new_user,
    race,
)


async def test_many_who_take_an_alias_over_leave_it_with_one_of_them(site: Site) -> None:
    pool = await new_pool(site, AliasAttributes=["email"])
    address = f"taken-{pool.lower()}@example.com"
    attributes = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]

    async def take(name: str) -> Outcome:
        return await site.attempt(
            "AdminCreateUser",
            UserPoolId=pool,
            Username=name,
            UserAttributes=attributes,
            MessageAction="SUPPRESS",
            ForceAliasCreation=True,
        )

    outcomes = await race(*(take(f"user{number}") for number in range(RUNNERS)))

    assert [outcome for outcome in outcomes if not outcome.won] == []
    listed = (await site.call("ListUsers", UserPoolId=pool))["Users"]
    verified = [user["Username"] for user in listed if _verified(user)]
    assert len(listed) == RUNNERS
    owner = await site.call("AdminGetUser", UserPoolId=pool, Username=address)
    assert verified == [owner["Username"]]


def _verified(user: dict[str, object]) -> bool:
    return {"Name": "email_verified", "Value": "true"} in user["Attributes"]  # type: ignore[operator]


async def test_one_of_many_changes_the_password(site: Site) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool)
    await new_user(site, pool, "ada")
    signed_in = await site.call(
        "InitiateAuth",
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    token = signed_in["AuthenticationResult"]["AccessToken"]

    async def change(number: int) -> Outcome:
        return await site.attempt(
            "ChangePassword",
            AccessToken=token,
            PreviousPassword=PASSWORD,
            ProposedPassword=f"N3w-Sword-{number}",
        )

    outcomes = await race(*(change(number) for number in range(RUNNERS)))

    assert [outcome.won for outcome in outcomes].count(True) == 1


async def test_a_user_whom_many_put_into_groups_is_in_a_hundred(site: Site) -> None:
    pool = await new_pool(site)
    await new_user(site, pool, "ada")
    names = [f"g{number:03}" for number in range(98 + RUNNERS)]
    for name in names:
        await site.call("CreateGroup", UserPoolId=pool, GroupName=name)

    async def join(name: str) -> Outcome:
        return await site.attempt("AdminAddUserToGroup", UserPoolId=pool, GroupName=name, Username="ada")

    for name in names[:98]:
        assert (await join(name)).won
    await race(*(join(names[0]) for _ in range(RUNNERS)))  # so that every connection is there
    outcomes = await race(*(join(name) for name in names[98:]))

    assert [outcome.won for outcome in outcomes].count(True) == 2
    assert {outcome.text for outcome in outcomes} - {""} == {"A user can be in at most 100 groups."}
