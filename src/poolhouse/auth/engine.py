"""Walks auth/table.py: begins a sign-in, takes answers, and alone decides what comes next."""

from collections.abc import Awaitable, Callable
from typing import Any

from poolhouse.auth import ledger, seal, who
from poolhouse.auth.challenges import new_password_required, password, password_verifier
from poolhouse.auth.sign_in import SignIn, at_step
from poolhouse.auth.table import BEGINS, TOKENS
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import ApiError, InvalidParameter, InvalidSession, MissingParameter, SessionUsed
from poolhouse.ports import Tx
from poolhouse.store import families, groups
from poolhouse.store.families import Family
from poolhouse.tokens import issue
from poolhouse.tokens.claims import Group

Answer = dict[str, str]
Result = dict[str, Any]


def next_step(pool: Pool, user: User, sign_in: SignIn) -> str:
    """What has to follow, from what is *proven*; `pool` will matter with MFA. Pure."""
    if "PASSWORD" not in sign_in.proven:
        return BEGINS[sign_in.flow]
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD and "NEW_PASSWORD" not in sign_in.proven:
        return "NEW_PASSWORD_REQUIRED"
    return TOKENS


async def begin(ctx: Ctx, flow: str, parameters: Answer) -> Result:
    """The first answer of a flow of `table.BEGINS`: a challenge, or tokens at once."""
    name = parameters["USERNAME"]
    person = await who.by_name(ctx, name)
    sign_in = SignIn(
        pool_id=ctx.pool.pool_id,
        client_id=ctx.client.client_id,
        family_id=ctx.env.rng.uuid(),
        flow=flow,
        step=BEGINS[flow],
        name=name,
        sub=person.sub,
        proven=(),
        began_at=ctx.now,
    )
    if sign_in.step == "PASSWORD_VERIFIER":
        asked = await password_verifier.issue(ctx, sign_in, person, parameters["SRP_A"])
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": asked}
    proven = await password.check(ctx, sign_in, person, parameters["PASSWORD"])
    return await _after_password(ctx, proven, person)


async def respond(ctx: Ctx, challenge: str, session: str | None, answer: Answer) -> Result:
    """The answer to a challenge. What may be answered is in the sealed state, not in the request."""
    step = _ANSWERS.get(challenge)
    if step is None:
        raise InvalidParameter(f"Poolhouse does not support the challenge {challenge} yet.")
    return await step(ctx, session, answer)


async def _password_verifier(ctx: Ctx, session: str | None, answer: Answer) -> Result:
    _require(answer, password_verifier.NEEDS)
    sign_in = seal.open_sealed(ctx, answer["PASSWORD_CLAIM_SECRET_BLOCK"], "PASSWORD_VERIFIER")
    person = await _same_person(ctx, sign_in, answer)
    proven = await password_verifier.check(ctx, sign_in, person, answer)
    return await _after_password(ctx, proven, person)


async def _new_password(ctx: Ctx, session: str | None, answer: Answer) -> Result:
    _require(answer, new_password_required.NEEDS)
    if not session:
        raise MissingParameter(name="Session")
    sign_in = seal.open_sealed(ctx, session, "NEW_PASSWORD_REQUIRED")
    person = await _same_person(ctx, sign_in, answer)
    before = person.user
    if before is None or before.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise SessionUsed if before is not None else InvalidSession
    if new_password_required.proven(before) != sign_in.private:
        raise InvalidSession  # there is another temporary password since
    refused = who.refusal_after_proof(before)
    if refused:
        raise refused
    after, credential = await new_password_required.check(ctx, before, answer)

    async def store(tx: Tx) -> User:
        return await new_password_required.store(tx, ctx, before, after, credential)

    return await _complete(ctx, sign_in, after, store)


_ANSWERS: dict[str, Callable[[Ctx, str | None, Answer], Awaitable[Result]]] = {
    "PASSWORD_VERIFIER": _password_verifier,
    "NEW_PASSWORD_REQUIRED": _new_password,
}


async def _same_person(ctx: Ctx, sign_in: SignIn, answer: Answer) -> Person:
    person = await who.again(ctx, sign_in.sub, sign_in.name)
    if not who.goes_by(ctx, person, sign_in.name, answer["USERNAME"]):
        raise InvalidSession
    return person


async def _after_password(ctx: Ctx, sign_in: SignIn, person: Person) -> Result:
    """The password is proven: what now?"""
    user = person.user
    if user is None:
        raise InvalidSession
    refused = who.refusal_after_proof(user)
    if refused:
        await ledger.cleared(ctx, user.sub)
        raise refused
    if next_step(ctx.pool, user, sign_in) == TOKENS:
        return await _complete(ctx, sign_in, user, None)
    asked = new_password_required.issue(ctx, user)
    await ledger.cleared(ctx, user.sub)
    proven = new_password_required.proven(user)
    waiting = at_step(sign_in, "NEW_PASSWORD_REQUIRED", ctx.now, private=proven)
    return {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": seal.seal(ctx, waiting),
        "ChallengeParameters": asked,
    }


async def _complete(
    ctx: Ctx, sign_in: SignIn, user: User, change: Callable[[Tx], Awaitable[User]] | None
) -> Result:
    """Store the family, which is what makes the sign-in good once, and issue the tokens."""
    family = issue.new_family(ctx, user, sign_in.family_id)

    async def store(tx: Tx) -> ApiError | None:
        if not await families.add(tx, family):
            return None if await families.has(tx, family) else SessionUsed()
        if change:
            await change(tx)
        return None

    await (ctx.env.db.run(store) if change else ctx.env.db.run_singly(store))
    await ledger.cleared(ctx, user.sub)  # only now: a proof that is shown again clears nothing
    return await authenticated(ctx, user, family)


async def authenticated(ctx: Ctx, user: User, family: Family) -> Result:
    """AuthenticationResult with all three tokens, and the empty ChallengeParameters (gotcha 52)."""
    result = issue.tokens(ctx, user, await groups_of(ctx, user), family)
    result["RefreshToken"] = issue.refresh_token(ctx, family, family.generation)
    return {"ChallengeParameters": {}, "AuthenticationResult": result}


async def groups_of(ctx: Ctx, user: User) -> list[Group]:
    """The user's groups, read anew for every pair of tokens."""
    if not ctx.snapshot or not ctx.snapshot.has_groups:
        return []

    async def read(tx: Tx) -> list[Group]:
        rows = await groups.of_user(tx, user.pool_id, user.sub)
        return [Group(row["name"], row["precedence"], row["role_arn"]) for row in rows]

    return await ctx.env.db.read(read)


def _require(answer: Answer, names: tuple[str, ...]) -> None:
    for name in names:
        if not answer.get(name):
            raise MissingParameter(name=name)
