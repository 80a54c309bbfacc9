"""Passwords: making what the store keeps of one, and checking one against it."""

from poolhouse.auth import compromised
from poolhouse.context import Ctx
from poolhouse.crypto import aead, passwords
from poolhouse.crypto.passwords import Credential
from poolhouse.directory import passwords as policy
from poolhouse.directory.users import User
from poolhouse.errors import InvalidPassword, PasswordUsedBefore, TooManyRequests
from poolhouse.ports import Tx
from poolhouse.store import credentials

_SALT_BYTES = 16
# The event at which threat protection looks at a new password. That AdminCreateUser is a sign-up is [K].
_EVENTS = {
    policy.SIGN_UP: compromised.SIGN_UP,
    policy.ADMIN_CREATE: compromised.SIGN_UP,
    policy.CHANGE: compromised.PASSWORD_CHANGE,
}
_IMPORTED_WEIGHT = 10  # an imported hash takes some ten times as long as our own


async def make(ctx: Ctx, user: User, password: str) -> bytes:
    """The sealed credential of a new password, in the form that the pool keeps.

    Raises `TooManyRequests` where it would have to wait too long.
    """
    refuse_when_flooded(ctx)
    salt = ctx.env.rng.bytes(_SALT_BYTES)
    arguments = (ctx.pool.password_storage, ctx.pool.short_name, user.username, password, salt)
    if ctx.pool.password_storage == "argon2id":
        credential = await ctx.env.hashing.run(ctx.pool.pool_id, passwords.new_credential, *arguments)
    else:
        credential = passwords.new_credential(*arguments)
    return seal(ctx, user.sub, credential)


def seal(ctx: Ctx, sub: str, credential: Credential) -> bytes:
    plain = passwords.pack(credential)
    return aead.seal(ctx.keys.seal, plain, _bound_to(ctx, sub), ctx.env.rng.bytes(12))


def opened(ctx: Ctx, sub: str, sealed: bytes) -> Credential:
    return passwords.unpack(aead.open_sealed(ctx.keys.seal, sealed, _bound_to(ctx, sub)))


def _bound_to(ctx: Ctx, sub: str) -> str:
    return f"credential|{ctx.pool.pool_id}|{sub}"


async def matches(ctx: Ctx, credential: Credential, username: str, password: str) -> bool:
    """Is this the password? SRP verifiers take 0.1 to 0.6 ms inline, argon2id 20 ms in a thread, as do
    imported hashes, which take up to half a second.
    """
    arguments = (credential, ctx.pool.short_name, username, password)
    if credential.kind == "srp":
        return passwords.matches(*arguments)
    weight = _IMPORTED_WEIGHT if credential.kind == "imported" else 1
    return await ctx.env.hashing.run(ctx.pool.pool_id, passwords.matches, *arguments, weight=weight)


async def as_slow_as_nobody(ctx: Ctx, credential: Credential, password: str) -> None:
    """A wrong password is refused no sooner for one kind of credential than for another, or for nobody.

    A pool may hold its own kind, verifiers of before it kept argon2id, and imported hashes. Those cost
    what they cost where they came from, so the times are alike, not equal, where a file mixed costs.
    """
    nobody = [passwords.decoy_credential(ctx.pool.password_storage, credential.salt)]
    if ctx.imported_hash:
        nobody.append(passwords.imported_credential(ctx.imported_hash, credential.salt))
    for decoy_of_kind in nobody:
        if decoy_of_kind.kind != credential.kind:
            await matches(ctx, decoy_of_kind, "", password)


def refuse_when_flooded(ctx: Ctx) -> None:
    """Raise `TooManyRequests` where a password would wait too long to be compared. Before it is counted."""
    in_threads = ctx.pool.password_storage == "argon2id" or ctx.imported_hash
    if in_threads and ctx.env.hashing.full_for(ctx.pool.pool_id):
        raise TooManyRequests


async def modernise(ctx: Ctx, user: User, credential: Credential, password: str) -> None:
    """After a sign-in with the password itself: keep it in the form that the pool asks for now."""
    if credential.kind == ctx.pool.password_storage or user.credential is None:
        return
    old, new = user.credential, await make(ctx, user, password)

    async def upgrade(tx: Tx) -> None:
        await credentials.upgrade(tx, user.pool_id, user.sub, old, new)

    await ctx.env.db.run_singly(upgrade)


async def check_new(ctx: Ctx, user: User | None, password: str, words: str) -> None:
    """Refuse a new password that breaks the pool's policy, is known to be stolen, or was used before.

    words  how the sentence begins: one of directory.passwords.SIGN_UP, ADMIN_CREATE, CHANGE
    """
    broken = policy.violation(ctx.pool.password_policy, password)
    if broken:
        raise InvalidPassword(words + broken)
    compromised.check_new(ctx, password, _EVENTS[words])
    size = ctx.pool.password_policy.history_size
    if user is None or not size:
        return
    owner = user

    async def latest(tx: Tx) -> list[bytes]:
        return list(await credentials.history(tx, owner.pool_id, owner.sub, size))

    for sealed in await ctx.env.db.read(latest):
        if await matches(ctx, opened(ctx, owner.sub, sealed), owner.username, password):
            raise PasswordUsedBefore


def decoy(ctx: Ctx, name: str) -> Credential:
    """The credential of a user who does not exist: the same for the same name, right for no password."""
    seed = aead.keyed_digest(ctx.keys.digest, "decoy", ctx.pool.fold("username", name))
    return passwords.decoy_credential(ctx.pool.password_storage, seed)


def decoy_sub(ctx: Ctx, name: str) -> str:
    """The UUID that stands for a name without an owner, always the same in this pool."""
    digest = aead.keyed_digest(ctx.keys.digest, "decoy-sub", ctx.pool.fold("username", name))
    raw = bytearray(digest[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
