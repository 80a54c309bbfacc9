"""Who has signed up and is not confirmed yet: what /signup, or a sign-in, tells /confirm."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from poolhouse.auth import confirmation, who
from poolhouse.delivery import messages
from poolhouse.directory import sign_up as rules
from poolhouse.errors import LimitExceeded
from poolhouse.http.response import Response
from poolhouse.oauth import answers, carried, faces, tongues
from poolhouse.oauth.pages.views import Done
from poolhouse.oauth.sign_in.turn import Turn

KIND = "confirming"
PATH = "/confirm"
DONE: Literal["waiting"] = "waiting"


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """
    username  as it was typed
    sub       the user's, or a made-up one where nobody was made
    medium    EMAIL or SMS
    sent_to   masked as Cognito does
    many      no further code was sent, because several were
    """

    username: str
    sub: str
    medium: str
    sent_to: str
    many: bool = False


def of(username: str, sub: str, details: Mapping[str, str], *, many: bool = False) -> Waiting:
    """details  `CodeDeliveryDetails`"""
    return Waiting(username, sub, details["DeliveryMedium"], details["Destination"], many)


def told(turn: Turn, waiting: Waiting) -> Response:
    """On to /confirm, which learns whom it is about."""
    headers = carried.cookie(turn, KIND, waiting)
    return answers.redirect(turn.visit.url(PATH, turn.authorization.query), headers)


async def without_code(turn: Turn) -> Response:
    """The pool sends no code: its team confirms accounts by hand."""
    return await faces.shown(
        turn.visit,
        Done(what=DONE),
        client=turn.client,
        authorization=turn.authorization,
        hidden=((tongues.SHOWN, DONE),),
    )


async def of_sign_in(turn: Turn, username: str) -> Response:
    """Somebody has proven a password and is not confirmed: send another code, and on to /confirm.

    Raises what the delivery of the code raises.
    """
    ctx = turn.ctx("ResendConfirmationCode")
    user = who.known(await who.somebody(ctx, username))
    attribute = rules.attribute_to_verify(turn.visit.pool, user.attributes)
    if attribute is None:
        return await without_code(turn)
    details, many = messages.details(attribute, user.attributes[attribute]), False
    try:
        await confirmation.resend(ctx, username)
    except LimitExceeded:
        many = True
    return told(turn, of(username, user.sub, details, many=many))
