"""Which flow an app client allows, and in which words it is refused (behaviour file, 2.3 and 1.17)."""

from collections.abc import Mapping

from poolhouse.context import Ctx
from poolhouse.errors import (
    ApiError,
    CustomFlowOff,
    CustomFlowWithoutTriggers,
    FlowNotKnown,
    FlowOff,
    MissingParameter,
    PasswordFlowOff,
    SrpFlowOff,
)

REFRESH = "REFRESH_TOKEN_AUTH"

_SAME_AS: Mapping[str, str] = {
    "REFRESH_TOKEN": REFRESH,
    "ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH",
}

# flow: what the client must allow, how it is refused, which parameters it needs
_GATES: Mapping[str, tuple[str, type[ApiError], tuple[str, ...]]] = {
    "USER_SRP_AUTH": ("ALLOW_USER_SRP_AUTH", SrpFlowOff, ("USERNAME", "SRP_A")),
    "USER_PASSWORD_AUTH": ("ALLOW_USER_PASSWORD_AUTH", PasswordFlowOff, ("USERNAME", "PASSWORD")),
    "ADMIN_USER_PASSWORD_AUTH": ("ALLOW_ADMIN_USER_PASSWORD_AUTH", FlowOff, ("USERNAME", "PASSWORD")),
    "CUSTOM_AUTH": ("ALLOW_CUSTOM_AUTH", CustomFlowOff, ("USERNAME",)),
    "USER_AUTH": ("ALLOW_USER_AUTH", FlowOff, ("USERNAME",)),
    REFRESH: ("ALLOW_REFRESH_TOKEN_AUTH", FlowOff, ("REFRESH_TOKEN",)),
}

PUBLIC = frozenset({"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", REFRESH})
ADMIN = frozenset({"USER_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", REFRESH})


def opened(ctx: Ctx, named: str, allowed_here: frozenset[str], parameters: Mapping[str, str]) -> str:
    """The flow to run. Raises InvalidParameterException where this client or call does not have it."""
    flow = _SAME_AS.get(named, named)
    if flow not in allowed_here:
        raise FlowNotKnown
    permission, refused, needed = _GATES[flow]
    if permission not in ctx.client.flows:
        raise refused
    if flow == "CUSTOM_AUTH" and "DefineAuthChallenge" not in ctx.pool.triggers:
        raise CustomFlowWithoutTriggers
    for name in needed:
        if not parameters.get(name):
            raise MissingParameter(name=name)
    return flow
