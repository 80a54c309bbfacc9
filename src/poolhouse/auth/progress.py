"""How far a sign-in has come, told to the request's trail: trail/recorder.py makes an event of it."""

from collections.abc import Mapping

from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.table import PROVES
from poolhouse.context import Ctx
from poolhouse.trail import surroundings

# `ChallengeName` of an event, by what is proven; it has no value for codes and passkeys as a first factor.
_SHOWN: Mapping[str, str] = {
    "PASSWORD": "Password",
    "NEW_PASSWORD": "Password",
    "TOTP": "Mfa",
    "SMS_MFA": "Mfa",
    "EMAIL_MFA": "Mfa",
    "DEVICE": "Mfa",
    "PASSKEY_MFA": "Mfa",
}


def begun(ctx: Ctx, sign_in: SignIn, step: str) -> None:
    """The sign-in that this request goes on with, and the step of auth/table.py that it answers."""
    trail = ctx.trail
    trail.about(sign_in.sub, sign_in.name)
    trail.attempt_id, trail.flow = sign_in.family_id, sign_in.flow
    trail.proven, trail.challenges, trail.risk = sign_in.proven, _challenges(sign_in), sign_in.risk
    trail.answering = _SHOWN.get(PROVES.get(step, ""), "")


def came_to(ctx: Ctx, sign_in: SignIn) -> None:
    """How far it has come: whatever is refused from here on is no wrong answer."""
    trail = ctx.trail
    if len(sign_in.proven) > len(trail.proven):
        trail.answered = True
        trail.note("step", proven=sign_in.proven[len(trail.proven) :])
    trail.answering = ""
    surroundings.on_device(ctx, sign_in.device)
    trail.proven, trail.challenges = sign_in.proven, _challenges(sign_in)


def _challenges(sign_in: SignIn) -> tuple[tuple[str, str], ...]:
    return tuple((_SHOWN[proof], "Success") for proof in sign_in.proven if proof in _SHOWN)
