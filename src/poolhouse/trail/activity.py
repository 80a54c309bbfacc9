"""Cognito's metrics of what people do: how each sign-in, sign-up, refresh and federation ended (7.2).

Each request that ends one is counted once, as a success, a failure or a throttle. Cognito has one metric for
the first two, of the values 1 and 0, and another for throttles; `Failures` are its zeros (docs/metrics.md).
A request that leads to another question ends nothing, and is not counted [K].
"""

from poolhouse.context import Env
from poolhouse.errors import TooManyRequests

SIGN_IN = "SignIn"
SIGN_UP = "SignUp"
TOKEN_REFRESH = "TokenRefresh"
FEDERATION = "Federation"

# What stands in the place of an app client: administrators name none, others perhaps none of the pool's.
ADMIN = "Admin"
INVALID = "Invalid"


def succeeded(env: Env, kind: str, pool_id: str, client_id: str, *provider: str) -> None:
    """`provider`: the name of the identity provider, for `FEDERATION` alone."""
    env.measure(f"{kind}Successes", pool_id, client_id, *provider)


def refused(env: Env, kind: str, error: Exception, pool_id: str, client_id: str, *provider: str) -> None:
    """What was turned away to come again later is throttled, whichever limit says so; the rest has failed."""
    if isinstance(error, TooManyRequests):
        throttled(env, kind, pool_id, client_id, *provider)
    else:
        failed(env, kind, pool_id, client_id, *provider)


def failed(env: Env, kind: str, pool_id: str, client_id: str, *provider: str) -> None:
    env.measure(f"{kind}Failures", pool_id, client_id, *provider)


def throttled(env: Env, kind: str, pool_id: str, client_id: str, *provider: str) -> None:
    env.measure(f"{kind}Throttles", pool_id, client_id, *provider)
