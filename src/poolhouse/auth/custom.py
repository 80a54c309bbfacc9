"""CUSTOM_AUTH: the pool's functions decide what is asked (behaviour file, 2.6).

`history` of a sign-in is the `session` that its functions see. Answers go into it here, whatever was asked;
the step DEFINE asks DefineAuthChallenge what comes next.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.auth.sign_in import SignIn, choose, prove
from poolhouse.auth.table import CHALLENGE_NAMES, DEFINE
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import (
    IncorrectLogin,
    InvalidParameter,
    MissingParameter,
    UnrecognizableLambdaOutput,
)
from poolhouse.triggers import custom_challenges

FLOW = "CUSTOM_AUTH"
CHALLENGE = "CUSTOM_CHALLENGE"
MOST_WRONG = 3  # answers of one sign-in [K]
MOST_ROUNDS = 10  # answers of one sign-in, right ones too: ours, so that no function asks for ever
_SRP = "SRP_A"
_NOTHING: list[dict[str, Any]] = []


def begun(sign_in: SignIn, parameters: Mapping[str, str]) -> SignIn:
    """The sign-in at its beginning. With CHALLENGE_NAME=SRP_A it has SRP_A, which the functions see."""
    named = parameters.get("CHALLENGE_NAME", "")
    if not named:
        return sign_in
    if named != _SRP:
        raise InvalidParameter("CHALLENGE_NAME must be SRP_A.")  # [K]
    if not parameters.get(_SRP):
        raise MissingParameter(name=_SRP)
    with_srp = msgspec.structs.replace(sign_in, private=parameters[_SRP].encode())
    return _appended(with_srp, _SRP, result=True)


def session(sign_in: SignIn) -> list[dict[str, Any]]:
    """What was answered so far, oldest first."""
    return msgspec.json.decode(sign_in.history) if sign_in.history else _NOTHING


def answered(sign_in: SignIn, *, result: bool, metadata: str | None) -> SignIn:
    """The sign-in after the answer to a custom challenge, right or wrong."""
    return _appended(sign_in, CHALLENGE, result=result, metadata=metadata)


def recorded(sign_in: SignIn, step: str) -> SignIn:
    """The sign-in after another step was answered rightly, which the functions of CUSTOM_AUTH see too."""
    if sign_in.flow != FLOW or step == CHALLENGE:
        return sign_in
    return _appended(sign_in, CHALLENGE_NAMES.get(step, step), result=True)


def _appended(sign_in: SignIn, name: str, *, result: bool, metadata: str | None = None) -> SignIn:
    entry = {"challengeName": name, "challengeResult": result, "challengeMetadata": metadata}
    return msgspec.structs.replace(sign_in, history=msgspec.json.encode([*session(sign_in), entry]))


async def defined(ctx: Ctx, sign_in: SignIn, person: Person) -> SignIn:
    """What DefineAuthChallenge says: a challenge is chosen, or CUSTOM is proven.

    Raises `IncorrectLogin` where the function fails the sign-in, and where it would let in nobody.
    """
    decision = await custom_challenges.define(ctx, person.user, sign_in.name, session(sign_in))
    if decision.fail_authentication:
        raise IncorrectLogin
    if decision.issue_tokens:
        if person.user is None:
            raise IncorrectLogin
        return prove(sign_in, DEFINE)
    if decision.challenge_name == CHALLENGE:
        return _challenged(sign_in)
    may_prove = bool(sign_in.private) and "PASSWORD" not in sign_in.proven
    if decision.challenge_name == "PASSWORD_VERIFIER" and may_prove:
        return choose(sign_in, "PASSWORD_VERIFIER", private=sign_in.private)
    raise UnrecognizableLambdaOutput


def _challenged(sign_in: SignIn) -> SignIn:
    """Another question, unless there were too many: then it is over, whatever the function wants."""
    results = [entry["challengeResult"] for entry in session(sign_in) if entry["challengeName"] == CHALLENGE]
    if results.count(False) >= MOST_WRONG or len(results) >= MOST_ROUNDS:
        raise IncorrectLogin
    return choose(sign_in, CHALLENGE, private=sign_in.private)
