"""One thing and twenty who want it at once: exactly one gets it (security.md, rules 2 and 3)."""

import pytest
from tests.races.sites import (
    PASSWORD,
    RUNNERS,
    Outcome,
    Site,
    losers,
    new_client,
    new_pool,
    new_user,
    password_sign_in,
    race,
    sign_up,
    srp_answer,
)

_FREE_TRIES = 5
_ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}


def winners(outcomes: list[Outcome]) -> int:
    return sum(outcome.won for outcome in outcomes)


async def test_one_of_many_gets_the_alias(site: Site) -> None:
    pool = await new_pool(site, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = await new_client(site, pool)
    address = f"all-{pool.lower()}@example.com"
    names = [f"user{number}" for number in range(RUNNERS)]
    for name in names:
        await sign_up(site, client, name, address)

    outcomes = await race(*(_verified(site, pool, name, address) for name in names))

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"AliasExistsException"}
    found = await site.call("ListUsers", UserPoolId=pool)
    owners = [user["Username"] for user in found["Users"] if _email_verified(user)]
    assert len(owners) == 1
    owner = await site.call("AdminGetUser", UserPoolId=pool, Username=address)
    assert owner["Username"] == owners[0]


async def _verified(site: Site, pool: str, name: str, address: str) -> Outcome:
    listed = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    return await site.attempt(
        "AdminUpdateUserAttributes", UserPoolId=pool, Username=name, UserAttributes=listed
    )


def _email_verified(user: dict[str, object]) -> bool:
    return {"Name": "email_verified", "Value": "true"} in user["Attributes"]  # type: ignore[operator]


async def test_one_of_many_signs_up_with_the_address(site: Site) -> None:
    pool = await new_pool(site, UsernameAttributes=["email"])
    client = await new_client(site, pool)
    address = f"one-{pool.lower()}@example.com"

    outcomes = await race(
        *(
            site.attempt("SignUp", ClientId=client, Username=address, Password=PASSWORD)
            for _ in range(RUNNERS)
        )
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"UsernameExistsException"}


async def test_one_of_many_confirms_with_the_code(site: Site) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool)
    address = f"ada-{pool.lower()}@example.com"
    await sign_up(site, client, "ada", address)
    code = await site.code(pool, address)

    outcomes = await race(
        *(
            site.attempt("ConfirmSignUp", ClientId=client, Username="ada", ConfirmationCode=code)
            for _ in range(RUNNERS)
        )
    )

    said = [outcome.error for outcome in outcomes]
    assert winners(outcomes) == 1
    assert losers(outcomes) <= {"NotAuthorizedException", "ExpiredCodeException", "LimitExceededException"}
    assert said.count("LimitExceededException") <= RUNNERS - _TRIES_OF_A_CODE
    assert (await site.attempt("InitiateAuth", **password_sign_in(client))).won


_TRIES_OF_A_CODE = 15  # in an hour; the sixteenth would be refused for that


async def test_one_of_many_sets_a_new_password_with_the_code(site: Site) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool)
    await new_user(site, pool)
    address = f"lost-{pool.lower()}@example.com"
    await _verified(site, pool, "ada", address)
    await site.call("ForgotPassword", ClientId=client, Username="ada")
    code = await site.code(pool, address)

    outcomes = await race(
        *(
            site.attempt(
                "ConfirmForgotPassword",
                ClientId=client,
                Username="ada",
                ConfirmationCode=code,
                Password=f"{PASSWORD}-{number}",
            )
            for number in range(_TRIES_OF_A_CODE)
        )
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) <= {"CodeMismatchException", "ExpiredCodeException"}
    winner = next(number for number, outcome in enumerate(outcomes) if outcome.won)
    assert (await site.attempt("InitiateAuth", **password_sign_in(client, f"{PASSWORD}-{winner}"))).won


async def test_one_of_many_rotates_the_refresh_token(site: Site) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool, **_ROTATING)
    await new_user(site, pool)
    begun = await site.call("InitiateAuth", **password_sign_in(client))
    token = begun["AuthenticationResult"]["RefreshToken"]

    outcomes = await race(
        *(
            site.attempt("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token)
            for _ in range(RUNNERS)
        )
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) <= {"RefreshTokenReuseException", "NotAuthorizedException"}
    successor = next(outcome.answer for outcome in outcomes if outcome.won)["AuthenticationResult"]
    stolen = await site.attempt(
        "GetTokensFromRefreshToken", ClientId=client, RefreshToken=successor["RefreshToken"]
    )
    assert stolen.text == "Refresh Token has been revoked"


async def test_one_of_many_answers_the_srp_challenge(site: Site) -> None:
    pool = await new_pool(site, UserPoolTags={"poolhouse:lockout-free-tries": "100"})
    client = await new_client(site, pool)
    await new_user(site, pool)
    answer = await srp_answer(site, pool, client)

    outcomes = await race(*(site.attempt("RespondToAuthChallenge", **answer) for _ in range(RUNNERS)))

    assert winners(outcomes) == 1
    assert {outcome.text for outcome in outcomes if not outcome.won} == {
        "Invalid session for the user, session can only be used once."
    }


async def test_one_of_many_sets_the_new_password_of_a_session(site: Site) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool)
    await new_user(site, pool, permanent=False)
    begun = await site.call("InitiateAuth", **password_sign_in(client))

    def answer(number: int) -> dict[str, object]:
        given = {"USERNAME": "ada", "NEW_PASSWORD": f"{PASSWORD}-{number}"}
        return {
            "ClientId": client,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": begun["Session"],
            "ChallengeResponses": given,
        }

    outcomes = await race(
        *(site.attempt("RespondToAuthChallenge", **answer(number)) for number in range(RUNNERS))
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"NotAuthorizedException"}
    winner = next(number for number, outcome in enumerate(outcomes) if outcome.won)
    assert (await site.attempt("InitiateAuth", **password_sign_in(client, f"{PASSWORD}-{winner}"))).won


async def test_one_of_many_makes_the_group(site: Site) -> None:
    pool = await new_pool(site)

    outcomes = await race(
        *(site.attempt("CreateGroup", UserPoolId=pool, GroupName="staff") for _ in range(RUNNERS))
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"GroupExistsException"}


@pytest.mark.parametrize("known", [True, False], ids=["a user", "nobody"])
async def test_no_more_than_the_free_tries_are_evaluated(site: Site, known: bool) -> None:
    pool = await new_pool(site)
    client = await new_client(site, pool, PreventUserExistenceErrors="ENABLED")
    if known:
        await new_user(site, pool)
    wrong = password_sign_in(client, "Wr0ng-P2$Sword")
    admin = wrong | {"UserPoolId": pool, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    proofs = [await srp_answer(site, pool, client, "Wr0ng-P2$Sword") for _ in range(RUNNERS // 3)]

    outcomes = await race(
        *(site.attempt("RespondToAuthChallenge", **proof) for proof in proofs),
        *(site.attempt("InitiateAuth", **wrong) for _ in range(RUNNERS // 3)),
        *(site.attempt("AdminInitiateAuth", **admin) for _ in range(RUNNERS - 2 * (RUNNERS // 3))),
    )

    said = [outcome.text for outcome in outcomes]
    assert len(said) == RUNNERS
    assert said.count("Incorrect username or password.") == _FREE_TRIES
    assert said.count("Password attempts exceeded") == RUNNERS - _FREE_TRIES
