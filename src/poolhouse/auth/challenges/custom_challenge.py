"""CUSTOM_CHALLENGE: a question that the pool's functions make and judge (behaviour file, 2.4 and 2.6)."""

import msgspec

from poolhouse.auth import custom
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted, taken_back
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import SessionUsed
from poolhouse.ports import Tx
from poolhouse.store import sessions
from poolhouse.triggers import custom_challenges

NEEDS = ("ANSWER",)


class _Waiting(msgspec.Struct, frozen=True, array_like=True):
    """What the sealed state keeps: the client never sees it.

    private   `privateChallengeParameters`, with which the answer is compared
    metadata  `challengeMetadata`
    srp_a     of a sign-in that may still be asked for its password
    """

    private: dict[str, str]
    metadata: str | None
    srp_a: bytes


_DECODER = msgspec.msgpack.Decoder(_Waiting)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Let CreateAuthChallenge make the question."""
    history = custom.session(sign_in)
    made = await custom_challenges.create(ctx, person.user, sign_in.name, history, custom.CHALLENGE)
    waiting = _Waiting(made.private_challenge_parameters or {}, made.challenge_metadata, sign_in.private)
    parameters = {**(made.public_challenge_parameters or {}), "USERNAME": person.srp_id}
    return Asked(parameters, private=msgspec.msgpack.encode(waiting))


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Let VerifyAuthChallengeResponse judge the answer. A wrong one raises nothing: Define decides (2.6).

    The session is spent first: no second answer is ever tried against the same question. Then the try is
    counted, and only a right answer takes that back.
    """
    await _spend(ctx, sign_in)
    await counted(ctx, person.sub)
    waiting = _DECODER.decode(sign_in.private)
    right = await custom_challenges.verify(ctx, person.user, sign_in.name, waiting.private, answer["ANSWER"])
    if right:
        await taken_back(ctx, person.sub)
    after = custom.answered(sign_in, result=right, metadata=waiting.metadata)
    return msgspec.structs.replace(after, chosen="", private=waiting.srp_a), person


async def _spend(ctx: Ctx, sign_in: SignIn) -> None:
    async def spend(tx: Tx) -> bool:
        return await sessions.spend(tx, ctx, sign_in.family_id, sign_in.rounds)

    if not await ctx.env.db.run_singly(spend):
        raise SessionUsed
