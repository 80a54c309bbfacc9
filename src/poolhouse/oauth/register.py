"""POST /oauth2/register: a client makes itself an app client (RFC 7591; behaviour file, 6.9)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.directory import client_config, client_metadata, registration
from poolhouse.directory.client_metadata import Registration
from poolhouse.directory.resource_servers import REGISTER
from poolhouse.errors import (
    AccessTokenScope,
    ApiError,
    InvalidClientMetadata,
    InvalidParameter,
    LimitExceeded,
    NotAuthorized,
    RegistrationOff,
    RegistrationScopeMissing,
    RegistrationToken,
    RegistrationTokenMissing,
    TooManyRequests,
    UserNotFound,
)
from poolhouse.http.response import Response
from poolhouse.http.sources import network
from poolhouse.oauth import endpoint
from poolhouse.oauth.visit import Visit
from poolhouse.ports import SECOND, Tx
from poolhouse.store import audited, client_creation, hourly, snapshots
from poolhouse.store.client_creation import NewClient
from poolhouse.tokens import verify

# An open registration leaves half of the app clients of a pool to its operator.

_COGNITO = "COGNITO"


async def register(visit: Visit) -> Response:
    """201 with the client as it is registered, 400 with what is wrong with it (RFC 7591, section 3.2)."""
    if not registration.enabled(visit.pool.config):
        raise RegistrationOff
    try:
        authenticated = await _is_authenticated(visit)
    except RegistrationToken as error:
        return _refused(visit, error)
    servers = visit.snapshot.resource_servers
    permission = registration.permission(visit.pool.config, servers, authenticated=authenticated)
    wanted = client_metadata.registration(_document(visit), permission)
    if not authenticated:
        await _count(visit)
    return endpoint.answered(visit, await _registered(visit, wanted, authenticated=authenticated), 201)


async def _is_authenticated(visit: Visit) -> bool:
    """Does it show an access token that lets it register? Raises `RegistrationToken`.

    Whoever shows none may register where the pool is open to everybody; a bad token is worse than none.
    """
    header = visit.request.header("authorization")
    if not header and registration.is_open(visit.pool.config):
        return False
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RegistrationTokenMissing
    try:
        await verify.bearer(visit.env, visit.pool.pool_id, token.strip(), visit.now, REGISTER)
    except AccessTokenScope:
        raise RegistrationScopeMissing from None
    except (NotAuthorized, UserNotFound) as error:
        raise RegistrationToken(error.message) from None
    return True


def _refused(visit: Visit, error: RegistrationToken) -> Response:
    """RFC 6750, section 3: the header says nothing of a token to who showed none."""
    challenge = "Bearer"
    if not isinstance(error, RegistrationTokenMissing):
        challenge = (
            f'Bearer error="{error.error}", error_description="{error.description}", scope="{REGISTER}"'
        )
    document = {"error": error.error, "error_description": error.description}
    return endpoint.answered(visit, document, error.status, ((b"www-authenticate", challenge.encode()),))


def _document(visit: Visit) -> Mapping[str, Any]:
    if visit.request.header("content-type").partition(";")[0].strip().lower() != "application/json":
        raise InvalidClientMetadata("The metadata of the client must be sent as application/json.")
    try:
        return msgspec.json.decode(visit.request.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidClientMetadata("The body must be a JSON object.") from None


async def _count(visit: Visit) -> None:
    """So many an hour for each address. Raises `TooManyRequests`."""
    ctx = visit.ctx("CreateUserPoolClient")

    async def take(tx: Tx) -> ApiError | None:
        return await hourly.take(tx, ctx, f"address|{network(ctx.address)}", hourly.REGISTER)

    try:
        await visit.env.db.run(take)
    except LimitExceeded:
        raise TooManyRequests from None


async def _registered(visit: Visit, wanted: Registration, *, authenticated: bool) -> dict[str, Any]:
    settings = wanted.settings([_COGNITO, *visit.snapshot.providers])
    secret = None if wanted.is_public else client_creation.new_secret(visit.env)
    client = NewClient(
        pool_id=visit.pool.pool_id,
        name=wanted.name,
        client_type="DCR",
        secret=secret,
        config=lambda pool, around: client_config.new_config(settings, pool, around),
        leaves=0 if authenticated else client_creation.most_clients(visit.env) // 2,
    )
    try:
        acting = audited.for_service(visit.env, "registration", "register", visit.request_id)
        client_id = await client_creation.create(acting, visit.keys.seal, client, visit.now)
    except InvalidParameter as error:  # a rule of the pool that changed meanwhile
        raise InvalidClientMetadata(error.message) from None
    snapshots.forget(visit.env, visit.pool.pool_id)
    issued = {"client_id": client_id, "client_id_issued_at": visit.now // SECOND}
    if secret is not None:
        issued |= {"client_secret": secret, "client_secret_expires_at": 0}
    return issued | wanted.document()
