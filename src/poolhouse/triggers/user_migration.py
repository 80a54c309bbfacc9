"""UserMigration: a name that the pool does not know may be somebody of another directory (5.2)."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from poolhouse.context import Ctx
from poolhouse.triggers import call

KIND = "UserMigration"
_METADATA_OF = frozenset(
    {"InitiateAuth", "AdminInitiateAuth", "AdminRespondToAuthChallenge", "ForgotPassword"}
)


class Migrated(msgspec.Struct, frozen=True, rename="camel"):
    """Whom the function found. Without `user_attributes` it is nobody."""

    user_attributes: dict[str, str] | None = None
    final_user_status: Literal["CONFIRMED", "RESET_REQUIRED"] | None = None
    message_action: Literal["SUPPRESS", "RESEND"] | None = None
    desired_delivery_mediums: list[Literal["EMAIL", "SMS"]] | None = None
    force_alias_creation: bool | None = None
    enable_sms_mfa: bool | None = msgspec.field(default=None, name="enableSMSMFA")


_DEFAULTS = dict.fromkeys(field.encode_name for field in msgspec.structs.fields(Migrated))


async def authentication(ctx: Ctx, name: str, password: str) -> Migrated:
    """Of a sign-in with the password itself. Raises as `call.fire` does."""
    validation = dict(ctx.metadata) or None
    return await _fire(ctx, "Authentication", name, {"password": password, "validationData": validation})


async def forgot_password(ctx: Ctx, name: str) -> Migrated:
    """Of somebody who has forgotten the password. Raises as `call.fire` does."""
    return await _fire(ctx, "ForgotPassword", name, {"validationData": None})


async def _fire(ctx: Ctx, source: str, name: str, request: Mapping[str, Any]) -> Migrated:
    asked = {**request, **call.metadata(ctx, _METADATA_OF)}
    response = await call.fire(ctx, KIND, source, name, asked, _DEFAULTS)
    return call.read(response or {}, Migrated)
