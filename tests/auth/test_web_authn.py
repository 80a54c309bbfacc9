"""WEB_AUTHN: what is asked, what a right answer proves, and what nobody learns (2.4, 2.5, 2.7)."""

import asyncio
import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from tests.auth.test_lost_acknowledgements import Forgetful
from tests.authenticator import BE, BS, EDDSA, ES256, RS256, Authenticator
from tests.contexts import context
from tests.idp.authenticator import TOTP_ON, set_up
from tests.passkeys import (
    BOTH_FACTORS,
    DOMAIN,
    FLOWS,
    ORIGIN,
    answered,
    asked,
    options,
    register,
    sign_in,
    turn_on,
)
from tests.world import World

from poolhouse.auth import who
from poolhouse.auth.challenges import web_authn
from poolhouse.auth.sign_in import SignIn
from poolhouse.crypto.passkeys import from_base64url
from poolhouse.errors import ApiError
from poolhouse.store import snapshots

TOTP = "SOFTWARE_TOKEN_MFA"


@pytest.fixture
async def pool(world):
    made = await world.pool()
    await turn_on(world, made)
    await world.user(made, "ada")
    return made


@pytest.fixture
async def client(world, pool):
    return await world.client(pool, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")


@pytest.fixture
async def token(world, client):
    return (await world.tokens(client))["AccessToken"]


async def with_app(world, pool, token, **preference):
    """Ada has an authenticator app as a second factor; `preference` is for SetUserMFAPreference."""
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="OPTIONAL", **TOTP_ON)
    await set_up(world, token)
    if preference:
        await world.call("SetUserMFAPreference", AccessToken=token, **preference)


@pytest.mark.parametrize("alg", [ES256, RS256, EDDSA])
async def test_a_passkey_of_each_algorithm_signs_in_again_and_again(world, client, token, alg):
    key = await register(world, token, Authenticator(alg))

    for _ in range(2):
        result = (await sign_in(world, client, key))["AuthenticationResult"]
        assert (await world.call("GetUser", AccessToken=result["AccessToken"]))["Username"] == "ada"
        assert result["RefreshToken"]


async def test_a_passkey_that_is_synchronised_signs_in_again_and_again(world, client, token):
    key = await register(world, token, Authenticator(counter=None, backup=BE | BS))

    for _ in range(3):
        assert (await sign_in(world, client, key))["AuthenticationResult"]


async def test_the_options_are_those_of_the_pool_and_of_the_users_passkeys(world, client, token):
    first, second = await register(world, token), await register(world, token)

    challenge = await asked(world, client)

    assert challenge["ChallengeName"] == "WEB_AUTHN"
    shown = options(challenge)
    assert len(from_base64url(shown.pop("challenge"))) == 32
    assert shown == {
        "timeout": 180_000,
        "rpId": DOMAIN,
        "userVerification": "preferred",
        "allowCredentials": [
            {"type": "public-key", "id": key.id, "transports": ["hybrid", "internal"]}
            for key in (first, second)
        ],
    }


async def test_no_challenge_is_given_twice(world, client, token):
    await register(world, token)

    given = {options(await asked(world, client))["challenge"] for _ in range(4)}

    assert len(given) == 4


async def test_each_of_several_passkeys_signs_in(world, client, token):
    keys = [await register(world, token, Authenticator(alg)) for alg in (ES256, RS256)]

    for key in keys:
        assert (await sign_in(world, client, key))["AuthenticationResult"]


async def test_an_authenticator_that_tells_no_handle_signs_in(world, client, token):
    key = await register(world, token)
    key.user_handle = ""

    assert (await sign_in(world, client, key))["AuthenticationResult"]


async def test_a_user_without_passkeys_is_asked_for_another_factor(world, client, token):
    assert (await asked(world, client))["ChallengeName"] != "WEB_AUTHN"


async def test_the_answer_may_come_with_the_choice(world, client, token):
    """[K]: the options stand beside what can be chosen."""
    key = await register(world, token)
    begun = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada"},
    )
    assert "WEB_AUTHN" in begun["AvailableChallenges"]

    answer = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="SELECT_CHALLENGE",
        Session=begun["Session"],
        ChallengeResponses={
            "USERNAME": "ada",
            "ANSWER": "WEB_AUTHN",
            "CREDENTIAL": json.dumps(key.get(options(begun), ORIGIN)),
        },
    )

    assert answer["AuthenticationResult"]


async def test_the_passkey_may_be_chosen_and_answered_afterwards(world, client, token):
    key = await register(world, token)
    begun = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada"},
    )

    chosen = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="SELECT_CHALLENGE",
        Session=begun["Session"],
        ChallengeResponses={"USERNAME": "ada", "ANSWER": "WEB_AUTHN"},
    )

    assert chosen["ChallengeName"] == "WEB_AUTHN"
    credential = key.get(options(chosen), ORIGIN)
    assert (await answered(world, client, chosen, credential))["AuthenticationResult"]


async def test_of_two_answers_at_once_with_one_counter_one_is_good(world, client, token):
    key = await register(world, token, Authenticator(counter=5))
    challenges = [await asked(world, client) for _ in range(4)]
    credentials = [key.get(options(challenge), ORIGIN, count=9) for challenge in challenges]

    results = await asyncio.gather(
        *(answered(world, client, c, a) for c, a in zip(challenges, credentials, strict=True)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, ApiError) for result in results) == 3


async def test_a_passkey_alone_is_not_enough_for_who_has_a_second_factor(world, pool, client, token):
    key = await register(world, token)
    challenge = await asked(world, client)
    await with_app(world, pool, token)

    answer = await answered(world, client, challenge, key.get(options(challenge), ORIGIN))

    assert answer["ChallengeName"] == TOTP


async def test_a_passkey_that_is_both_factors_signs_in_who_turned_that_on(world, pool, client, token):
    key = await register(world, token)
    await turn_on(world, pool, **BOTH_FACTORS)
    await with_app(world, pool, token, WebAuthnMfaSettings={"Enabled": True})

    assert (await sign_in(world, client, key))["AuthenticationResult"]


async def test_who_did_not_turn_that_on_is_not_offered_the_passkey_beside_a_second_factor(
    world, pool, client, token
):
    """`WebAuthnMfaSettings`: only then is it available where MFA is asked (AWS's documentation)."""
    await register(world, token)
    await turn_on(world, pool, **BOTH_FACTORS)
    await with_app(world, pool, token)

    assert "WEB_AUTHN" not in (await asked(world, client))["AvailableChallenges"]


async def test_the_last_passkey_takes_the_preference_for_passkeys_along(world, pool, client, token):
    """[K]"""
    key = await register(world, token)
    await turn_on(world, pool, **BOTH_FACTORS)
    await with_app(world, pool, token, WebAuthnMfaSettings={"Enabled": True})
    await world.call("DeleteWebAuthnCredential", AccessToken=token, CredentialId=key.id)

    await register(world, token)

    assert "WEB_AUTHN" not in (await asked(world, client))["AvailableChallenges"]


async def test_a_wrong_answer_counts_and_a_right_one_forgets_the_tries(world, client, token):
    key = await register(world, token)
    for _ in range(4):
        challenge = await asked(world, client)
        with pytest.raises(ApiError, match="Incorrect username or password"):
            await answered(world, client, challenge, key.get(options(challenge), "https://evil.example"))

    assert (await sign_in(world, client, key))["AuthenticationResult"]
    for _ in range(4):
        challenge = await asked(world, client)
        with pytest.raises(ApiError, match="Incorrect username or password"):
            await answered(world, client, challenge, key.get(options(challenge), "https://evil.example"))
    assert (await sign_in(world, client, key))["AuthenticationResult"]


async def test_after_five_wrong_answers_the_password_is_locked_too(world, client, token):
    key = await register(world, token)
    for _ in range(5):
        challenge = await asked(world, client)
        with pytest.raises(ApiError, match="Incorrect username or password"):
            await answered(world, client, challenge, key.get(options(challenge), "https://evil.example"))

    with pytest.raises(ApiError, match="Password attempts exceeded"):
        await world.tokens(client)


async def test_rubbish_is_told_apart_before_it_is_counted(world, client, token):
    key = await register(world, token)
    challenge = await asked(world, client)

    for _ in range(6):
        with pytest.raises(ApiError, match=r"Invalid credential\."):
            await answered(world, client, challenge, '{"id": "x"}')

    assert await answered(world, client, challenge, key.get(options(challenge), ORIGIN))


async def test_where_there_is_no_domain_no_passkey_is_asked_for(world, pool, client, token):
    await register(world, token)
    await turn_on(world, pool, RelyingPartyId="")
    settings = msgspec.structs.replace(world.env.settings, public_url="http://127.0.0.1:8400")
    world.env = replace(world.env, settings=settings)

    assert (await asked(world, client))["ChallengeName"] == "SELECT_CHALLENGE"


class Nobody:
    """A name without an owner, asked for a passkey by the challenge itself."""

    def __init__(self, ctx, name):
        self.ctx, self.name = ctx, name

    async def asked(self):
        self.person = await who.by_name(self.ctx, self.name)
        state = SignIn("p", "c", "f", "USER_AUTH", "", self.name, self.person.sub, (), self.ctx.now)
        question = await web_authn.issue(self.ctx, state, self.person)
        self.state = msgspec.structs.replace(state, private=question.private)
        return options({"ChallengeParameters": question.parameters})

    async def answers(self, credential):
        return await web_authn.check(
            self.ctx, self.state, self.person, {"CREDENTIAL": json.dumps(credential)}
        )


@pytest.fixture
async def request_of(world, pool, client):
    snapshot, app = await snapshots.of_client(world.env, client["ClientId"], pool)
    return replace(await context(world.env, pool), snapshot=snapshot, app_client=app)


async def test_what_nobody_is_asked_looks_like_what_a_user_is_asked(world, client, token, request_of):
    await register(world, token)
    real = options(await asked(world, client))
    nobody = await Nobody(request_of, "nobody").asked()
    again = await Nobody(request_of, "nobody").asked()
    somebody = await Nobody(request_of, "somebody").asked()

    assert nobody.keys() == real.keys()
    assert [entry.keys() for entry in nobody["allowCredentials"]] == [
        entry.keys() for entry in real["allowCredentials"]
    ]
    assert nobody["challenge"] != again["challenge"]
    assert nobody["allowCredentials"] == again["allowCredentials"]
    assert nobody["allowCredentials"] != somebody["allowCredentials"]


async def test_nobodys_passkey_opens_nothing_whoever_knows_its_key(request_of):
    """The key that is held against it is public: its private half is 1."""
    nobody = Nobody(request_of, "nobody")
    shown = await nobody.asked()
    key = Authenticator(
        credential_id=from_base64url(shown["allowCredentials"][0]["id"]),
        private=ec.derive_private_key(1, ec.SECP256R1()),
        counter=None,
        backup=BE,
    )

    with pytest.raises(ApiError, match="Incorrect username or password"):
        await nobody.answers(key.get(shown, ORIGIN))


async def test_a_passkey_whose_commits_answer_nothing_registers_and_signs_in(world, pool, client, token):
    """Every transaction runs twice: the first answer is lost."""
    forgetful = World(replace(world.env, db=Forgetful(world.env.db)), world.events)

    key = await register(forgetful, token)
    assert (await sign_in(forgetful, client, key))["AuthenticationResult"]

    assert len((await world.call("ListWebAuthnCredentials", AccessToken=token))["Credentials"]) == 1
    assert (await sign_in(world, client, key))["AuthenticationResult"]
