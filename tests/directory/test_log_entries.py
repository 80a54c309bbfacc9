"""Entries of log delivery have the members, the order and the spelling of AWS's documented example."""

import json

import pytest

from poolhouse.directory import log_entries
from poolhouse.directory.events import ACCOUNT_TAKEOVER, BLOCK, NO_RISK, Event, Risk, Seen
from poolhouse.ports import SECOND

POOL = "us-west-2_EXAMPLE12"
AT = 1_721_237_155 * SECOND + 250_000  # Wed Jul 17 17:25:55 UTC 2024


def event(**members):
    usual = {
        "pool_id": POOL,
        "sub": "the-sub",
        "event_id": "the-event",
        "attempt_id": "the-attempt",
        "request_id": "the-request",
        "kind": "SignUp",
        "response": "InProgress",
        "at": AT,
        "operation": "SignUp",
        "client_id": "1example23456789",
        "username": "test-user",
        "seen": Seen(
            address="192.0.2.1", device_name="Other, Other", city="Seattle", country="United States"
        ),
    }
    return Event(**(usual | members))


def read(made):
    return json.loads(made.body)


def test_an_event_has_the_documented_form_member_by_member():
    made = log_entries.of_event(event())

    assert list(read(made).items()) == [
        ("eventTimestamp", "1721237155250"),
        ("eventSource", "USER_ACTIVITY"),
        ("logLevel", "INFO"),
        (
            "message",
            {
                "version": "1",
                "eventId": "the-event",
                "eventType": "SignUp",
                "userSub": "the-sub",
                "userName": "test-user",
                "userPoolId": POOL,
                "clientId": "1example23456789",
                "creationDate": "Wed Jul 17 17:25:55 UTC 2024",
                "eventResponse": "InProgress",
                "riskLevel": "",
                "riskDecision": "PASS",
                "challenges": [],
                "deviceName": "Other, Other",
                "ipAddress": "192.0.2.1",
                "requestId": "the-request",
                "idpName": "",
                "compromisedCredentialDetected": "false",
                "city": "Seattle",
                "country": "United States",
                "eventFeedbackValue": "",
                "eventFeedbackDate": "",
                "eventFeedbackProvider": "",
                "hasContextData": "true",
            },
        ),
        ("logSourceId", {"userPoolId": POOL}),
    ]


@pytest.mark.parametrize(
    ("decision", "shown"),
    [(NO_RISK, "PASS"), (ACCOUNT_TAKEOVER, "ACCOUNT_TAKEOVER"), (BLOCK, "BLOCK")],
)
def test_a_risk_is_told_by_its_decision_and_level(decision, shown):
    """[K] but for PASS."""
    risk = Risk(level="HIGH", decision=decision, compromised=True)

    message = read(log_entries.of_event(event(risk=risk)))["message"]

    assert (message["riskDecision"], message["riskLevel"]) == (shown, "HIGH")
    assert message["compromisedCredentialDetected"] == "true"


def test_challenges_are_told_in_their_order():
    """The form is [K]."""
    made = log_entries.of_event(event(challenges=(("Password", "Success"), ("Mfa", "Failure"))))

    assert read(made)["message"]["challenges"] == [
        {"challengeName": "Password", "challengeResponse": "Success"},
        {"challengeName": "Mfa", "challengeResponse": "Failure"},
    ]


def test_an_attempt_from_nowhere_has_no_context():
    message = read(log_entries.of_event(event(seen=Seen())))["message"]

    assert (message["hasContextData"], message["ipAddress"], message["city"]) == ("false", "", "")


def test_ids_of_entries_are_in_the_order_of_time_and_name_the_event():
    earlier = log_entries.of_event(event(at=AT, event_id="z"))
    later = log_entries.of_event(event(at=AT + 1, event_id="a"))

    assert earlier.entry_id < later.entry_id
    assert earlier.entry_id == f"userAuthEvents/{AT:016d}/z"


def test_an_entry_is_one_line_whatever_a_user_is_called():
    made = log_entries.of_event(event(username='a"b\nc\u2028d'))

    assert b"\n" not in made.body
    assert read(made)["message"]["userName"] == 'a"b\nc\u2028d'


def test_a_failed_message_is_an_error_with_details():
    made = log_entries.of_failed_delivery(POOL, "message-1", 3, AT, "The mail server said 550.")

    assert read(made) == {
        "eventTimestamp": "1721237155250",
        "eventSource": "USER_NOTIFICATION",
        "logLevel": "ERROR",
        "message": {
            "details": "The message message-1 was not delivered, try 3: The mail server said 550.",
            "eventId": "message-1.3",
        },
        "logSourceId": {"userPoolId": POOL},
    }
