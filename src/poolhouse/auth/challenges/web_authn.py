"""WEB_AUTHN: a signature by one of the user's passkeys (behaviour file, 2.4; WebAuthn Level 3, 7.2)."""

from collections.abc import Sequence

import msgspec

from poolhouse.auth import who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, also, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.crypto import passkeys as webauthn
from poolhouse.crypto.passkeys import Asserted, ClientData, Credential, Expected, Malformed, Unverified
from poolhouse.delivery import links
from poolhouse.directory import passkeys as rules
from poolhouse.errors import IncorrectLogin, InvalidPasskey, NoRelyingParty
from poolhouse.ports import Tx
from poolhouse.store import passkeys
from poolhouse.store.passkeys import Passkey

NEEDS = ("CREDENTIAL",)
CHALLENGE_BYTES = 32
_MICROSECONDS = 1_000  # in a millisecond

# The generator of P-256 as a COSE_Key: nobody's key, held against the signatures of unknown passkeys so
# that they cost what wrong ones cost. What it finds right is refused all the same.
_NOBODYS_KEY = bytes.fromhex(
    "a5010203262001215820"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296225820"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
_DECOY_LENGTHS = (16, 20, 32)  # bytes of an id, as the common makers have them


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """`CREDENTIAL_REQUEST_OPTIONS`, a `PublicKeyCredentialRequestOptionsJSON` as text.

    Raises `NoRelyingParty`.
    """
    challenge = ctx.env.rng.bytes(CHALLENGE_BYTES)
    offered = await _offered(ctx, person, _relying_party(ctx))
    return Asked({"CREDENTIAL_REQUEST_OPTIONS": options(ctx, challenge, offered)}, private=challenge)


def options(ctx: Ctx, challenge: bytes, offered: Sequence[Passkey]) -> str:
    """`PublicKeyCredentialRequestOptionsJSON`; with no passkey offered, any of this domain will do.

    Raises `NoRelyingParty`.
    """
    asked = {
        "challenge": webauthn.to_base64url(challenge),
        "timeout": ctx.client.session_validity // _MICROSECONDS,
        "rpId": _relying_party(ctx),
        "allowCredentials": [
            {"type": "public-key", "id": passkey.credential_id, "transports": passkey.transports}
            for passkey in offered
        ],
        "userVerification": ctx.pool.passkeys.verification,
    }
    return msgspec.json.encode(asked).decode()


def _relying_party(ctx: Ctx) -> str:
    domain = rules.relying_party(ctx.pool.passkeys, links.base(ctx))
    if domain is None:
        raise NoRelyingParty
    return domain


async def _offered(ctx: Ctx, person: Person, domain: str) -> Sequence[Passkey]:
    """The user's passkeys for this domain; for who has none, one that nobody has."""
    return await _of_domain(ctx, person.sub, domain) or [_decoy(ctx, person.sub, domain)]


async def _of_domain(ctx: Ctx, sub: str, domain: str) -> list[Passkey]:
    async def read(tx: Tx) -> Sequence[Passkey]:
        return await passkeys.of_user(tx, ctx.pool.pool_id, sub)

    return [passkey for passkey in await ctx.env.db.read(read) if passkey.relying_party_id == domain]


def _decoy(ctx: Ctx, sub: str, domain: str) -> Passkey:
    """The same for the same name, as a passkey stays the same."""
    digest = aead.keyed_digest(ctx.keys.digest, "decoy-passkey", sub)
    raw = aead.keyed_digest(ctx.keys.digest, "decoy-passkey-id", sub)
    return Passkey(
        credential_id=webauthn.to_base64url(raw[: _DECOY_LENGTHS[digest[0] % len(_DECOY_LENGTHS)]]),
        public_key=_NOBODYS_KEY,
        sign_count=0,
        backup_eligible=True,
        name="",
        relying_party_id=domain,
        attachment="",
        transports=("hybrid", "internal"),
        created_at=0,
    )


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """The try is counted before anything is verified; whatever is wrong raises `IncorrectLogin` [K].

    What no browser answers raises `InvalidPasskey`, whoever is meant.
    """
    credential, data = _parsed(answer["CREDENTIAL"])
    await counted(ctx, person.sub)
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    found = await _verified(ctx, sign_in, person, credential, data)
    if found is None or person.user is None or who.looks_wrong(ctx, person.user):
        raise IncorrectLogin
    await _use(ctx, person, credential, found)
    proven = prove(sign_in, "WEB_AUTHN")
    if found.user_verified and rules.count_as_second(ctx.pool.passkeys, person.user):
        proven = also(proven, "PASSKEY_MFA")
    return proven, person


def _parsed(text: str) -> tuple[Credential, ClientData]:
    try:
        credential = webauthn.parsed(text)
        return credential, webauthn.client_data(credential)
    except Malformed as error:
        raise InvalidPasskey from error


async def _verified(
    ctx: Ctx, sign_in: SignIn, person: Person, credential: Credential, data: ClientData
) -> Asserted | None:
    """None where it is not a fresh signature of the person's own; the work is the same for nobody's."""
    domain = _relying_party(ctx)
    own = await _of_domain(ctx, person.sub, domain)
    nobodys = _decoy(ctx, person.sub, domain)
    passkey = next((one for one in own if one.credential_id == credential.id), nobodys)
    expected = Expected(
        challenge=webauthn.to_base64url(sign_in.private),
        relying_party_id=domain,
        origin=data.origin,
        verify_user=ctx.pool.passkeys.verification == "required",
    )
    try:
        found = webauthn.asserted(credential, expected, passkey.public_key, passkey.sign_count)
    except Unverified:
        return None
    right = (
        passkey is not nobodys
        and rules.allows(domain, data.origin)
        and not data.embedded
        and found.backup_eligible == passkey.backup_eligible
        and _is_handle(credential.response.user_handle, person.sub)
    )
    return found if right else None


def _is_handle(handle: str | None, sub: str) -> bool:
    """`userHandle`, which authenticators may leave out, names the user (7.2, step 6)."""
    return not handle or handle == user_handle(sub)


def user_handle(sub: str) -> str:
    """What an authenticator keeps as the user's id."""
    return webauthn.to_base64url(sub.encode())


async def _use(ctx: Ctx, person: Person, credential: Credential, found: Asserted) -> None:
    """Of two answers with one counter the first is good: the second comes from a copy (7.2, step 22).

    It need not wait for the disk: it goes there with the family of the sign-in, before a token goes out.
    """

    async def note(tx: Tx) -> bool:
        return await passkeys.use(tx, ctx, person.sub, credential.id, found.sign_count)

    if not await ctx.env.db.run_singly(note, durable=False):
        raise IncorrectLogin
