"""SECRET_HASH and ClientSecret: the proof that an app client with a secret is who it says (2.1, 1.17)."""

import hmac

from poolhouse.context import Ctx
from poolhouse.crypto import secret_hash
from poolhouse.errors import (
    ApiError,
    ClientSecretMismatch,
    SecretHashMismatch,
    SecretHashMissing,
    WrongSecretHash,
)


def check_hash(
    ctx: Ctx,
    given: str | None,
    username: str,
    *,
    missing: type[ApiError] = SecretHashMissing,
    wrong: type[ApiError] = WrongSecretHash,
) -> None:
    """Refuse a missing or wrong SECRET_HASH; any of the client's secrets will do.

    `username` is the one sent in this request; for a refresh it is the internal one. A client without
    a secret ignores the hash.
    """
    client = ctx.client
    if not client.secrets:
        return
    if not given:
        raise missing(client_id=client.client_id)
    if not secret_hash.matches_any(given, username, client.client_id, client.secrets):
        raise wrong(client_id=client.client_id)


def check_sign_up_hash(ctx: Ctx, given: str | None, username: str) -> None:
    """As `check_hash`, in the words of SignUp."""
    check_hash(ctx, given, username, wrong=SecretHashMismatch)


def check_secret(ctx: Ctx, given: str | None, refused: type[ApiError] = ClientSecretMismatch) -> None:
    """Refuse a missing or wrong ClientSecret, which the operations on refresh tokens take in clear."""
    if not ctx.client.secrets:
        return
    matches = [hmac.compare_digest((given or "").encode(), secret.encode()) for secret in ctx.client.secrets]
    if not any(matches):
        raise refused
