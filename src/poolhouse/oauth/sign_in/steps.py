"""What a page of a sign-in asks: sealed in its hidden field, for the browser that it was shown to."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.auth import engine
from poolhouse.crypto import aead
from poolhouse.errors import InvalidSession
from poolhouse.oauth import forms
from poolhouse.oauth.sign_in.turn import Turn

FIELD = "state"

_NAMED_WAYS = {"SELECT_MFA_TYPE": "MFAS_CAN_CHOOSE", "MFA_SETUP": "MFAS_CAN_SETUP"}
_CHOICES = frozenset({"SELECT_CHALLENGE", *_NAMED_WAYS})
_NOT_HERE = frozenset({"PASSWORD_SRP", "SMS_MFA"})  # SRP takes a program; a phone number is not set up here


class Step(msgspec.Struct, frozen=True, array_like=True):
    """
    name      of auth/table.py
    session   of the engine, which waits for the answer
    username  as it was typed
    shown     `ChallengeParameters`, and what else the page has to show again
    ways      what could be chosen in place of this: factors, by their names in the choice
    wrong     answers that were wrong so far
    """

    name: str
    session: str
    username: str
    shown: Mapping[str, str] = {}
    ways: tuple[str, ...] = ()
    wrong: int = 0


def of(turn: Turn, username: str, result: Mapping[str, Any], before: Step | None = None) -> Step:
    """What the engine asks now.

    before  the step whose answer led here: after a choice, and where the same is asked anew, the ways of
            before can still be chosen
    """
    session = result["Session"]
    name = engine.step_of(turn.ctx("RespondToAuthChallenge"), session)
    shown = result["ChallengeParameters"]
    ways = _ways(name, shown, result.get("AvailableChallenges", ()))
    if not ways and before and (before.name in _CHOICES or before.name == name):
        ways = before.ways
    return Step(name, session, username, shown, ways)


def _ways(name: str, shown: Mapping[str, str], available: tuple[str, ...]) -> tuple[str, ...]:
    member = _NAMED_WAYS.get(name)
    if member is None:
        return tuple(way for way in available if way != "PASSWORD_SRP")
    found = msgspec.json.decode(shown[member], type=tuple[str, ...])
    return tuple(way for way in found if name != "MFA_SETUP" or way not in _NOT_HERE)


def changed(step: Step, **members: Any) -> Step:
    return msgspec.structs.replace(step, **members)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Step)


def sealed(turn: Turn, step: Step) -> str:
    """For the answer to a post, whose form token is that of the browser."""
    keys = turn.visit.keys
    nonce = turn.visit.env.rng.bytes(aead.NONCE_BYTES)
    text = aead.seal(keys.session, _ENCODER.encode(step), _bound_to(turn), nonce)
    return base64.urlsafe_b64encode(text).decode()


def opened(turn: Turn, text: str) -> Step:
    """Raises `InvalidSession` for what was not sealed for this browser and this app."""
    try:
        plain = base64.urlsafe_b64decode(text.encode())
        return _DECODER.decode(aead.open_sealed(turn.visit.keys.session, plain, _bound_to(turn)))
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidSession from error


def _bound_to(turn: Turn) -> str:
    """Somebody else's sign-in cannot be gone on with in this browser, whoever knows its state."""
    csrf = turn.visit.cookie(forms.COOKIE)
    return f"sign-in page|{turn.visit.pool.pool_id}|{turn.client.client_id}|{csrf}"
