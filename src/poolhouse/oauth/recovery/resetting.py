"""Whose password is being reset: what /forgotPassword, or a sign-in, tells /confirmForgotPassword."""

from contextlib import suppress

import msgspec

from poolhouse.auth import lost_passwords
from poolhouse.errors import LimitExceeded
from poolhouse.http.response import Response
from poolhouse.oauth import answers, carried
from poolhouse.oauth.sign_in.turn import Turn

KIND = "resetting"
PATH = "/confirmForgotPassword"


class Resetting(msgspec.Struct, frozen=True, array_like=True):
    """
    username  as it was typed
    required  the pool wants it: the user has not asked for it
    leaked    because the password is known to be stolen
    """

    username: str
    required: bool = False
    leaked: bool = False


def told(turn: Turn, resetting: Resetting) -> Response:
    """On to /confirmForgotPassword, which learns whose password it is."""
    headers = carried.cookie(turn, KIND, resetting)
    return answers.redirect(turn.visit.url(PATH, turn.authorization.query), headers)


async def of_sign_in(turn: Turn, username: str, *, leaked: bool = False) -> Response:
    """Somebody has proven who they are and must choose a new password: send the code for it.

    Raises what the delivery of the code raises. Who was sent several has one to use.
    """
    with suppress(LimitExceeded):
        await lost_passwords.send_code(turn.ctx("ForgotPassword"), username)
    return told(turn, Resetting(username, required=True, leaked=leaked))
