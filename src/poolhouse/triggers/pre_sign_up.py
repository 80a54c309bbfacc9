"""PreSignUp: before a user is made, a function may refuse, confirm, and vouch for addresses (5.2)."""

from collections.abc import Mapping

import msgspec

from poolhouse.context import Ctx
from poolhouse.errors import VerifiedWithoutAttribute
from poolhouse.triggers import call

KIND = "PreSignUp"
_METADATA_OF = frozenset({"SignUp", "AdminCreateUser", "AdminRespondToAuthChallenge", "ForgotPassword"})


class Confirmations(msgspec.Struct, frozen=True, rename="camel"):
    """What the function answers."""

    auto_confirm_user: bool = False
    auto_verify_email: bool = False
    auto_verify_phone: bool = False


NOTHING = Confirmations()


async def sign_up(
    ctx: Ctx, username: str, attributes: Mapping[str, str], validation: Mapping[str, str] | None
) -> Confirmations:
    """Of SignUp. `attributes` are those that were given; there is no user yet."""
    return await _fire(ctx, "SignUp", username, attributes, validation)


async def admin_create_user(
    ctx: Ctx, username: str, attributes: Mapping[str, str], validation: Mapping[str, str] | None
) -> None:
    """Of AdminCreateUser, where the function can only refuse: what it confirms is ignored."""
    await _fire(ctx, "AdminCreateUser", username, attributes, validation)


async def external_provider(ctx: Ctx, username: str, attributes: Mapping[str, str]) -> Confirmations:
    """Of the first sign-in with an identity provider."""
    return await _fire(ctx, "ExternalProvider", username, attributes, None)


def verified(answer: Confirmations, attributes: Mapping[str, str]) -> dict[str, str]:
    """The flags that the function sets. Raises `VerifiedWithoutAttribute`."""
    flags = {}
    for member, said, name in (
        ("autoVerifyEmail", answer.auto_verify_email, "email"),
        ("autoVerifyPhone", answer.auto_verify_phone, "phone_number"),
    ):
        if said and not attributes.get(name):
            raise VerifiedWithoutAttribute(member=member, name=name)
        if said:
            flags[f"{name}_verified"] = "true"
    return flags


async def _fire(
    ctx: Ctx,
    source: str,
    username: str,
    attributes: Mapping[str, str],
    validation: Mapping[str, str] | None,
) -> Confirmations:
    if KIND not in ctx.pool.triggers:
        return NOTHING
    request = {
        "userAttributes": dict(attributes),
        "validationData": validation,
        **call.metadata(ctx, _METADATA_OF),
    }
    defaults = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
    response = await call.fire(ctx, KIND, source, username, request, defaults)
    return call.read(response or {}, Confirmations)
