"""A decision in words: everything that had a part in it, a line each."""

from msgspec.structs import replace

from poolhouse.directory import explanation
from poolhouse.directory.events import Event, Note, Reason, Risk, Seen

EVENT = Event(
    pool_id="us-east-1_Aaaaaaaaa",
    sub="5b5c",
    event_id="e-1",
    attempt_id="a-1",
    request_id="r-1",
    kind="SignIn",
    response="Fail",
    at=1_795_708_800_000_000,
    operation="RespondToAuthChallenge",
    client_id="shop",
    username="ada",
    flow="USER_SRP_AUTH",
    rule="RiskTooHigh",
    error="NotAuthorizedException",
    seen=Seen("203.0.113.7", "", "Windows, Chrome", country="SE", city="Lund", network="AS64500 Example"),
    risk=Risk("HIGH", "Block", "BLOCK", True, 70, (Reason("new device", 30, "It was never seen."),)),
    challenges=(("Password", "Success"),),
    trail=(
        Note("trigger", {"kind": "PreAuthentication", "sent": 412, "outcome": "answered"}),
        Note("limit", {"name": "tries before a lock", "used": 2, "of": 5}),
        Note("refusal", {"class": "RiskTooHigh"}),
    ),
    milliseconds=12.5,
)


def test_everything_that_had_a_part_in_a_refusal_is_told() -> None:
    assert explanation.lines(EVENT) == [
        "SignIn Fail: RespondToAuthChallenge, request r-1",
        "  user pool     us-east-1_Aaaaaaaaa",
        "  app client    shop",
        "  user          ada (sub 5b5c)",
        "  when          2026-11-26 16:00:00 UTC, took 12.5 ms",
        "  from          203.0.113.7, Windows, Chrome (Lund, SE, AS64500 Example)",
        "  flow          USER_SRP_AUTH",
        "  decided by    RiskTooHigh (NotAuthorizedException)",
        "  event         e-1",
        "  attempt       a-1",
        "Challenges",
        "  Password: Success",
        "Functions",
        "  kind PreAuthentication, sent 412, outcome answered",
        "Limits",
        "  name tries before a lock, used 2, of 5",
        "Risk HIGH: 70 points, so BLOCK (Block)",
        "  the password is known to have been stolen",
        "    30  new device: It was never seen.",
    ]


def test_what_somebody_typed_stays_in_its_line() -> None:
    typed = replace(EVENT, username="eve\x1b[31m\nSignIn Pass: InitiateAuth")

    assert len(explanation.lines(typed)) == len(explanation.lines(EVENT))
    assert (
        explanation.lines(typed)[3]
        == "  user          eve\ufffd[31m\ufffdSignIn Pass: InitiateAuth (sub 5b5c)"
    )
    assert explanation.lines(replace(EVENT, username="Zo\u00eb"))[3] == "  user          Zo\u00eb (sub 5b5c)"


def test_why_nothing_was_believed_of_what_a_client_told_is_there() -> None:
    told = replace(EVENT, trail=(Note("context", {"unbelievable": "signature"}), *EVENT.trail))

    assert explanation.lines(told)[12:14] == ["Told of the client", "  unbelievable signature"]
