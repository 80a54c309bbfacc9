"""What the rows about devices do: sign in over SRP from a browser, confirm it, and let it prove itself.

`got` has `tokens` and `browser` of Ada's sign-in, and later `session`, `prover` and `proof`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.browser import Browser, Prover, new_browser
from tests.idp import authenticator
from tests.refusals.scene import Scene

NOBODY = "us-east-1_00000000-0000-4000-8000-000000000000"  # a device that nobody has

Step = Callable[[Scene], Awaitable[Any]]


def key(s: Scene, which: str = "browser") -> str:
    return str(s.got[which].key)


async def in_turn(s: Scene, *steps_: Step) -> Any:
    """One after the other; the answer of the last."""
    answer = None
    for step in steps_:
        answer = await step(s)
    return answer


async def forget(s: Scene) -> Any:
    return await s.token("ForgetDevice", DeviceKey=key(s))


async def not_remembered(s: Scene) -> Any:
    return await s.token("UpdateDeviceStatus", DeviceKey=key(s), DeviceRememberedStatus="not_remembered")


async def remembered(s: Scene) -> Any:
    return await s.token("UpdateDeviceStatus", DeviceKey=key(s), DeviceRememberedStatus="remembered")


async def answer_kept(s: Scene) -> None:
    """`answer` proves the password."""
    await s.keep(answer=s.srp_challenge())


async def answered_from(s: Scene, device: str | None) -> Any:
    more = {"DEVICE_KEY": device} if device else {}
    return await s.srp_answer(s.got["answer"] | more)


async def offered(s: Scene, name: str = "ada", **parameters: str) -> dict[str, Any]:
    """The tokens of a sign-in over SRP, with what it is offered."""
    answer = await s.srp_answer(await s.srp_challenge(name) | parameters)
    return dict(answer["AuthenticationResult"])


async def signed_in(s: Scene) -> None:
    """The device is offered, and not confirmed."""
    tokens = await offered(s)
    s.got |= {"tokens": tokens, "browser": new_browser(tokens)}


async def confirm(s: Scene, **changes: Any) -> dict[str, Any]:
    browser: Browser = s.got["browser"]
    return await s.token("ConfirmDevice", **browser.confirmation(**changes))


async def confirmed(s: Scene) -> None:
    await signed_in(s)
    await confirm(s)


async def confirmed_by_bob(s: Scene) -> None:
    """Ada and Bob have a browser each; Bob's is `theirs`."""
    await s.another_user("bob")
    tokens = await offered(s, "bob")
    s.got |= {"their_tokens": tokens, "theirs": new_browser(tokens)}
    await s.token("ConfirmDevice", tokens["AccessToken"], **s.got["theirs"].confirmation())
    await confirmed(s)


async def two_confirmed(s: Scene) -> None:
    """Ada has two browsers; `other` is the first of them."""
    await confirmed(s)
    s.got |= {"other": s.got["browser"], "other_tokens": s.got["tokens"]}
    await confirmed(s)


async def with_second_factor(s: Scene) -> None:
    """Ada turns on an authenticator app; `secret` is its secret."""
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
    s.got["secret"] = await authenticator.set_up(s.world, s.got["tokens"]["AccessToken"])


async def suppressed(s: Scene) -> None:
    """Ada's browser is remembered, and stands for her second factor."""
    await confirmed(s)
    await with_second_factor(s)


async def password_step(s: Scene, key: str, app: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answer to a right password from a browser."""
    return await s.srp_answer(await s.srp_challenge() | {"DEVICE_KEY": key}, app=app)


async def respond(
    s: Scene,
    challenge: str,
    session: str | None,
    answer: Mapping[str, str],
    app: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=(app or s.app)["ClientId"],
        ChallengeName=challenge,
        ChallengeResponses=dict(answer),
        **({"Session": session} if session else {}),
    )


async def begun(s: Scene) -> None:
    """The password is right; `session` waits for the device, whose half of SRP `prover` has."""
    asked = await password_step(s, s.got["browser"].key)
    if asked["ChallengeName"] != "DEVICE_SRP_AUTH":
        raise AssertionError(f"the device was to be asked, not {asked['ChallengeName']}")
    s.got |= {"session": asked["Session"], "prover": Prover(s.got["browser"])}


async def waiting(s: Scene) -> None:
    await suppressed(s)
    await begun(s)


async def started(s: Scene, session: str | None = "", **changes: str) -> dict[str, Any]:
    """The answer to DEVICE_SRP_AUTH. `session` None: sent without one."""
    prover: Prover = s.got["prover"]
    session = s.got["session"] if session == "" else session
    return await respond(s, "DEVICE_SRP_AUTH", session, prover.start() | changes)


async def asked_for_proof(s: Scene) -> None:
    """`proof` is what answers DEVICE_PASSWORD_VERIFIER rightly."""
    asked = await started(s)
    s.got["proof"] = s.got["prover"].proof(asked["ChallengeParameters"], s.timestamp())


async def ready(s: Scene) -> None:
    await waiting(s)
    await asked_for_proof(s)


async def proved(s: Scene, **changes: str) -> dict[str, Any]:
    return await respond(s, "DEVICE_PASSWORD_VERIFIER", None, s.got["proof"] | changes)


async def device_sign_in(s: Scene) -> dict[str, Any]:
    """Password and device, from the start; the tokens."""
    await begun(s)
    await asked_for_proof(s)
    answer = await proved(s)
    return dict(answer["AuthenticationResult"])


async def refreshed(s: Scene, tokens: Mapping[str, Any] | None = None, **parameters: str) -> dict[str, Any]:
    """REFRESH_TOKEN_AUTH."""
    given = {"REFRESH_TOKEN": (tokens or s.got["tokens"])["RefreshToken"]} | parameters
    return await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )


async def exchanged(s: Scene, tokens: Mapping[str, Any] | None = None, **members: str) -> dict[str, Any]:
    """GetTokensFromRefreshToken."""
    token = (tokens or s.got["tokens"])["RefreshToken"]
    return await s.call("GetTokensFromRefreshToken", ClientId=s.client, RefreshToken=token, **members)


async def track(s: Scene, configuration: Mapping[str, Any] | None) -> None:
    """Let the pool track devices in this way, or not at all."""
    members = {"DeviceConfiguration": dict(configuration)} if configuration else {}
    await s.admin("UpdateUserPool", **members)
    if "secret" in s.got:  # the update turned this off (gotcha 6)
        await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
