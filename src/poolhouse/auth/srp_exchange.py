"""The server's half of an SRP exchange, for passwords and for devices (behaviour file, 2.1 and 2.2)."""

import base64
import binascii
import hmac

from poolhouse.auth import seal
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, at_step
from poolhouse.context import Ctx
from poolhouse.crypto import srp
from poolhouse.crypto.passwords import Credential
from poolhouse.errors import InvalidParameter
from poolhouse.ports import MINUTE

NEEDS = ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
_SKEW = 5 * MINUTE  # [K], behaviour file 2.1


def ask(ctx: Ctx, sign_in: SignIn, step: str, credential: Credential) -> Asked:
    """SALT, SRP_B and SECRET_BLOCK for the SRP_A in `sign_in.private`, which led here.

    The state is in SECRET_BLOCK (plain SRP: there alone). Raises InvalidParameterException.
    """
    try:
        a_public = srp.parse_public(sign_in.private.decode())
    except ValueError as error:
        raise InvalidParameter("Invalid SRP_A") from error
    b = int.from_bytes(ctx.env.rng.bytes(srp.PRIVATE_BYTES), "big")
    b_public = srp.server_public(b, credential.v)
    waiting = at_step(
        sign_in,
        step,
        ctx.now,
        private=b.to_bytes(srp.PRIVATE_BYTES, "big"),
        public=_bytes(a_public) + _bytes(b_public),
    )
    parameters = {
        "SALT": credential.salt.hex(),
        "SECRET_BLOCK": seal.seal(ctx, waiting),
        "SRP_B": f"{b_public:x}",
    }
    return Asked(parameters, waiting.private, waiting.public, session=sign_in.flow != "USER_SRP_AUTH")


def _bytes(number: int) -> bytes:
    return number.to_bytes(400, "big")


def proves(
    ctx: Ctx, sign_in: SignIn, answer: dict[str, str], credential: Credential, group: str, identity: str
) -> bool:
    """Does the answer prove the password? All the work is done for a decoy and for a wrong signature alike.

    group, identity  what SRP hashes with the password: the pool's short name and the user, or the
                     device's group key and key
    """
    timestamp = answer["TIMESTAMP"]
    a_public, b_public = (int.from_bytes(part, "big") for part in _halves(sign_in.public))
    try:
        key = srp.session_key(a_public, b_public, int.from_bytes(sign_in.private, "big"), credential.v)
        block = base64.b64decode(answer["PASSWORD_CLAIM_SECRET_BLOCK"], validate=True)
        claimed = base64.b64decode(answer["PASSWORD_CLAIM_SIGNATURE"], validate=True)
        fresh = abs(ctx.now - srp.parse_timestamp(timestamp)) <= _SKEW
    except (ValueError, binascii.Error):
        return False
    expected = srp.proof(key, group, identity, block, timestamp)
    return hmac.compare_digest(expected, claimed) and fresh and credential.kind == "srp"


def _halves(both: bytes) -> tuple[bytes, bytes]:
    middle = len(both) // 2
    return both[:middle], both[middle:]
