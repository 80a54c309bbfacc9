"""The upload of a job's file: an address that is signed by us and good for 15 minutes, and the way in.

The file is kept in the store, in sealed pieces, so that any worker on any machine can go on with it.
"""

import hmac
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from msgspec import Struct

from poolhouse.context import Env, PoolKeys, Snapshot
from poolhouse.crypto import aead
from poolhouse.directory.user_csv import LARGEST_FILE
from poolhouse.errors import PoolNotFound
from poolhouse.ports import MINUTE, SECOND, Instant, Row, Tx
from poolhouse.store import audited, import_files, import_jobs, snapshots
from poolhouse.store.import_jobs import Key

PREFIX = "/_imports/"
ROOM = PREFIX.encode(), LARGEST_FILE  # what the HTTP server must let through, and how much
GOOD_FOR: Instant = 15 * MINUTE

_PATH = re.compile(r"/_imports/([\w-]{1,55})/(import-[0-9a-zA-Z-]{1,48})", re.ASCII)
_PURPOSE = "import upload"


class UploadRefused(Exception):
    """As S3 answers it: a status, a code and a text."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


FORBIDDEN = UploadRefused(403, "AccessDenied", "The address is not one that CreateUserImportJob gave.")
TOO_LARGE = UploadRefused(400, "EntityTooLarge", "The file is larger than 100 MB.")


class Target(Struct, frozen=True):
    """Where an upload goes, once its address is known to be ours."""

    key: Key
    keys: PoolKeys


def url(env: Env, keys: PoolKeys, job: Row) -> str:
    """`PreSignedUrl` of a job: always the same, good from its creation on for `GOOD_FOR`."""
    key = Key(job["pool_id"], job["job_id"])
    expires = (job["created_at"] + GOOD_FOR) // SECOND
    address = f"{env.settings.public_url.rstrip('/')}{PREFIX}{key.pool_id}/{key.job_id}"
    return f"{address}?Expires={expires}&Signature={_signature(keys, key, expires)}"


def _signature(keys: PoolKeys, key: Key, expires: int) -> str:
    return aead.keyed_digest(keys.digest, _PURPOSE, key.pool_id, key.job_id, str(expires)).hex()


async def target(env: Env, path: str, query: str) -> Target:
    """Whose file comes to this address. Raises `UploadRefused`."""
    found = _PATH.fullmatch(path)
    if not found:
        raise FORBIDDEN
    key = Key(found[1], found[2])
    snapshot = await _pool(env, key.pool_id)
    given = dict(parse_qsl(query))
    expires = given.get("Expires", "")
    if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
        raise FORBIDDEN
    signature = _signature(snapshot.keys, key, int(expires)).encode()
    if not hmac.compare_digest(signature, given.get("Signature", "").encode()):
        raise FORBIDDEN
    if env.clock.now() >= int(expires) * SECOND:
        raise UploadRefused(403, "AccessDenied", "Request has expired")
    return Target(key, snapshot.keys)


async def _pool(env: Env, pool_id: str) -> Snapshot:
    try:
        return await snapshots.of_pool(env, pool_id)
    except PoolNotFound:
        raise FORBIDDEN from None


async def receive(env: Env, to: Target, parts: AsyncIterator[bytes]) -> None:
    """Keep a file, in place of the one before it. Raises `UploadRefused`; nothing of it stays then."""
    upload_id = env.rng.uuid()
    try:
        lines = await _kept(env, to, upload_id, parts)
        before = await _made_current(env, to, upload_id, lines)
    except BaseException:
        await discard(env, to.key, upload_id)
        raise
    if before:
        await discard(env, to.key, before)


async def _kept(env: Env, to: Target, upload_id: str, parts: AsyncIterator[bytes]) -> int:
    """Write the pieces as they come; the number of lines."""
    waiting = bytearray()
    size = number = lines = 0
    last = b"\n"
    async for part in parts:
        size += len(part)
        if size > LARGEST_FILE:
            raise TOO_LARGE
        waiting += part
        lines += part.count(b"\n")
        last = part[-1:] or last
        while len(waiting) >= import_files.CHUNK:
            await _put(env, to, upload_id, number, bytes(waiting[: import_files.CHUNK]))
            del waiting[: import_files.CHUNK]
            number += 1
    if waiting:
        await _put(env, to, upload_id, number, bytes(waiting))
    return lines + (last != b"\n")


async def _put(env: Env, to: Target, upload_id: str, number: int, content: bytes) -> None:
    sealed = import_files.seal(to.keys, env.rng, to.key, upload_id, number, content)
    now = env.clock.now()

    async def put(tx: Tx) -> None:
        await import_files.put(tx, to.key, upload_id, number, sealed, now)

    await env.db.run_singly(put, durable=False)  # the last write makes all of them durable


async def _made_current(env: Env, to: Target, upload_id: str, lines: int) -> str:
    """Make this the job's file; the id of the upload before it."""
    now = env.clock.now()

    async def change(tx: Tx) -> str | None:
        job = await import_jobs.by_id(tx, to.key)
        if job is None or not await import_jobs.uploaded(tx, to.key, upload_id, lines, now):
            return None
        return str(job["upload_id"])

    before = await audited.for_service(env, "import", "upload").db.run(change)
    if before is None:
        raise UploadRefused(403, "AccessDenied", "The user import job takes no file any more.")
    return before if before != upload_id else ""


async def discard(env: Env, key: Key, upload_id: str) -> None:
    """Delete the pieces of an upload, some at a time."""

    async def remove(tx: Tx) -> int:
        return await import_files.remove_some(tx, key, upload_id)

    while await env.db.run_singly(remove):
        continue
