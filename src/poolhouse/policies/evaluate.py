"""May somebody do something? The policies that apply are asked, and the answer says which one decided.

A deny in any policy wins; what no policy allows is denied; of the policies of one type one must allow it,
and of the types each. Source: AWS IAM User Guide, "Policy evaluation logic".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from poolhouse.policies.document import IDENTITY, SESSION, TRUST, Kind, Policy, Statement
from poolhouse.policies.principals import NOBODY, Caller
from poolhouse.policies.variables import Context


class Verdict(Enum):
    ALLOWED = "allowed"
    DENIED_EXPLICITLY = "explicit deny"
    DENIED_IMPLICITLY = "implicit deny"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, as policies see it: `request` makes it.

    action  as it is called, such as s3:GetObject
    folded  the same in lower case
    """

    action: str
    folded: str
    resource: str
    context: Context
    caller: Caller


def request(
    action: str,
    resource: str = "*",
    context: Mapping[str, str | Sequence[str]] | None = None,
    caller: Caller = NOBODY,
) -> Request:
    """A question for `decide` and `trusts`.

    resource  an ARN, or * for what is about none
    context   the condition keys of the request: a text, or several for a key of several values. Names ignore
              case; what is given under two spellings of one name are several values. No values: no key.
    """
    keys: dict[str, tuple[str, ...]] = {}
    for name, given in (context or {}).items():
        values = (given,) if isinstance(given, str) else tuple(given)
        if values:
            folded = name.lower()
            keys[folded] = keys[folded] + values if folded in keys else values
    return Request(action, action.lower(), resource, keys, caller)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided, and by what.

    kind       the type of the policies that decided
    policy     the name of the policy whose statement decided; "" where it has none, and for an implicit deny
    statement  its Sid or number (from 1); "" for an implicit deny
    """

    verdict: Verdict
    kind: Kind
    action: str
    policy: str = ""
    statement: str = ""

    @property
    def allowed(self) -> bool:
        return self.verdict is Verdict.ALLOWED

    @property
    def because(self) -> str:
        """How the message of an AccessDenied ends. Raises `ValueError` where it is allowed.

        Source: AWS IAM User Guide, "Troubleshoot access denied error messages".
        """
        if self.verdict is Verdict.DENIED_EXPLICITLY:
            policy = f"the {self.kind.title}" if self.kind.trust else self.kind.one
            return f"with an explicit deny in {policy}"
        if self.verdict is Verdict.DENIED_IMPLICITLY:
            return f"because no {self.kind.title} allows the {self.action} action"
        raise ValueError("It is allowed.")

    @property
    def decided_by(self) -> str:
        """The statement that decided, for whoever asks why: `statement ReadOwn of photos`."""
        if not self.statement:
            return f"no statement of any {self.kind.title}"
        return f"statement {self.statement} of {self.policy or f'the {self.kind.title}'}"


def decide(asked: Request, identity: Iterable[Policy], session: Iterable[Policy] = ()) -> Answer:
    """Whether the policies of an identity (a user's, a role's) allow it, and those of its session too.

    session  no policies: the session has none, and the identity's alone count

    Five statements with prefixes, variables and conditions take 13 to 18 us of CPU (docs/policies.md).
    """
    session = tuple(session)
    own = _of_one_kind(asked, identity, IDENTITY)
    if not session or own.verdict is Verdict.DENIED_EXPLICITLY:
        return own
    theirs = _of_one_kind(asked, session, SESSION)
    if own.allowed or theirs.verdict is Verdict.DENIED_EXPLICITLY:
        return own if theirs.allowed else theirs
    return own


def trusts(asked: Request, policy: Policy) -> Answer:
    """Whether a role's trust policy lets the caller have the role (sts:AssumeRoleWithWebIdentity, ...)."""
    return _of_one_kind(asked, (policy,), TRUST)


def _of_one_kind(asked: Request, policies: Iterable[Policy], kind: Kind) -> Answer:
    """A deny in any policy wins over an allow in any."""
    policies = tuple(policies)
    if any(policy.kind.trust is not kind.trust for policy in policies):
        raise ValueError("A trust policy says who may assume a role; every other says what may be done.")
    for policy in policies:
        found = _covering(asked, policy.denies)
        if found:
            return Answer(Verdict.DENIED_EXPLICITLY, kind, asked.action, policy.name, found.label)
    for policy in policies:
        found = _covering(asked, policy.allows)
        if found:
            return Answer(Verdict.ALLOWED, kind, asked.action, policy.name, found.label)
    return Answer(Verdict.DENIED_IMPLICITLY, kind, asked.action)


def _covering(asked: Request, statements: tuple[Statement, ...]) -> Statement | None:
    for one in statements:
        if one.covers(asked.folded, asked.resource, asked.context, asked.caller):
            return one
    return None
