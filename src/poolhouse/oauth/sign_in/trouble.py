"""What goes wrong, and in which words a page says it (UI guide, 4 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from poolhouse.errors import (
    AliasExists,
    ApiError,
    CodeDeliveryFailure,
    CodeMismatch,
    DeviceNotFound,
    IncorrectLogin,
    InternalError,
    InvalidSession,
    LockedOut,
    NoRelyingParty,
    SessionExpired,
    SessionUsed,
    SetupCodeMismatch,
    SoftwareTokenMismatch,
    SoftwareTokenReplayed,
    TooManyCodes,
    TooManyRequests,
    UnexpectedLambda,
    UnrecognizableLambdaOutput,
    UserDisabled,
    UserNotFound,
)
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Alert, Identity
from poolhouse.oauth.pages.words import Said

_REFUSED, _THROTTLED, _OUR_FAULT = 400, 429, 500
_CLOCK_AFTER = 2  # wrong codes of an app; the third time the clock may be wrong


@dataclass(frozen=True)
class Trouble(Exception):
    """What the page says in place of going on.

    errors  by the name of the field
    over    the sign-in cannot be gone on with: it starts again
    """

    errors: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    alert: Alert | None = None
    status: int = _REFUSED
    over: bool = False


def at(field_name: str, *said: Said) -> Trouble:
    """Something is wrong with one field."""
    return Trouble({field_name: said})


def told(error: ApiError, identity: Identity, wrong: int = 0) -> Trouble:
    """In which words a refusal of the house is told.

    wrong  codes that were wrong before this one
    """
    if isinstance(error, WRONG_PROOF):
        return at("password", says.mismatch(identity))
    if isinstance(error, _WRONG_APP_CODE):
        return at("code", says.WRONG_APP_CODE_AGAIN if wrong >= _CLOCK_AFTER else says.WRONG_APP_CODE)
    for kinds, trouble in _TABLE:
        if isinstance(error, kinds):
            return trouble
    return Trouble(alert=says.refused(error.message))


WRONG_PROOF = (IncorrectLogin, UserNotFound, UserDisabled)
_WRONG_APP_CODE = (SoftwareTokenMismatch, SoftwareTokenReplayed, SetupCodeMismatch)

# The first that fits. What a function of the pool said is in UserLambdaValidation, which is told as it is.
_TABLE: tuple[tuple[tuple[type[ApiError], ...], Trouble], ...] = (
    ((CodeMismatch,), at("code", says.WRONG_CODE)),
    ((LockedOut,), Trouble(alert=says.LOCKED)),
    ((TooManyCodes,), Trouble(alert=says.TOO_MANY_CODES, status=_THROTTLED)),
    ((TooManyRequests,), Trouble(alert=says.LOCKED, status=_THROTTLED)),
    (
        (InvalidSession, SessionExpired, SessionUsed, DeviceNotFound),
        Trouble(alert=says.STARTED_AGAIN, over=True),
    ),
    ((AliasExists,), at("email", says.taken("email"))),
    ((UnexpectedLambda, UnrecognizableLambdaOutput), Trouble(alert=says.OUR_FAULT, status=_OUR_FAULT)),
    ((CodeDeliveryFailure, NoRelyingParty, InternalError), Trouble(alert=says.OUR_FAULT, status=_OUR_FAULT)),
)
