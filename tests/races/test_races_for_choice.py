"""One code, one Session of a sign-up and one first password, wanted by many at once: one of them has it."""

from typing import Any

from tests.races.sites import PASSWORD, RUNNERS, Outcome, Site, losers, new_client, new_pool, race

_FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


async def stage(site: Site) -> tuple[str, str, str]:
    """A pool whose users may sign in with a code, its client, and an address of its own."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool = await new_pool(site, Policies=policy)
    client = await new_client(site, pool, ExplicitAuthFlows=_FLOWS)
    return pool, client, f"ada-{pool.lower()}@example.com"


async def without_password(site: Site, pool: str, email: str) -> None:
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    await site.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        UserAttributes=attributes,
        MessageAction="SUPPRESS",
    )


async def answer_to_a_code(site: Site, pool: str, client: str, email: str) -> dict[str, Any]:
    """Ask for a code; gives the answer that signs in."""
    asked = await site.call(
        "InitiateAuth",
        ClientId=client,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    )
    code = await site.code(pool, email)
    return {
        "ClientId": client,
        "ChallengeName": "EMAIL_OTP",
        "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "ada", "EMAIL_OTP_CODE": code},
    }


def winners(outcomes: list[Outcome]) -> int:
    return sum(outcome.won for outcome in outcomes)


async def test_one_of_many_signs_in_with_a_code(site: Site) -> None:
    pool, client, email = await stage(site)
    await without_password(site, pool, email)
    answer = await answer_to_a_code(site, pool, client, email)

    outcomes = await race(*(site.attempt("RespondToAuthChallenge", **answer) for _ in range(RUNNERS)))

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"NotAuthorizedException"}


async def test_one_of_many_signs_in_with_the_session_of_a_sign_up(site: Site) -> None:
    pool, client, email = await stage(site)
    attributes = [{"Name": "email", "Value": email}]
    made = await site.call("SignUp", ClientId=client, Username="ada", UserAttributes=attributes)
    confirmed = await site.call(
        "ConfirmSignUp",
        ClientId=client,
        Username="ada",
        ConfirmationCode=await site.code(pool, email),
        Session=made["Session"],
    )
    request = {"ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "ada"}}

    outcomes = await race(
        *(site.attempt("InitiateAuth", **request, Session=confirmed["Session"]) for _ in range(RUNNERS))
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) == {"NotAuthorizedException"}


async def test_one_of_many_chooses_the_first_password(site: Site) -> None:
    pool, client, email = await stage(site)
    await without_password(site, pool, email)
    done = await site.call("RespondToAuthChallenge", **await answer_to_a_code(site, pool, client, email))
    access = done["AuthenticationResult"]["AccessToken"]

    outcomes = await race(
        *(
            site.attempt("ChangePassword", AccessToken=access, ProposedPassword=f"{PASSWORD}-{number}")
            for number in range(RUNNERS)
        )
    )

    assert winners(outcomes) == 1
    assert losers(outcomes) <= {
        "NotAuthorizedException",
        "InvalidParameterException",
        "LimitExceededException",
    }
    winner = next(number for number, outcome in enumerate(outcomes) if outcome.won)
    parameters = {"USERNAME": "ada", "PASSWORD": f"{PASSWORD}-{winner}"}
    request = {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
    assert (await site.attempt("InitiateAuth", **request)).won
