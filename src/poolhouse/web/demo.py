"""What `poolhouse dev` has ready: an access key, a demo pool, an app client and a confirmed user.

Made at the first start through the ordinary operations, and remembered in a file of the data folder
(its password could not be read from the store), so that every start shows the same.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.errors import ApiError
from poolhouse.ports import Rng
from poolhouse.store import access_keys, audited, snapshots
from poolhouse.web import api
from poolhouse.web.caller import administrator
from poolhouse.wire.operations import operations

USERNAME = "demo@example.com"
HOLDER = "poolhouse-dev"  # the access key's id at first, and whose it is always

_FILE = "demo.json"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_MOODS = "Brave Bright Calm Clever Eager Fancy Gentle Happy Jolly Kind Lucky Merry Noble Proud Quick Quiet"
_ANIMALS = (
    "Badger Beaver Condor Dolphin Falcon Gecko Heron Ibis Koala Lemur Marten Otter Panda Robin Seal Wren"
)

# Where apps under development are, by the habits of their tools; and what they ask for.
_APPS = ["http://localhost:3000/", "http://localhost:5173/", "http://localhost:8080/"]
_SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]

WritePrivate = Callable[[Path, bytes], None]


class DemoPool(msgspec.Struct, frozen=True):
    """As it is kept in the data folder."""

    user_pool_id: str
    client_id: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"DemoPool({self.user_pool_id})"


class Demo(msgspec.Struct, frozen=True):
    """What a developer signs in and administers with. `pool` is None under --no-demo."""

    access_key_id: str
    secret_access_key: str
    pool: DemoPool | None

    def __repr__(self) -> str:
        return f"Demo({self.access_key_id}, {self.pool!r})"


def start_page(env: Env) -> str:
    """Where a sign-in that nobody's app began comes back to."""
    return f"{env.settings.public_url}/"


async def ensure(env: Env, write_private: WritePrivate) -> Demo:
    """What the data folder has, made first where it is missing."""
    access_key_id, secret = await _access_key(env)
    pool = None if env.settings.no_demo else await _pool(env, write_private)
    return Demo(access_key_id, secret, pool)


async def _access_key(env: Env) -> tuple[str, str]:
    rows = await env.db.read(access_keys.every)
    for row in rows:
        key = await access_keys.living(env, row["access_key_id"]) if row["user_name"] == HOLDER else None
        if key is not None:
            return key.access_key_id, key.secret
    taken = any(row["access_key_id"] == HOLDER for row in rows)  # somebody revoked the first one
    new_id = f"{HOLDER}-{env.rng.digits(6)}" if taken else HOLDER
    acting = audited.for_service(env, "demo", "keys create")
    made = await access_keys.create(acting, HOLDER, _EVERYTHING, new_id)
    return made.access_key_id, made.secret


async def _pool(env: Env, write_private: WritePrivate) -> DemoPool:
    path = Path(env.settings.data) / _FILE
    known = _known(path)
    if known is not None and await _lives(env, known):
        return known
    made = await _made(env)
    write_private(path, msgspec.json.format(msgspec.json.encode(made)))
    return made


def _known(path: Path) -> DemoPool | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemoPool)
    except (OSError, msgspec.DecodeError):
        return None


async def _lives(env: Env, known: DemoPool) -> bool:
    """False where the pool or the client was deleted, or the Region or the store is another one now."""
    if known.user_pool_id.partition("_")[0] != env.settings.region:
        return False
    try:
        await snapshots.of_client(env, known.client_id, known.user_pool_id)
    except ApiError:
        return False
    return True


async def _made(env: Env) -> DemoPool:
    """The pool, then what is in it. Sign-up by mail address, which is how most people begin."""
    pool = await _call(
        env,
        "CreateUserPool",
        PoolName="demo",
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
    )
    pool_id = pool["UserPool"]["Id"]
    client = await _call(
        env,
        "CreateUserPoolClient",
        UserPoolId=pool_id,
        ClientName="demo",
        GenerateSecret=False,
        PreventUserExistenceErrors="ENABLED",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        SupportedIdentityProviders=["COGNITO"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=_SCOPES,
        CallbackURLs=[start_page(env), *_APPS],
        LogoutURLs=[start_page(env), *_APPS],
    )
    password = _password(env.rng)
    await _call(
        env,
        "AdminCreateUser",
        UserPoolId=pool_id,
        Username=USERNAME,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": USERNAME},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    await _call(
        env, "AdminSetUserPassword", UserPoolId=pool_id, Username=USERNAME, Password=password, Permanent=True
    )
    return DemoPool(pool_id, client["UserPoolClient"]["ClientId"], USERNAME, password)


async def _call(env: Env, name: str, **request: Any) -> Mapping[str, Any]:
    """Call an operation as an administrator would, less the network."""
    signer = administrator(env, HOLDER, env.settings.region, HOLDER)
    call = api.Call(env, operations()[("cognito-idp", name)], signer, env.rng.uuid())
    return await call.run(request)


def _password(rng: Rng) -> str:
    """Readable, and good for every password policy that a demo pool has: Calm-Otter-27!"""
    mood, animal = (_any_of(rng, words.split()) for words in (_MOODS, _ANIMALS))
    return f"{mood}-{animal}-{rng.digits(2)}!"


def _any_of(rng: Rng, words: list[str]) -> str:
    return words[int(rng.fraction() * len(words))]
