"""What would have happened: stored attempts, played again under another policy (`poolhouse rehearse`). Pure.

What is known of an attempt decides. Where a sign-in was assessed, its signals are those that were seen then,
and only points, levels and actions are new; where it was not, the signals are seen anew in the events before
it. A try that was never compared, because its user was locked or its address shut out, stays unknown: nobody
knows what was typed.
"""

from collections import deque
from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from poolhouse.directory import user_agents
from poolhouse.directory.events import FAIL, IN_PROGRESS, PASS, SIGN_IN, Event, Reason, Risk
from poolhouse.directory.past import History, Past, each_once, mark
from poolhouse.directory.pools import Lockout
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND, Instant, Place
from poolhouse.risk import actions, assess, facts
from poolhouse.risk.facts import Facts
from poolhouse.risk.policy import RiskPolicy

LET_IN = "let in"
ASKED = "asked for a second factor"
BLOCKED = "blocked for its risk"
LOCKED = "refused while locked"
REFUSED = "refused for other reasons"
UNKNOWN = "compared, with an answer nobody knows"
OUTCOMES = (LET_IN, ASKED, BLOCKED, LOCKED, REFUSED, UNKNOWN)

_SHUT_OUT = "AddressBlocked"
_KNOWN_PASSWORD = "PasswordCompromised"
_BLOCKS = ("RiskTooHigh", _SHUT_OUT)
_LOCKS = "LockedOut"
_NOT_ASKED_FOR_RISK = ("asks NEW_PASSWORD_REQUIRED", "asks CUSTOM_CHALLENGE")
_FORGOTTEN: Instant = 15 * MINUTE  # behaviour file, 7.1
_REMEMBERED: Instant = 180 * DAY
_MOST_PASSED = 30
_MOST_FAILING = 100


class Policy(Struct, frozen=True):
    """What to play the attempts against.

    risk     for a sign-in; None: threat protection is off or only watches, so that no risk has a consequence
    mfa      `MfaConfiguration`: OFF, OPTIONAL, ON
    """

    risk: Callable[[Event], RiskPolicy | None]
    mfa: str
    lockout: Lockout


class Person(Struct, frozen=True):
    """What is known of a user today: a second factor is turned on (`active`), or could be used (`able`)."""

    made_at: Instant = 0
    set_at: Instant = 0
    active: bool = False
    able: bool = False


class Played(Struct, frozen=True):
    """An attempt, what came of it, and what would have."""

    event: Event
    happened: str
    would: str
    risk: Risk | None = None

    @property
    def changed(self) -> bool:
        return self.happened != self.would


class _Tries(Struct):
    """The ledger of one user, as store/attempts.py keeps it."""

    failures: int = 0
    last_at: Instant = 0
    locked_until: Instant = 0

    def locked(self, at: Instant) -> bool:
        return at < self.locked_until

    def failed(self, at: Instant, lockout: Lockout) -> None:
        over = max(self.last_at, self.locked_until) + _FORGOTTEN <= at
        self.failures = 1 if over else self.failures + 1
        self.last_at = at
        beyond = self.failures - lockout.free_tries
        if beyond >= 0:
            self.locked_until = at + min(2**beyond, lockout.longest_seconds) * SECOND


class Rehearsal(Struct):
    """Takes the events of a pool in the order of time.

    place  of an address
    """

    policy: Policy
    place: Callable[[str], Place]
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _passed: dict[str, deque[Past]] = field(default_factory=dict)
    _failed: dict[str, deque[Instant]] = field(default_factory=dict)
    _failing: dict[str, deque[tuple[Instant, str]]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)  # attempts whose first factor was judged already

    def play(self, event: Event, person: Person) -> Played | None:
        """What would have come of it. None: nothing to compare, such as the second factor of a sign-in.

        person  whose attempt it is; of nobody's sub, an empty one
        """
        if event.kind != SIGN_IN:
            self._remember(event)
            return None
        happened = _happened(event)
        follows = event.attempt_id in self._begun
        would, risk = (
            (happened, None) if follows and happened != LOCKED else self._would(event, person, happened)
        )
        self._count(event, would)
        self._remember(event)
        if follows:
            return None
        if happened in (LET_IN, ASKED, BLOCKED):
            self._begun.add(event.attempt_id)
        return Played(event, happened, would, risk)

    def _would(self, event: Event, person: Person, happened: str) -> tuple[str, Risk | None]:
        if self._tries.get(event.sub, _Tries()).locked(event.at):
            return LOCKED, None
        refusal = _refusal(event)
        if happened == LOCKED or (refusal == _SHUT_OUT and not self._shuts_out(event)):
            return UNKNOWN, None
        if happened == REFUSED and refusal != _KNOWN_PASSWORD:
            return REFUSED, None
        return self._judged(event, person)

    def _shuts_out(self, event: Event) -> bool:
        rules = self.policy.risk(event)
        return rules is not None and rules.blocked.has(event.seen.address)

    def _judged(self, event: Event, person: Person) -> tuple[str, Risk | None]:
        """Of somebody whose first factor was right, or whose address is shut out whatever was right."""
        asked = self.policy.mfa == "ON" or (self.policy.mfa == "OPTIONAL" and person.active)
        usual = ASKED if asked else LET_IN
        rules = self.policy.risk(event)
        if rules is None:
            return usual, None
        if self._shuts_out(event):
            return BLOCKED, actions.from_blocked_range()
        if "SIGN_IN" in rules.refuses_known and event.risk is not None and event.risk.compromised:
            return REFUSED, None
        if rules.skipped.has(event.seen.address) or not event.seen.scored:
            return usual, None
        has_factor = person.active or (self.policy.mfa == "ON" and person.able)
        risk = actions.decided(self._risk(event, person, rules), rules, has_factor=has_factor)
        if risk.action == actions.BLOCKED:
            return BLOCKED, risk
        return (ASKED if risk.action in actions.DEMANDS_FACTOR else usual), risk

    def _risk(self, event: Event, person: Person, rules: RiskPolicy) -> Risk:
        if event.risk is not None and event.risk.reasons:
            return assess.weighed(_again(event.risk.reasons, rules), rules.scale)
        return assess.assess(self._facts(event, person), rules.scale)

    def _facts(self, event: Event, person: Person) -> Facts:
        history = self._history(event)
        known = facts.known(history)
        last = known[0].seen.address if known else ""
        return Facts(
            now=event.at,
            seen=event.seen,
            agent=user_agents.device(event.seen.user_agent),
            place=self.place(event.seen.address),
            before=self.place(last),
            made_at=person.made_at,
            set_at=person.set_at,
            history=history,
            known=known,
        )

    def _history(self, event: Event) -> History:
        since = event.at - HOUR
        failing = {sub for at, sub in self._failing.get(event.seen.address, ()) if at >= since}
        passed = [past for past in self._passed.get(event.sub, ()) if past.at >= event.at - _REMEMBERED]
        return History(
            passed=each_once(passed),
            times=tuple(past.at for past in passed),
            failures=sum(at >= since for at in self._failed.get(event.sub, ())),
            failing=len(failing - {event.sub}),
        )

    def _count(self, event: Event, would: str) -> None:
        """In the ledger. What was refused while locked is not counted, and who is let in has it cleared."""
        wrong = bool(event.challenges) and event.challenges[-1][1] == "Failure"
        if event.response == PASS and would in (LET_IN, ASKED):
            self._tries.pop(event.sub, None)
        elif wrong and would == REFUSED:
            self._tries.setdefault(event.sub, _Tries()).failed(event.at, self.policy.lockout)

    def _remember(self, event: Event) -> None:
        if event.kind == SIGN_IN and event.response == PASS:
            passed = self._passed.setdefault(event.sub, deque(maxlen=_MOST_PASSED))
            passed.appendleft(Past(event.at, mark(event.seen)))
        if event.response == FAIL and event.kind == SIGN_IN:
            self._failed.setdefault(event.sub, deque(maxlen=_MOST_PASSED)).append(event.at)
        if event.response == FAIL and event.seen.address:
            failing = self._failing.setdefault(event.seen.address, deque(maxlen=_MOST_FAILING))
            failing.append((event.at, event.sub))


def _happened(event: Event) -> str:
    if event.response == FAIL:
        if (event.error and event.rule.startswith("risk")) or _refusal(event) in _BLOCKS:
            return BLOCKED
        return LOCKED if _refusal(event) == _LOCKS else REFUSED
    asked = event.response == IN_PROGRESS and event.rule not in _NOT_ASKED_FOR_RISK
    return ASKED if asked or "Mfa" in dict(event.challenges) else LET_IN


def _refusal(event: Event) -> str:
    found = next((note.facts.get("class", "") for note in event.trail if note.kind == "refusal"), "")
    return str(found) or event.rule


def _again(reasons: Sequence[Reason], rules: RiskPolicy) -> tuple[Reason, ...]:
    """The signals that were seen, with the points that they have now."""
    return tuple(replace(reason, points=rules.scale.points.get(reason.signal, 0)) for reason in reasons)
