"""An event in words, for whoever asks why (`poolhouse explain`). Pure.

Everything that had a part in the decision is there; secrets, codes and answers never were in the event.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from poolhouse.directory import one_line
from poolhouse.directory.events import Event, Note, Risk, Seen

_NAMES: Mapping[str, str] = {
    "context": "Told of the client",
    "step": "Steps",
    "trigger": "Functions",
    "limit": "Limits",
    "breach": "Passwords",
}
_WIDTH = 14
_MILLION = 1_000_000


def lines(event: Event) -> list[str]:
    """The whole decision, a line each."""
    return [one_line.printable(line) for line in _lines(event)]


def _lines(event: Event) -> list[str]:
    return [
        f"{event.kind} {event.response}: {event.operation}, request {event.request_id}",
        *(_row(name, value) for name, value in _facts(event) if value),
        *_steps(event),
        *(line for kind, title in _NAMES.items() for line in _notes(title, event.trail, kind)),
        *(_risk(event.risk) if event.risk else ()),
    ]


def _facts(event: Event) -> Iterator[tuple[str, str]]:
    yield "user pool", event.pool_id
    yield "app client", event.client_id
    yield "user", f"{event.username} (sub {event.sub})" if event.sub else event.username
    yield "when", f"{_time(event.at)}, took {event.milliseconds:g} ms"
    yield "from", _whence(event.seen)
    yield "provider", event.provider
    yield "flow", event.flow
    yield "decided by", f"{event.rule} ({event.error})" if event.error else event.rule
    yield "event", event.event_id
    yield "attempt", event.attempt_id if event.attempt_id != event.event_id else ""


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / _MILLION, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _whence(seen: Seen) -> str:
    place = ", ".join(part for part in (seen.city, seen.country, seen.network) if part)
    found = ", ".join(part for part in (seen.address, seen.device_name) if part)
    found += f" ({place})" if place else ""
    return found if seen.scored else f"{found}, which cannot be believed: no risk was assessed"


def _steps(event: Event) -> Iterator[str]:
    if event.challenges:
        yield "Challenges"
    for name, result in event.challenges:
        yield f"  {name}: {result}"


def _notes(title: str, trail: Sequence[Note], kind: str) -> Iterator[str]:
    found = [note.facts for note in trail if note.kind == kind]
    if found:
        yield title
    for facts in found:
        yield f"  {_said(facts)}"


def _said(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in facts.items())


def _value(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else f"{value}"


def _risk(risk: Risk) -> Iterator[str]:
    action = f", so {risk.action}" if risk.action else ""
    yield f"Risk {risk.level or 'none'}: {risk.points} points{action} ({risk.decision})"
    if risk.compromised:
        yield "  the password is known to have been stolen"
    for reason in risk.reasons:
        yield f"  {reason.points:>4}  {reason.signal}: {reason.text}"


def _row(name: str, value: str) -> str:
    return f"  {name:<{_WIDTH}}{value}"
