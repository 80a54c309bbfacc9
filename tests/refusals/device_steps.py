"""What the rows about devices do: sign in over SRP from a browser, confirm it, and let it prove itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from tests.browser import Browser, Prover, new_browser
from tests.refusals.scene import Scene

from poolhouse.directory import factors, pools
from poolhouse.directory.users import Factors
from poolhouse.ports import Tx
from poolhouse.store import pools as stored_pools
from poolhouse.store import snapshots, users


async def offered(s: Scene, name: str = "ada", **parameters: str) -> dict[str, Any]:
    """The tokens of a sign-in over SRP, with what it is offered."""
    answer = await s.srp_answer(await s.srp_challenge(name) | parameters)
    return dict(answer["AuthenticationResult"])


async def confirmed(s: Scene, name: str = "ada") -> None:
    """`tokens` and `browser` of a sign-in whose device was confirmed."""
    tokens = await offered(s, name)
    s.got |= {"tokens": tokens, "browser": new_browser(tokens)}
    await confirm(s)


async def confirm(s: Scene, **changes: Any) -> dict[str, Any]:
    browser: Browser = s.got["browser"]
    return await s.token("ConfirmDevice", **browser.confirmation(**changes))


async def another_confirmed(s: Scene, name: str) -> None:
    """As `confirmed`, of somebody else: `their_tokens` and `theirs`."""
    mine = {key: s.got.get(key) for key in ("tokens", "browser")}
    await confirmed(s, name)
    s.got |= {"their_tokens": s.got["tokens"], "theirs": s.got["browser"], **mine}


async def with_second_factor(s: Scene, name: str = "ada") -> None:
    """Let the pool ask for second factors, and the user have one."""

    async def turn_on(tx: Tx) -> None:
        row = await stored_pools.begin_change(tx, s.pool)
        config = msgspec.json.decode(row["config"])
        config |= {"MfaConfiguration": "OPTIONAL", pools.MFA_FACTORS: [factors.TOTP]}
        await stored_pools.replace(tx, s.pool, row["name"], config, s.world.now)

    await s.world.env.db.run(turn_on)
    snapshots.forget(s.world.env, s.pool)
    pool = (await s.snapshot()).pool

    async def enrol(tx: Tx) -> None:
        user = await users.by_any_name(tx, pool, name)
        if user is None:
            raise LookupError(name)
        enrolled = replace(user, factors=Factors(token=True, totp=True))
        await users.save(tx, await s.context(), user, enrolled)

    await s.world.env.db.run(enrol)


async def suppressed(s: Scene) -> None:
    """Ada's browser is remembered, and stands for her second factor."""
    await confirmed(s)
    await with_second_factor(s)


async def password_step(s: Scene, browser: Browser | None = None, name: str = "ada") -> dict[str, Any]:
    """The answer to a right password from a browser."""
    device: Browser = browser or s.got["browser"]
    return await s.srp_answer(await s.srp_challenge(name) | {"DEVICE_KEY": device.key})


async def respond(s: Scene, challenge: str, session: str | None, answer: Mapping[str, str]) -> dict[str, Any]:
    members = {"Session": session} if session else {}
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=s.client,
        ChallengeName=challenge,
        ChallengeResponses=dict(answer),
        **members,
    )


async def begun(s: Scene) -> None:
    """The password is right; `session` waits for the device, whose half of SRP `prover` has."""
    asked = await password_step(s)
    if asked["ChallengeName"] != "DEVICE_SRP_AUTH":
        raise AssertionError(f"the device was to be asked, not {asked['ChallengeName']}")
    s.got |= {"session": asked["Session"], "prover": Prover(s.got["browser"])}


async def started(s: Scene, **changes: str) -> dict[str, Any]:
    """The answer to DEVICE_SRP_AUTH."""
    prover: Prover = s.got["prover"]
    return await respond(s, "DEVICE_SRP_AUTH", s.got["session"], prover.start() | changes)


async def asked_for_proof(s: Scene) -> None:
    """`proof` is what answers DEVICE_PASSWORD_VERIFIER rightly."""
    await suppressed(s)
    await begun(s)
    asked = await started(s)
    prover: Prover = s.got["prover"]
    s.got["proof"] = prover.proof(asked["ChallengeParameters"], s.timestamp())


async def proved(s: Scene, **changes: str) -> dict[str, Any]:
    return await respond(s, "DEVICE_PASSWORD_VERIFIER", None, s.got["proof"] | changes)


async def whole_sign_in(s: Scene, browser: Browser | None = None) -> dict[str, Any]:
    """Password and device, from the start; the tokens."""
    if browser:
        s.got["browser"] = browser
    await begun(s)
    asked = await started(s)
    s.got["proof"] = s.got["prover"].proof(asked["ChallengeParameters"], s.timestamp())
    answer = await proved(s)
    return dict(answer["AuthenticationResult"])


async def refreshed(s: Scene, tokens: Mapping[str, Any], **parameters: str) -> dict[str, Any]:
    given = {"REFRESH_TOKEN": tokens["RefreshToken"]} | parameters
    return await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )
