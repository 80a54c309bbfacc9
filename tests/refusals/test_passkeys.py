"""Refused: passkeys that are wrong, late, repeated, copied, somebody else's, or made for another place."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests import passkeys
from tests.authenticator import RS256, UP, UV, Authenticator, cose_key
from tests.passkeys import BOTH_FACTORS, DOMAIN, FLOWS, ORIGIN, turn_on
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.crypto.passkeys import to_base64url
from poolhouse.directory.passkeys import MOST
from poolhouse.ports import MINUTE

APP = {"ExplicitAuthFlows": FLOWS}
TAKEN = frozenset({"passkey_challenges"})  # a challenge is used up whatever comes of it

INCORRECT = "NotAuthorizedException: Incorrect username or password."
INVALID = "NotAuthorizedException: Invalid session for the user."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
NO_CREDENTIAL = "InvalidParameterException: Invalid credential."
IN_USE = "InvalidParameterException: This passkey is registered already."
OFF = "WebAuthnNotEnabledException: Passkeys are not enabled for this user pool."
NO_DOMAIN = (
    "WebAuthnConfigurationMissingException: The user pool has neither a relying party id nor a domain."
)
NO_CHALLENGE = (
    "WebAuthnChallengeNotFoundException: "
    "The challenge of the passkey is not known. Start the registration again."
)
OTHER_CLIENT = "WebAuthnClientMismatchException: The registration was started by another app client."
OTHER_DOMAIN = (
    "WebAuthnRelyingPartyMismatchException: "
    "The passkey belongs to another relying party than the user pool's."
)
OTHER_ORIGIN = (
    "WebAuthnOriginNotAllowedException: "
    "The origin of the passkey does not belong to the relying party of the user pool."
)
NOT_SUPPORTED = "WebAuthnCredentialNotSupportedException: The passkey is not supported by the user pool."
TOO_MANY = f"LimitExceededException: A user can have at most {MOST} passkeys."
NOT_FOUND = "ResourceNotFoundException: Passkey not found."


# Registering


async def signed_in(s: Scene, **settings: str) -> None:
    """Ada has signed in to a pool with passkeys."""
    await turn_on(s.world, s.pool, **settings)
    await s.keep(tokens=s.tokens())
    s.got["key"] = Authenticator(counter=7)


async def begun(s: Scene, **settings: str) -> None:
    await signed_in(s, **settings)
    s.got["options"] = (await start(s))["CredentialCreationOptions"]


async def start(s: Scene, access: str | None = None) -> dict[str, Any]:
    return await s.token("StartWebAuthnRegistration", access)


async def complete(s: Scene, origin: str = ORIGIN, access: str | None = None, **wrong: Any) -> Any:
    """Complete what was begun, with an answer that is wrong in one place."""
    made = s.got["key"].create(s.got["options"], origin, **wrong)
    return await s.token("CompleteWebAuthnRegistration", access, Credential=made)


async def anew(s: Scene, origin: str = ORIGIN, **wrong: Any) -> Any:
    """Begin again and complete."""
    s.got["options"] = (await start(s))["CredentialCreationOptions"]
    return await complete(s, origin, **wrong)


async def bobs_token(s: Scene) -> str:
    await s.another_user("bob")
    return str((await s.tokens("bob"))["AccessToken"])


async def begun_by_bob(s: Scene) -> None:
    await signed_in(s)
    answer = await start(s, await bobs_token(s))
    s.got["options"] = answer["CredentialCreationOptions"]


async def begun_elsewhere(s: Scene) -> None:
    """With a token of another client of the pool."""
    await begun(s)
    other = await s.another_client(**APP)
    s.got["other"] = (await s.tokens(app=other))["AccessToken"]


async def registered_by_bob(s: Scene) -> None:
    await begun(s)
    s.got["bobs"] = Authenticator()
    await passkeys.register(s.world, await bobs_token(s), s.got["bobs"])


async def completed(s: Scene) -> None:
    await begun(s)
    await complete(s)


async def twenty(s: Scene) -> None:
    await signed_in(s)
    for _ in range(MOST):
        s.got["last"] = await passkeys.register(s.world, s.got["tokens"]["AccessToken"])


async def delete(s: Scene, key: Authenticator) -> Any:
    return await s.token("DeleteWebAuthnCredential", CredentialId=key.id)


async def another(s: Scene) -> Any:
    return await passkeys.register(s.world, s.got["tokens"]["AccessToken"])


def wrong_answers(*answers: tuple[str, str, Mapping[str, Any]]) -> list[Row]:
    """Registrations that are wrong in one place; the twin is right in that place and all others."""
    return [
        Row(
            f"a new passkey {name}",
            error,
            lambda s, wrong=wrong: complete(s, **wrong),
            lambda s: anew(s),
            arrange=begun,
            changes=TAKEN,
        )
        for name, error, wrong in answers
    ]


WEAK = Authenticator(RS256, bits=1024)

REGISTRATIONS = (
    *wrong_answers(
        ("made on another site", OTHER_ORIGIN, {"origin": "https://evil.example"}),
        ("made on a site whose name ends alike", OTHER_ORIGIN, {"origin": f"https://evil{DOMAIN}"}),
        ("made on a site whose name begins alike", OTHER_ORIGIN, {"origin": f"{ORIGIN}.evil.example"}),
        ("made over http", OTHER_ORIGIN, {"origin": f"http://{DOMAIN}"}),
        ("made in a frame of another site", OTHER_ORIGIN, {"cross_origin": True}),
        ("made below a page of another site", OTHER_ORIGIN, {"top_origin": "https://evil.example"}),
        ("of another relying party", OTHER_DOMAIN, {"rp_id": "example.com"}),
        ("that nobody touched", NOT_SUPPORTED, {"flags": UV}),
        ("with the algorithm none", NOT_SUPPORTED, {"cose": {1: 2, 3: 0, -1: 1, -2: b"x", -3: b"y"}}),
        ("with an RSA key of 1024 bits", NOT_SUPPORTED, {"cose": cose_key(WEAK.private, RS256)}),
        ("with an attestation that does not hold", NOT_SUPPORTED, {"fmt": "packed"}),
        ("of a format that nobody knows", NOT_SUPPORTED, {"fmt": "mine"}),
        ("that is a sign-in", NOT_SUPPORTED, {"type": "webauthn.get"}),
        ("under another id than its own", NOT_SUPPORTED, {"id": to_base64url(b"another")}),
    ),
    Row(
        "a new passkey for a challenge that nobody gave",
        NO_CHALLENGE,
        lambda s: complete(s, challenge=to_base64url(bytes(32))),
        lambda s: complete(s),
        arrange=begun,
    ),
    Row(
        "a new passkey for another user's challenge",
        NO_CHALLENGE,
        lambda s: complete(s),
        lambda s: anew(s),
        arrange=begun_by_bob,
    ),
    Row(
        "a registration a second time",
        NO_CHALLENGE,
        lambda s: complete(s),
        lambda s: another(s),
        arrange=completed,
    ),
    Row(
        "a registration that was begun six minutes ago",
        NO_CHALLENGE,
        lambda s: s.steps(s.later(6 * MINUTE), complete(s)),
        lambda s: anew_but_late(s),
        arrange=begun,
    ),
    Row(
        "a registration after a newer one was begun",
        NO_CHALLENGE,
        lambda s: complete(s),
        lambda s: anew(s),
        arrange=lambda s: s.steps(begun(s), start(s)),
    ),
    Row(
        "a registration that another app client began",
        OTHER_CLIENT,
        lambda s: complete(s, access=s.got["other"]),
        lambda s: anew(s),
        arrange=begun_elsewhere,
        changes=TAKEN,
    ),
    Row(
        "a registration after the pool got another relying party",
        OTHER_DOMAIN,
        lambda s: complete(s),
        lambda s: anew(s, "https://new.example.com"),
        arrange=lambda s: s.steps(begun(s), turn_on(s.world, s.pool, RelyingPartyId="new.example.com")),
        changes=TAKEN,
    ),
    Row(
        "a new passkey that did not verify the user, where that is required",
        NOT_SUPPORTED,
        lambda s: complete(s, flags=UP),
        lambda s: anew(s),
        arrange=lambda s: begun(s, UserVerification="required"),
        changes=TAKEN,
    ),
    Row(
        "a new passkey that did not verify the user, where passkeys are both factors",
        NOT_SUPPORTED,
        lambda s: complete(s, flags=UP),
        lambda s: anew(s),
        arrange=lambda s: begun(s, **BOTH_FACTORS),
        changes=TAKEN,
    ),
    Row(
        "a passkey that the user has registered before",
        IN_USE,
        lambda s: anew(s),
        lambda s: another(s),
        arrange=completed,
        changes=TAKEN,
    ),
    Row(
        "a passkey with the id of another user's",
        IN_USE,
        lambda s: complete(with_bobs_id(s)),
        lambda s: another(s),
        arrange=registered_by_bob,
        changes=TAKEN,
    ),
    *(
        Row(
            f"a new passkey that is {what}",
            NO_CREDENTIAL,
            lambda s, value=value: s.token("CompleteWebAuthnRegistration", Credential=value),
            lambda s: complete(s),
            arrange=begun,
        )
        for what, value in (
            ("no object", "text"),
            ("empty", {}),
            ("without client data", {"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
        )
    ),
    Row(
        "a twenty-first passkey",
        TOO_MANY,
        lambda s: start(s),
        lambda s: s.steps(delete(s, s.got["last"]), another(s)),
        arrange=twenty,
    ),
    Row(
        "to begin a registration in a pool without passkeys",
        OFF,
        lambda s: start(s),
        lambda s: s.steps(turn_on(s.world, s.pool), start(s)),
        arrange=lambda s: s.keep(tokens=s.tokens()),
    ),
    Row(
        "to complete a registration after passkeys were turned off",
        OFF,
        lambda s: complete(s),
        lambda s: s.steps(turn_on(s.world, s.pool), complete(s)),
        arrange=lambda s: s.steps(begun(s), turn_on(s.world, s.pool, ("PASSWORD",))),
    ),
    Row(
        "to begin a registration where there is no domain to make it for",
        NO_DOMAIN,
        lambda s: start(s),
        lambda s: s.steps(turn_on(s.world, s.pool), start(s)),
        arrange=lambda s: s.steps(
            s.with_settings(public_url="http://127.0.0.1:8400"), signed_in(s, RelyingPartyId="")
        ),
    ),
    Row(
        "to delete a passkey that there is not",
        NOT_FOUND,
        lambda s: delete(s, Authenticator()),
        lambda s: delete(s, s.got["key"]),
        arrange=completed,
    ),
    Row(
        "to delete another user's passkey",
        NOT_FOUND,
        lambda s: delete(s, s.got["bobs"]),
        lambda s: s.steps(complete(s), delete(s, s.got["key"])),
        arrange=registered_by_bob,
    ),
    Row(
        "the next page of another user's passkeys",
        "InvalidParameterException: Invalid pagination token given.",
        lambda s: s.token("ListWebAuthnCredentials", s.got["bob"], NextToken=s.got["page"]["NextToken"]),
        lambda s: s.token("ListWebAuthnCredentials", NextToken=s.got["page"]["NextToken"]),
        arrange=lambda s: one_page(s),
    ),
)


async def anew_but_late(s: Scene) -> Any:
    """Four minutes are not too long."""
    s.got["options"] = (await start(s))["CredentialCreationOptions"]
    await s.later(4 * MINUTE)
    return await complete(s)


def with_bobs_id(s: Scene) -> Scene:
    s.got["key"].credential_id = s.got["bobs"].credential_id
    return s


async def one_page(s: Scene) -> None:
    await signed_in(s)
    await another(s)
    await another(s)
    s.got["bob"] = await bobs_token(s)
    s.got["page"] = await s.token("ListWebAuthnCredentials", MaxResults=1)


@table(*REGISTRATIONS)
async def test_a_registration_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(replace(row, client=APP), scene, count)
