"""PASSWORD_VERIFIER: SRP-6a, the proof that the client knows the password (behaviour file, 2.1)."""

import base64
import binascii
import hmac

from poolhouse.auth import admission, seal, who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, at_step, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import srp
from poolhouse.errors import IncorrectLogin, InvalidParameter
from poolhouse.ports import MINUTE

NEEDS = ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
_SKEW = 5 * MINUTE  # [K], behaviour file 2.1


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """The challenge for SRP_A, which led here. The state is in SECRET_BLOCK (plain SRP: there alone)."""
    try:
        a_public = srp.parse_public(sign_in.private.decode())
    except ValueError as error:
        raise InvalidParameter("Invalid SRP_A") from error
    b = int.from_bytes(ctx.env.rng.bytes(srp.PRIVATE_BYTES), "big")
    b_public = srp.server_public(b, person.credential.v)
    waiting = at_step(
        sign_in,
        "PASSWORD_VERIFIER",
        ctx.now,
        private=b.to_bytes(srp.PRIVATE_BYTES, "big"),
        public=_bytes(a_public) + _bytes(b_public),
    )
    parameters = {
        "SALT": person.credential.salt.hex(),
        "SECRET_BLOCK": seal.seal(ctx, waiting),
        "SRP_B": f"{b_public:x}",
        "USERNAME": person.srp_id,
        "USER_ID_FOR_SRP": person.srp_id,
    }
    return Asked(parameters, waiting.private, waiting.public, session=sign_in.flow != "USER_SRP_AUTH")


def _bytes(number: int) -> bytes:
    return number.to_bytes(400, "big")


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """The try is counted before anything is compared; a wrong proof raises `IncorrectLogin`."""
    await counted(ctx, person.sub)
    if sign_in.validation:
        sign_in = await admission.before_comparing(ctx, sign_in, person)
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    right = _proves(ctx, sign_in, person, answer)
    if not right or person.user is None or who.looks_wrong(ctx, person.user):
        raise IncorrectLogin
    return prove(sign_in, "PASSWORD_VERIFIER"), person


def _proves(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> bool:
    """All the work is done for a decoy and for a wrong signature alike."""
    timestamp = answer["TIMESTAMP"]
    a_public, b_public = (int.from_bytes(part, "big") for part in _halves(sign_in.public))
    try:
        key = srp.session_key(a_public, b_public, int.from_bytes(sign_in.private, "big"), person.credential.v)
        block = base64.b64decode(answer["PASSWORD_CLAIM_SECRET_BLOCK"], validate=True)
        claimed = base64.b64decode(answer["PASSWORD_CLAIM_SIGNATURE"], validate=True)
        fresh = abs(ctx.now - srp.parse_timestamp(timestamp)) <= _SKEW
    except (ValueError, binascii.Error):
        return False
    expected = srp.proof(key, ctx.pool.short_name, person.srp_id, block, timestamp)
    return hmac.compare_digest(expected, claimed) and fresh and person.credential.kind == "srp"


def _halves(both: bytes) -> tuple[bytes, bytes]:
    middle = len(both) // 2
    return both[:middle], both[middle:]
