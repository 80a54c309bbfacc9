"""What goes wrong, and in which words a page says it (UI guide, 4 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from poolhouse.errors import (
    AliasExists,
    AlreadyConfirmed,
    ApiError,
    CannotBeConfirmed,
    ChoiceNotAvailable,
    CodeDeliveryFailure,
    CodeMismatch,
    ContactAdministrator,
    DailyEmailLimit,
    DailyEmailLimitReached,
    DeviceNotFound,
    ExpiredCode,
    IncorrectLogin,
    InternalError,
    InvalidParameter,
    InvalidPassword,
    InvalidSession,
    LimitExceeded,
    LockedOut,
    MfaMethodNotFound,
    NameInUse,
    NoRelyingParty,
    NotDeliverable,
    NothingToSetUp,
    NoVerifiedContact,
    PasswordNotSafe,
    PasswordUsedBefore,
    ResetNotPossible,
    SessionExpired,
    SessionUsed,
    SetupCodeMismatch,
    SoftwareTokenMismatch,
    SoftwareTokenReplayed,
    TemporaryPasswordExpired,
    TooManyCodes,
    TooManyRequests,
    UnauthorizedAttribute,
    UnexpectedLambda,
    UnrecognizableLambdaOutput,
    UserDisabled,
    UserLambdaValidation,
    UsernameExists,
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
    """In which words a refusal of the house is told: never in its own, which are English.

    wrong  codes that were wrong before this one
    """
    if isinstance(error, UserLambdaValidation):
        return Trouble(alert=says.refused(error.said))
    if isinstance(error, WRONG_PROOF):
        return at("password", says.mismatch(identity))
    if isinstance(error, _WRONG_APP_CODE):
        return at("code", says.WRONG_APP_CODE_AGAIN if wrong >= _CLOCK_AFTER else says.WRONG_APP_CODE)
    return next((trouble for kinds, trouble in _TABLE if isinstance(error, kinds)), _REFUSAL)


WRONG_PROOF = (IncorrectLogin, UserNotFound, UserDisabled)
_WRONG_APP_CODE = (SoftwareTokenMismatch, SoftwareTokenReplayed, SetupCodeMismatch)
_REFUSAL = Trouble(alert=says.NOT_POSSIBLE)

# The first that fits; what fits none of them is told in words for anything.
_TABLE: tuple[tuple[tuple[type[ApiError], ...], Trouble], ...] = (
    ((CodeMismatch,), at("code", says.WRONG_CODE)),
    ((ExpiredCode,), at("code", says.OLD_CODE)),
    ((PasswordUsedBefore,), at("password", says.PASSWORD_USED)),
    ((PasswordNotSafe,), at("password", says.PASSWORD_LEAKED)),
    ((InvalidPassword,), at("password", says.unfit(Said("label.password")))),
    ((LockedOut,), Trouble(alert=says.LOCKED)),
    ((TooManyCodes,), Trouble(alert=says.TOO_MANY_CODES, status=_THROTTLED)),
    ((DailyEmailLimit, DailyEmailLimitReached), Trouble(alert=says.NO_MAIL_TODAY, status=_THROTTLED)),
    ((TooManyRequests, LimitExceeded), Trouble(alert=says.LOCKED, status=_THROTTLED)),
    (
        (InvalidSession, SessionExpired, SessionUsed, DeviceNotFound),
        Trouble(alert=says.STARTED_AGAIN, over=True),
    ),
    ((AliasExists,), at("email", says.taken("email"))),
    ((UsernameExists, NameInUse), Trouble(alert=Alert(says.taken("email_or_phone")))),
    ((CannotBeConfirmed, AlreadyConfirmed), Trouble(alert=says.CONFIRMED_BEFORE)),
    ((TemporaryPasswordExpired,), Trouble(alert=says.TEMPORARY_PASSWORD_OLD)),
    ((ResetNotPossible, NoVerifiedContact, ContactAdministrator), Trouble(alert=says.NO_RESET_HERE)),
    ((MfaMethodNotFound, ChoiceNotAvailable, NothingToSetUp), Trouble(alert=says.NO_SUCH_WAY)),
    ((UnexpectedLambda, UnrecognizableLambdaOutput), Trouble(alert=says.OUR_FAULT, status=_OUR_FAULT)),
    (
        (CodeDeliveryFailure, NotDeliverable, NoRelyingParty, InternalError),
        Trouble(alert=says.OUR_FAULT, status=_OUR_FAULT),
    ),
    ((UnauthorizedAttribute, InvalidParameter), Trouble(alert=says.DETAILS_UNFIT)),
)
