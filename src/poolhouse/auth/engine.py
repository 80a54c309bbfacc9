"""Walks auth/table.py: begins a sign-in, takes answers, and asks what decision.next_step says."""

from collections.abc import Awaitable, Callable, Mapping
from types import ModuleType
from typing import Any

import msgspec

from poolhouse.auth import (
    admission,
    any_passkey,
    browsers,
    choices,
    completion,
    custom,
    devices,
    ledger,
    migration,
    progress,
    protection,
    seal,
    user_auth,
    who,
)
from poolhouse.auth.challenges import (
    custom_challenge,
    device_password_verifier,
    device_srp_auth,
    email_mfa,
    email_otp,
    mfa_setup,
    new_password_required,
    password,
    password_srp,
    password_verifier,
    select_challenge,
    select_mfa_type,
    sms_mfa,
    sms_otp,
    software_token_mfa,
    web_authn,
)
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.decision import next_step
from poolhouse.auth.sign_in import SignIn, at_step, choose
from poolhouse.auth.table import BEGINS, CHALLENGE_NAMES, COUNTED, DEFINE, TOKENS
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.directory import events
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, InvalidParameter, InvalidSession, MissingParameter
from poolhouse.trail.recorder import recorded

Answer = dict[str, str]
Result = dict[str, Any]

# The module of each step that a client may be asked (auth/challenges/asked.py).
CHALLENGES: Mapping[str, ModuleType] = {
    "SELECT_CHALLENGE": select_challenge,
    "PASSWORD": password,
    "PASSWORD_SRP": password_srp,
    "PASSWORD_VERIFIER": password_verifier,
    "EMAIL_OTP": email_otp,
    "SMS_OTP": sms_otp,
    "NEW_PASSWORD_REQUIRED": new_password_required,
    "WEB_AUTHN": web_authn,
    "CUSTOM_CHALLENGE": custom_challenge,
    "SELECT_MFA_TYPE": select_mfa_type,
    "MFA_SETUP": mfa_setup,
    "SOFTWARE_TOKEN_MFA": software_token_mfa,
    "SMS_MFA": sms_mfa,
    "EMAIL_MFA": email_mfa,
    "DEVICE_SRP_AUTH": device_srp_auth,
    "DEVICE_PASSWORD_VERIFIER": device_password_verifier,
}

# Challenges whose state is in an answer, because plain SRP has no Session (gotcha 3).
_STATE_IN_ANSWER: Mapping[str, str] = {
    "PASSWORD_VERIFIER": "PASSWORD_CLAIM_SECRET_BLOCK",
    "DEVICE_PASSWORD_VERIFIER": "PASSWORD_CLAIM_SECRET_BLOCK",
}


# Flows whose first call brings the password itself; USER_AUTH does where it prefers that.
_IN_CLEAR = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"})


@recorded(events.SIGN_IN)
async def begin(ctx: Ctx, flow: str, parameters: Answer, session: str = "") -> Result:
    """The first answer of a flow of `table.BEGINS`: a challenge, or tokens at once.

    session  of ConfirmSignUp, for USER_AUTH
    """
    person = await _person(ctx, flow, parameters)
    sign_in = SignIn(
        pool_id=ctx.pool.pool_id,
        client_id=ctx.client.client_id,
        family_id=ctx.env.rng.uuid(),
        flow=flow,
        step="",
        name=parameters["USERNAME"],
        sub=person.sub,
        proven=(),
        began_at=ctx.now,
    )
    progress.begun(ctx, sign_in, BEGINS[flow])
    protection.refuse_blocked(ctx, flow)
    sign_in = await devices.named(ctx, sign_in, parameters)
    sign_in = admission.begun(ctx, sign_in)
    return await _BEGINNINGS[flow](ctx, sign_in, person, parameters, session)


async def _person(ctx: Ctx, flow: str, parameters: Answer) -> Person:
    """Whoever signs in; where the password comes in clear, perhaps somebody of another directory."""
    name = parameters["USERNAME"]
    prefers = flow == "USER_AUTH" and parameters.get("PREFERRED_CHALLENGE") == "PASSWORD"
    if (prefers or flow in _IN_CLEAR) and parameters.get("PASSWORD") and migration.asks(ctx):
        return await migration.by_name(ctx, name, parameters["PASSWORD"])
    return await who.by_name(ctx, name)


async def _begin_srp(ctx: Ctx, sign_in: SignIn, person: Person, parameters: Answer, _: str) -> Result:
    client_public = parameters["SRP_A"].encode()
    return await _advance(ctx, choose(sign_in, "PASSWORD_VERIFIER", private=client_public), person)


async def _begin_password(ctx: Ctx, sign_in: SignIn, person: Person, parameters: Answer, _: str) -> Result:
    proven, person = await password.check(ctx, sign_in, person, parameters)
    return await _advance(ctx, proven, person, tried=True)


async def _begin_custom(ctx: Ctx, sign_in: SignIn, person: Person, parameters: Answer, _: str) -> Result:
    await ledger.refuse_locked(ctx, person.sub)
    return await _advance(ctx, custom.begun(sign_in, parameters), person)


async def _begin_choice(
    ctx: Ctx, sign_in: SignIn, person: Person, parameters: Answer, session: str
) -> Result:
    """AvailableChallenges stands beside a preferred challenge too; observed for EMAIL_OTP (2.7)."""
    after, person = await user_auth.begin(ctx, sign_in, person, parameters, session)
    result = await _advance(ctx, after, person, tried=bool(after.proven))
    if not after.proven:
        result["AvailableChallenges"] = list(choices.offered(ctx, after, person))
    return result


_BEGINNINGS: Mapping[str, Callable[[Ctx, SignIn, Person, Answer, str], Awaitable[Result]]] = {
    "USER_SRP_AUTH": _begin_srp,
    "USER_PASSWORD_AUTH": _begin_password,
    "ADMIN_USER_PASSWORD_AUTH": _begin_password,
    "CUSTOM_AUTH": _begin_custom,
    "USER_AUTH": _begin_choice,
}


@recorded(events.SIGN_IN)
async def begin_with_passkey(ctx: Ctx, session: str, credential: str) -> Result:
    """As `begin`, for somebody who has not said who they are: the pages ask `any_passkey.asked`."""
    proven, person = await any_passkey.check(ctx, session, credential)
    return await _advance(ctx, proven, person, tried=True)


@recorded(events.SIGN_IN)
async def respond(ctx: Ctx, challenge: str, session: str | None, answer: Answer) -> Result:
    """The answer to a challenge. What may be answered is in the sealed state, not in the request."""
    steps = tuple(step for step in CHALLENGES if CHALLENGE_NAMES.get(step, step) == challenge)
    if not steps:
        raise InvalidParameter(f"The challenge {challenge} cannot be answered.")  # ADMIN_NO_SRP_AUTH (2.4)
    _require(answer, CHALLENGES[steps[0]].NEEDS)
    sign_in = seal.open_sealed(ctx, await _state(ctx, challenge, session, answer), *steps)
    progress.begun(ctx, sign_in, sign_in.step)
    protection.refuse_blocked(ctx, sign_in.flow)
    person = await _same_person(ctx, sign_in, answer)
    if sign_in.proven:
        refused = who.refusal_after_proof(who.known(person))
        if refused:
            raise refused
    sign_in = await devices.named(ctx, sign_in, answer)
    after, person = await CHALLENGES[sign_in.step].check(ctx, sign_in, person, answer)
    after = custom.recorded(after, sign_in.step)
    return await _advance(ctx, after, person, tried=_tried(sign_in, after))


async def ask_again(ctx: Ctx, session: str, *, choice: bool = False) -> Result:
    """The challenge of this session once more: a code anew, or (`choice`) what could be chosen before it.

    For the pages, whose people ask for a new code and for another way; the API begins anew. How often a
    code is sent is limited by the hour, whoever asks (auth/one_time_codes.py).

    Raises as `respond`, and what the challenge raises when it is asked.
    """
    sign_in = seal.open_sealed(ctx, session, *CHALLENGES)
    person = await who.again(ctx, sign_in.sub, sign_in.name)
    return await _advance(ctx, msgspec.structs.replace(sign_in, chosen="") if choice else sign_in, person)


@recorded(events.SIGN_IN)
async def show_device(ctx: Ctx, session: str, password: str) -> Result:
    """The answer of a browser that the pages remember, in place of the device's SRP (auth/browsers.py)."""
    sign_in = seal.open_sealed(ctx, session, "DEVICE_SRP_AUTH")
    progress.begun(ctx, sign_in, "DEVICE_PASSWORD_VERIFIER")
    protection.refuse_blocked(ctx, sign_in.flow)
    person = await who.again(ctx, sign_in.sub, sign_in.name)
    after = await browsers.shown(ctx, sign_in, person, password)
    return await _advance(ctx, after, person, tried=_tried(sign_in, after))


def step_of(ctx: Ctx, session: str) -> str:
    """Which step of auth/table.py the session waits at: EMAIL_OTP is the name of two challenges."""
    return seal.open_sealed(ctx, session, *CHALLENGES).step


async def user_at(ctx: Ctx, session: str) -> User:
    """Whose sign-in it is. Raises `InvalidSession` where nothing is proven yet: who asks is nobody."""
    sign_in = seal.open_sealed(ctx, session, *CHALLENGES)
    if not sign_in.proven:
        raise InvalidSession
    return who.known(await who.again(ctx, sign_in.sub, sign_in.name))


def _tried(before: SignIn, after: SignIn) -> bool:
    """Did the answer prove what the ledger counts? A choice and a new password were never counted."""
    return bool(COUNTED.intersection(after.proven[len(before.proven) :]))


async def _state(ctx: Ctx, challenge: str, session: str | None, answer: Answer) -> str:
    place = _STATE_IN_ANSWER.get(challenge)
    state = answer[place] if place else session
    if state:
        return state
    if challenge == "DEVICE_SRP_AUTH":
        return await device_srp_auth.waiting_session(ctx, answer)
    raise MissingParameter(name="Session")


async def _same_person(ctx: Ctx, sign_in: SignIn, answer: Answer) -> Person:
    person = await who.again(ctx, sign_in.sub, sign_in.name)
    if not who.goes_by(ctx, person, sign_in.name, answer["USERNAME"]):
        raise InvalidSession
    return person


async def _advance(ctx: Ctx, sign_in: SignIn, person: Person, *, tried: bool = False) -> Result:
    """Ask what comes next, or complete the sign-in.

    tried  the ledger has counted the answer that led here, which was right. Then, and only then, one try
           is taken back: else a choice between two factors would give back a wrong code of before.
    """
    progress.came_to(ctx, sign_in)
    if sign_in.proven:
        sign_in = await _admitted(ctx, sign_in, person, tried)
    step = next_step(ctx.pool, person.user, sign_in)
    if sign_in.validation or step == DEFINE:
        if tried:
            await ledger.taken_back(ctx, person.sub)
            tried = False
        sign_in = await _functions_asked(ctx, sign_in, person, step)
        step = next_step(ctx.pool, person.user, sign_in)
    if step == TOKENS:
        return await completion.complete(ctx, sign_in, who.known(person), tried=tried)
    if tried:
        await ledger.taken_back(ctx, person.sub)
    asked: Asked = await CHALLENGES[step].issue(ctx, sign_in, person)
    return _question(ctx, sign_in, step, asked)


async def _functions_asked(ctx: Ctx, sign_in: SignIn, person: Person, step: str) -> SignIn:
    """The sign-in once the pool's functions have had their say about it, and before `step` is asked."""
    sign_in = await admission.before_asking(ctx, sign_in, person, step)
    if step != DEFINE:
        return sign_in
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    sign_in = await custom.defined(ctx, sign_in, person)
    return await _admitted(ctx, sign_in, person, tried=False) if sign_in.proven else sign_in


def _question(ctx: Ctx, sign_in: SignIn, step: str, asked: Asked) -> Result:
    result = {
        "ChallengeName": CHALLENGE_NAMES.get(step, step),
        "ChallengeParameters": dict(asked.parameters),
        **asked.members,
    }
    if asked.session:
        waiting = at_step(sign_in, step, ctx.now, private=asked.private, public=asked.public)
        result["Session"] = seal.session(ctx, waiting)
    return result


async def _admitted(ctx: Ctx, sign_in: SignIn, person: Person, tried: bool) -> SignIn:
    """Somebody who has proven who they are, and may not sign in, is told why; so is who looks too odd."""
    try:
        refused = who.refusal_after_proof(who.known(person))
        if refused:
            raise refused
        return await protection.assessed(ctx, sign_in, person)
    except ApiError:
        if tried:
            await ledger.taken_back(ctx, person.sub)
        raise


def _require(answer: Answer, names: tuple[str, ...]) -> None:
    for name in names:
        if not answer.get(name):
            raise MissingParameter(name=name)
