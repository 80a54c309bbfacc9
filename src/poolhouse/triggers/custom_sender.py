"""CustomEmailSender and CustomSMSSender: functions that send messages in our place (behaviour file, 5.2).

The event is made with the message, in the transaction that makes the code; it waits in the outbox and goes
to the function from there, at least once. The code is encrypted as it leaves: only who may use the key of
the pool's KMSKeyID, or holds our key file, can read it.
"""

import base64
import html
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.crypto import encryption_sdk
from poolhouse.directory.pools import Pool
from poolhouse.directory.triggers import Trigger
from poolhouse.errors import DeliveryFailed, FunctionFailed, InvocationFailed, InvocationTimeout
from poolhouse.ports import DataKeys, Invoker, Message, Rng
from poolhouse.triggers import call

CARRIER = "FUNCTION"  # beside EMAIL and SMS: what carries the messages of custom senders

_KINDS: Mapping[str, str] = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
_TYPES: Mapping[str, str] = {
    "CustomEmailSender": "customEmailSenderRequestV1",
    "CustomSMSSender": "customSMSSenderRequestV1",
}
# Whose ClientMetadata reaches the function (5.2).
_METADATA_OF = frozenset(
    {"AdminRespondToAuthChallenge", "ForgotPassword", "RespondToAuthChallenge", "SignUp"}
)
_ADMIN_CREATE_USER = "AdminCreateUser"


def of(pool: Pool, medium: str) -> Trigger | None:
    """The function that sends the pool's messages of this medium, if one does."""
    return pool.triggers.get(_KINDS[medium])


def sends(pool: Pool, medium: str) -> bool:
    return of(pool, medium) is not None


def event(
    ctx: Ctx, trigger: Trigger, source: str, username: str, attributes: Mapping[str, str]
) -> dict[str, Any]:
    """The event, with a place for the code.

    source      why the message is sent: `SignUp`, `AccountTakeOverNotification`, ...
    attributes  `userAttributes`: the user's, or the facts of a notification
    """
    request: dict[str, Any] = {
        "type": _TYPES[trigger.kind],
        "code": None,
        "userAttributes": dict(attributes),
        **call.metadata(ctx, _METADATA_OF),
    }
    return call.event_of(ctx, trigger, source, username, request, {})


def as_carried(source: str, medium: str, code: str) -> str:
    """The code as the function gets it: in mail, a temporary password is escaped for HTML (5.2). That quotes
    stay as they are is [K]."""
    escaped = source == _ADMIN_CREATE_USER and medium == "EMAIL"
    return html.escape(code, quote=False) if escaped else code


class FunctionSender:
    """Carries messages to functions: one of the senders of the outbox."""

    def __init__(self, invoker: Invoker | None, data_keys: DataKeys, rng: Rng) -> None:
        self._invoker = invoker
        self._data_keys = data_keys
        self._rng = rng

    async def send(self, message: Message) -> None:
        """Raises `DeliveryFailed` where the key or the function could not be used."""
        if self._invoker is None:
            raise DeliveryFailed("Nothing here can call functions.")
        filled = await self._filled(message)
        try:
            await self._invoker.invoke(message.function, filled, seconds=call.SECONDS)
        except FunctionFailed:
            raise DeliveryFailed("The function raised an error.") from None
        except InvocationTimeout:
            raise DeliveryFailed("The function did not answer in time.") from None
        except InvocationFailed as failed:
            raise DeliveryFailed(f"The function could not be called: {failed.reason}.") from None

    async def _filled(self, message: Message) -> bytes:
        """The event with the code in it, encrypted under a key of its own; the pool is bound to it."""
        made: dict[str, Any] = msgspec.json.decode(message.event)
        if message.code:
            bound = {"userpool-id": message.user_pool_id}
            key = await self._data_keys.generate(message.kms_key, bound)
            text = as_carried(message.purpose, message.medium, message.code)
            message_id = self._rng.bytes(encryption_sdk.MESSAGE_ID_BYTES)
            sealed = encryption_sdk.encrypt(text.encode(), key, bound, message_id)
            made["request"]["code"] = base64.b64encode(sealed).decode()
        return msgspec.json.encode(made)
