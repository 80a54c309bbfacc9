"""Entries of log delivery in the form that AWS documents ("Exporting logs from Amazon Cognito user pools").

What AWS's one example does not show is [K]: values of riskDecision beside PASS, and the form of a challenge.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from poolhouse.directory import events, log_delivery
from poolhouse.directory.events import Event, Risk
from poolhouse.ports import SECOND, Instant, LogEntry

_MILLISECOND: Instant = 1_000
_SOURCES: Mapping[str, str] = {
    log_delivery.AUTH_EVENTS: "USER_ACTIVITY",
    log_delivery.NOTIFICATIONS: "USER_NOTIFICATION",
}
_DECISIONS: Mapping[str, str] = {  # [K] but for PASS
    events.NO_RISK: "PASS",
    events.ACCOUNT_TAKEOVER: "ACCOUNT_TAKEOVER",
    events.BLOCK: "BLOCK",
}


def of_event(event: Event) -> LogEntry:
    """What somebody tried. Feedback comes later than the entry, so its members are empty."""
    risk = event.risk or Risk()
    message = {
        "version": "1",
        "eventId": event.event_id,
        "eventType": event.kind,
        "userSub": event.sub,
        "userName": event.username,
        "userPoolId": event.pool_id,
        "clientId": event.client_id,
        "creationDate": _date(event.at),
        "eventResponse": event.response,
        "riskLevel": risk.level,
        "riskDecision": _DECISIONS[risk.decision],
        "challenges": [
            {"challengeName": name, "challengeResponse": result} for name, result in event.challenges
        ],
        "deviceName": event.seen.device_name,
        "ipAddress": event.seen.address,
        "requestId": event.request_id,
        "idpName": event.provider,
        "compromisedCredentialDetected": _text(risk.compromised),
        "city": event.seen.city,
        "country": event.seen.country,
        "eventFeedbackValue": "",
        "eventFeedbackDate": "",
        "eventFeedbackProvider": "",
        "hasContextData": _text(bool(event.seen.address or event.seen.user_agent)),
    }
    return _entry(log_delivery.AUTH_EVENTS, event.pool_id, event.event_id, event.at, message)


def of_failed_delivery(pool_id: str, message_id: str, tries: int, at: Instant, reason: str) -> LogEntry:
    """A mail or text message that was not delivered, once for each try. Of AWS's form is `details` alone.

    reason  names neither the address nor the code
    """
    event_id = f"{message_id}.{tries}"
    details = f"The message {message_id} was not delivered, try {tries}: {reason}"
    return _entry(
        log_delivery.NOTIFICATIONS, pool_id, event_id, at, {"details": details, "eventId": event_id}
    )


def _entry(source: str, pool_id: str, event_id: str, at: Instant, message: Mapping[str, Any]) -> LogEntry:
    body = {
        "eventTimestamp": str(at // _MILLISECOND),
        "eventSource": _SOURCES[source],
        "logLevel": log_delivery.LEVELS[source],
        "message": message,
        "logSourceId": {"userPoolId": pool_id},
    }
    return LogEntry(f"{source}/{at:016d}/{event_id}", at, msgspec.json.encode(body))


def _date(at: Instant) -> str:
    """`Wed Jul 17 17:25:55 UTC 2024`."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def _text(flag: bool) -> str:
    return "true" if flag else "false"
