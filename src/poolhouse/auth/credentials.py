"""Passwords: making what the store keeps of one, and checking one against it."""

from poolhouse.context import Ctx
from poolhouse.crypto import aead, passwords
from poolhouse.crypto.passwords import Credential
from poolhouse.directory import passwords as policy
from poolhouse.directory.users import User
from poolhouse.errors import InvalidPassword, PasswordUsedBefore, TooManyRequests
from poolhouse.ports import Tx
from poolhouse.store import credentials

_SALT_BYTES = 16


async def make(ctx: Ctx, user: User, password: str) -> bytes:
    """The sealed credential of a new password, in the form that the pool keeps.

    Raises `TooManyRequests` where it would have to wait too long.
    """
    refuse_when_flooded(ctx)
    salt = ctx.env.rng.bytes(_SALT_BYTES)
    arguments = (ctx.pool.password_storage, ctx.pool.short_name, user.username, password, salt)
    if ctx.pool.password_storage == "argon2id":
        credential = await ctx.env.hashing.run(passwords.new_credential, *arguments)
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
    """Is this the password? SRP verifiers take 0.1 to 0.6 ms inline, argon2id 20 ms in a thread."""
    arguments = (credential, ctx.pool.short_name, username, password)
    if credential.kind == "argon2id":
        return await ctx.env.hashing.run(passwords.matches, *arguments)
    return passwords.matches(*arguments)


async def as_slow_as_nobody(ctx: Ctx, credential: Credential, password: str) -> None:
    """A wrong password for a verifier of before the pool kept argon2id: refused no sooner than for nobody."""
    if credential.kind == "srp" and ctx.pool.password_storage == "argon2id":
        nobody = passwords.decoy_credential("argon2id", credential.salt)
        await matches(ctx, nobody, "", password)


def refuse_when_flooded(ctx: Ctx) -> None:
    """Raise `TooManyRequests` where a password would wait too long to be compared. Before it is counted."""
    if ctx.pool.password_storage == "argon2id" and ctx.env.hashing.full:
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
    """Refuse a new password that breaks the pool's policy or was used before.

    words  how the sentence begins: one of directory.passwords.SIGN_UP, ADMIN_CREATE, CHANGE
    """
    broken = policy.violation(ctx.pool.password_policy, password)
    if broken:
        raise InvalidPassword(words + broken)
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
