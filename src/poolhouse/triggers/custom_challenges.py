"""DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse: the three functions of CUSTOM_AUTH.

Behaviour file, 2.6 and 5.2. `session` is the list of what was answered so far:
`{"challengeName": .., "challengeResult": .., "challengeMetadata": ..}`, oldest first. `user` is None for a
name without an owner, where the client hides that; `name` is what was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import CustomFlowWithoutTriggers
from poolhouse.triggers import call

DEFINE = "DefineAuthChallenge"
CREATE = "CreateAuthChallenge"
VERIFY = "VerifyAuthChallengeResponse"

Session = Sequence[Mapping[str, Any]]
_SOURCE = "Authentication"
_METADATA_OF = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """What DefineAuthChallenge answers."""

    challenge_name: str | None = None
    issue_tokens: bool | None = None
    fail_authentication: bool | None = None


class Challenge(msgspec.Struct, frozen=True, rename="camel"):
    """What CreateAuthChallenge answers."""

    public_challenge_parameters: dict[str, str] | None = None
    private_challenge_parameters: dict[str, str] | None = None
    challenge_metadata: str | None = None


class Verdict(msgspec.Struct, frozen=True, rename="camel"):
    """What VerifyAuthChallengeResponse answers."""

    answer_correct: bool | None = None


async def define(ctx: Ctx, user: User | None, name: str, session: Session) -> Decision:
    """What comes next. Raises as `call.fire` does, and `CustomFlowWithoutTriggers`."""
    defaults = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
    response = await _fire(ctx, DEFINE, user, name, {"session": list(session)}, defaults)
    return call.read(response, Decision)


async def create(ctx: Ctx, user: User | None, name: str, session: Session, challenge: str) -> Challenge:
    """The question, and what its answer is compared with. Raises as `define` does."""
    defaults = {
        "publicChallengeParameters": None,
        "privateChallengeParameters": None,
        "challengeMetadata": None,
    }
    asked = {"challengeName": challenge, "session": list(session)}
    response = await _fire(ctx, CREATE, user, name, asked, defaults)
    return call.read(response, Challenge)


async def verify(ctx: Ctx, user: User | None, name: str, private: Mapping[str, str], answer: str) -> bool:
    """Is the answer right? Raises as `define` does."""
    asked = {"privateChallengeParameters": dict(private), "challengeAnswer": answer}
    response = await _fire(ctx, VERIFY, user, name, asked, {"answerCorrect": None})
    return call.read(response, Verdict).answer_correct is True


async def _fire(
    ctx: Ctx, kind: str, user: User | None, name: str, asked: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    request = {
        "userAttributes": call.attributes(user, ctx),
        **asked,
        **call.not_found(ctx, user),
        **call.metadata(ctx, _METADATA_OF),
    }
    response = await call.fire(ctx, kind, _SOURCE, user.username if user else name, request, defaults)
    if response is None:
        raise CustomFlowWithoutTriggers
    return response
