"""SELECT_MFA_TYPE: which of several second factors (2.4)."""

from collections.abc import Mapping

import msgspec

from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, choose
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx
from poolhouse.directory import factors
from poolhouse.errors import MfaMethodNotFound, SessionUsed
from poolhouse.ports import Tx
from poolhouse.store import sessions

NEEDS = ("ANSWER",)
_OTHER_NAMES: Mapping[str, str] = {"EMAIL_MFA": factors.EMAIL}  # of the model's text


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    able = factors.asked(ctx.pool, known(person))
    return Asked({"MFAS_CAN_CHOOSE": msgspec.json.encode(able).decode()})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """One choice for each session, so that nobody has one code after the other sent.

    Raises `MfaMethodNotFound` or `SessionUsed`.
    """
    factor = _OTHER_NAMES.get(answer["ANSWER"], answer["ANSWER"])
    if factor not in factors.asked(ctx.pool, known(person)):
        raise MfaMethodNotFound(name=answer["ANSWER"][:64])

    async def spend(tx: Tx) -> SessionUsed | None:
        spent = await sessions.spend(tx, ctx, sign_in.family_id, sign_in.rounds)
        return None if spent else SessionUsed()

    await ctx.env.db.run_singly(spend)
    return choose(sign_in, factors.STEPS[factor]), person
