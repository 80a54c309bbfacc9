"""What the tables of sign-in by choice do on the stage."""

from typing import Any

from tests.idp import authenticator
from tests.refusals.scene import EMAIL, PASSWORD, Members, Scene
from tests.srp_client import AWSSRP

FLOWS = [
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]
CLIENT: Members = {"ExplicitAuthFlows": FLOWS}
HIDING: Members = {**CLIENT, "PreventUserExistenceErrors": "ENABLED"}


def allowing(*factors: str) -> dict[str, Any]:
    """Members of a pool with these first factors beside the password."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


CODES = allowing("EMAIL_OTP", "SMS_OTP")


async def begin(
    s: Scene, preferred: str = "", name: str = "ada", *, app: Members | None = None, **parameters: str
) -> dict[str, Any]:
    """InitiateAuth(USER_AUTH); `Session` goes beside the parameters."""
    session = {"Session": parameters.pop("Session")} if "Session" in parameters else {}
    given = {"USERNAME": name, **({"PREFERRED_CHALLENGE": preferred} if preferred else {}), **parameters}
    return await s.call(
        "InitiateAuth",
        ClientId=(app or s.app)["ClientId"],
        AuthFlow="USER_AUTH",
        AuthParameters=given,
        **session,
    )


async def answer(
    s: Scene,
    name: str = "ada",
    *,
    asked: str = "asked",
    challenge: str = "",
    app: Members | None = None,
    **answers: str,
) -> dict[str, Any]:
    """Answer what was kept under `asked`, or another challenge with its Session."""
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=(app or s.app)["ClientId"],
        ChallengeName=challenge or s.got[asked]["ChallengeName"],
        Session=s.got[asked]["Session"],
        ChallengeResponses={"USERNAME": name, **answers},
    )


async def chosen(s: Scene, preferred: str = "", name: str = "ada", kept: str = "asked") -> None:
    """Begin, and keep the question; where a code was sent, the code too."""
    s.got[kept] = await begin(s, preferred, name)
    if s.got[kept]["ChallengeName"].endswith("_OTP") and await s.world.inbox(s.pool):
        s.got[f"{kept} code"] = await s.code()


def choosing(preferred: str = "", name: str = "ada") -> Any:
    """An arrangement: `chosen`."""
    return lambda s: chosen(s, preferred, name)


async def right(s: Scene, name: str = "ada", asked: str = "asked", **more: Any) -> dict[str, Any]:
    """Answer with the code that was sent."""
    return await answer(s, name, asked=asked, EMAIL_OTP_CODE=s.got[f"{asked} code"], **more)


def wrong(code: str) -> str:
    """Another code of as many digits."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


async def anew(s: Scene) -> dict[str, Any]:
    """A sign-in with a code from the start."""
    await chosen(s, "EMAIL_OTP", kept="new")
    return await right(s, asked="new")


async def srp(s: Scene, password: str = PASSWORD) -> dict[str, Any]:
    """PASSWORD_SRP from the start, with SRP_A at once."""
    prover = AWSSRP("ada", password, s.pool, s.client, client=object())
    prover.get_cognito_formatted_timestamp = lambda _: s.timestamp()
    asked = await begin(s, "PASSWORD_SRP", SRP_A=prover.get_auth_params()["SRP_A"])
    proof = dict(prover.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ada"}))
    s.got["srp"] = asked
    return await answer(s, asked="srp", **proof)


async def passwordless(s: Scene, name: str = "nia", **attributes: str) -> None:
    """Somebody without a password, with a verified address."""
    given = attributes or {"email": f"{name}@example.com", "email_verified": "true"}
    listed = [{"Name": key, "Value": text} for key, text in given.items()]
    await s.admin("AdminCreateUser", Username=name, MessageAction="SUPPRESS", UserAttributes=listed)


async def signed_up(s: Scene, name: str = "eve", kept: str = "sign-up") -> None:
    """Somebody has signed up without a password; keeps the answer and the code."""
    listed = [{"Name": "email", "Value": f"{name}@example.com"}]
    s.got[kept] = await s.public("SignUp", Username=name, UserAttributes=listed)
    s.got[f"{kept} code"] = await s.code()


async def confirmed(s: Scene, name: str = "eve", kept: str = "sign-up", **members: Any) -> dict[str, Any]:
    """Confirm, with the Session of SignUp unless another is given; keeps the answer as `confirmed`."""
    session = {"Session": s.got[kept]["Session"]} | members
    code = s.got[f"{kept} code"]
    s.got["confirmed"] = await s.public("ConfirmSignUp", Username=name, ConfirmationCode=code, **session)
    return dict(s.got["confirmed"])


async def new_here(s: Scene) -> None:
    """Eve has signed up and confirmed."""
    await signed_up(s)
    await confirmed(s)


async def auto(s: Scene, name: str = "eve", session: str = "", **more: Any) -> dict[str, Any]:
    """Sign in with the Session of ConfirmSignUp."""
    return await begin(s, name=name, Session=session or s.got["confirmed"]["Session"], **more)


async def with_app(s: Scene) -> None:
    """The pool has authenticator apps, and Ada has one, turned on; keeps her tokens and its secret."""
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
    await s.keep(tokens=s.tokens())
    s.got["secret"] = await authenticator.set_up(s.world, s.got["tokens"]["AccessToken"])


async def change_address(s: Scene, address: str = "new@example.com") -> None:
    listed = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    await s.admin("AdminUpdateUserAttributes", Username="ada", UserAttributes=listed)


async def back(s: Scene) -> None:
    await change_address(s, EMAIL)
