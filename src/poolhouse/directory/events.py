"""What people tried, as values: an event for each request that decided something (behaviour file, 7.2).

An event is written once and never changed. A sign-in of several requests has a row for each in which
something was proven or refused; they share the `attempt_id`, and the newest tells how it stands.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from poolhouse.ports import Instant

SIGN_IN = "SignIn"
SIGN_UP = "SignUp"
FORGOT_PASSWORD = "ForgotPassword"
PASSWORD_CHANGE = "PasswordChange"
RESEND_CODE = "ResendCode"

PASS = "Pass"
FAIL = "Fail"
IN_PROGRESS = "InProgress"

NO_RISK = "NoRisk"
ACCOUNT_TAKEOVER = "AccountTakeover"
BLOCK = "Block"


class Note(Struct, frozen=True):
    """One thing that had a part in a decision: `facts` are small JSON values, never a secret.

    The kinds: context, step, trigger, limit, signal, risk, breach, refusal.
    """

    kind: str
    facts: Mapping[str, Any]


class Reason(Struct, frozen=True):
    """Why an attempt has some of its points of risk."""

    signal: str
    points: int
    text: str


class Risk(Struct, frozen=True, omit_defaults=True):
    """What threat protection found.

    level        LOW, MEDIUM, HIGH; empty: none
    decision     NoRisk, AccountTakeover, Block: `RiskDecision`
    action       what the level led to, one of `AccountTakeoverEventActionType`; empty: nothing
    compromised  the password is known to have been stolen somewhere
    """

    level: str = ""
    decision: str = NO_RISK
    action: str = ""
    compromised: bool = False
    points: int = 0
    reasons: tuple[Reason, ...] = ()


class Seen(Struct, frozen=True, omit_defaults=True):
    """Whence and with what an attempt came.

    address  of the client; where a server calls for it, what the server says (ContextData)
    network  of the address: `AS<number> <name>`; empty: not known
    scored   False: what was sent about the client cannot be believed, so no level was made of it
    """

    address: str = ""
    user_agent: str = ""
    device_name: str = ""
    device_key: str = ""
    timezone: str = ""
    country: str = ""
    city: str = ""
    network: str = ""
    scored: bool = True


class Event(Struct, frozen=True, omit_defaults=True):
    """
    sub         the user's; for a name without an owner that of its decoy, which is no user's
    kind        `EventType`: SignIn, SignUp, ForgotPassword, PasswordChange, ResendCode
    response    `EventResponse`: Pass, Fail, InProgress
    client_id   empty: none was named
    rule        what decided: `done`, `asks <challenge>`, `risk <level>`, or the class of the refusal
    error       the exception's name, where it was refused
    challenges  (`Password` or `Mfa`, `Success` or `Failure`), in order
    provider    the identity provider that the user came from; empty: none
    trail       what led to the decision
    """

    pool_id: str
    sub: str
    event_id: str
    attempt_id: str
    request_id: str
    kind: str
    response: str
    at: Instant
    operation: str
    client_id: str = ""
    username: str = ""
    flow: str = ""
    rule: str = ""
    error: str = ""
    provider: str = ""
    seen: Seen = field(default_factory=Seen)
    risk: Risk | None = None
    challenges: tuple[tuple[str, str], ...] = ()
    trail: tuple[Note, ...] = ()
    milliseconds: float = 0.0
