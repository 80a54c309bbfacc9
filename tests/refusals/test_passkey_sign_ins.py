"""Refused: sign-ins with passkeys that are wrong, repeated, copied, somebody else's, or from elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests import passkeys
from tests.authenticator import BE, UP, UV, Authenticator
from tests.passkeys import BOTH_FACTORS, DOMAIN, FLOWS, ORIGIN, options, turn_on
from tests.refusals.scene import WRONG_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.crypto.passkeys import to_base64url
from poolhouse.errors import IncorrectLogin

APP = {"ExplicitAuthFlows": FLOWS}

INCORRECT = "NotAuthorizedException: Incorrect username or password."
INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
NO_CREDENTIAL = "InvalidParameterException: Invalid credential."
MISSING = "InvalidParameterException: Missing required parameter CREDENTIAL"


async def has_passkey(s: Scene, key: Authenticator | None = None, **settings: str) -> None:
    """Ada has a passkey."""
    await turn_on(s.world, s.pool, **settings)
    await s.keep(tokens=s.tokens())
    s.got["key"] = await passkeys.register(s.world, s.got["tokens"]["AccessToken"], key or Authenticator())


async def asked(s: Scene, key: Authenticator | None = None, **settings: str) -> None:
    """Ada was asked for her passkey."""
    await has_passkey(s, key, **settings)
    s.got["challenge"] = await ask(s)


async def ask(s: Scene, name: str = "ada") -> dict[str, Any]:
    return await s.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )


async def send(
    s: Scene, credential: Mapping[str, Any] | str, name: str = "ada", app: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Answer the challenge that was asked."""
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=(app or s.app)["ClientId"],
        ChallengeName="WEB_AUTHN",
        Session=s.got["challenge"]["Session"],
        ChallengeResponses={
            "USERNAME": name,
            "CREDENTIAL": credential if isinstance(credential, str) else json.dumps(credential),
        },
    )


def signed(s: Scene, origin: str = ORIGIN, **wrong: Any) -> dict[str, Any]:
    found: dict[str, Any] = s.got["key"].get(options(s.got["challenge"]), origin, **wrong)
    return found


async def respond(s: Scene, origin: str = ORIGIN, **wrong: Any) -> dict[str, Any]:
    """Answer, wrong in one place."""
    return await send(s, signed(s, origin, **wrong))


async def whole(s: Scene) -> dict[str, Any]:
    """Sign in from the start, with tokens in the end."""
    s.got["challenge"] = await ask(s)
    answer = await respond(s)
    assert answer["AuthenticationResult"]["AccessToken"]
    return answer


def turned(s: Scene) -> dict[str, Any]:
    """A signature with one bit turned."""
    answer = signed(s)
    text = answer["response"]["signature"]
    answer["response"]["signature"] = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
    return answer


def by_thief(s: Scene) -> dict[str, Any]:
    """Ada's passkey by name, another key by nature."""
    thief = Authenticator(credential_id=s.got["key"].credential_id)
    return thief.get(options(s.got["challenge"]), ORIGIN)


async def with_bobs(s: Scene) -> None:
    await asked(s)
    await s.another_user("bob")
    token = (await s.tokens("bob"))["AccessToken"]
    s.got["bobs"] = await passkeys.register(s.world, token)


async def signed_for_before(s: Scene) -> None:
    """An answer to the challenge of another sign-in, and a new challenge."""
    await asked(s)
    s.got["answer"] = signed(s)
    s.got["challenge"] = await ask(s)


async def used(s: Scene, key: Authenticator) -> None:
    await asked(s, key)
    s.got["answer"] = signed(s)
    await send(s, s.got["answer"])


async def copied(s: Scene) -> None:
    """A copy of the authenticator, from before the last sign-in."""
    await has_passkey(s, Authenticator(counter=3))
    key = s.got["key"]
    s.got["copy"] = Authenticator(
        credential_id=key.credential_id, private=key.private, counter=3, user_handle=key.user_handle
    )
    await whole(s)
    s.got["challenge"] = await ask(s)


async def forgotten(s: Scene) -> None:
    """Ada has two passkeys; one is deleted after she was asked."""
    await asked(s)
    s.got["lost"], s.got["key"] = s.got["key"], None
    s.got["key"] = await passkeys.register(s.world, s.got["tokens"]["AccessToken"])
    s.got["challenge"] = await ask(s)
    await s.token("DeleteWebAuthnCredential", CredentialId=s.got["lost"].id)


async def moved(s: Scene) -> None:
    """The pool has another relying party since."""
    await asked(s)
    await turn_on(s.world, s.pool, RelyingPartyId="new.example.com")
    s.got["challenge"] = await ask(s)


async def back(s: Scene) -> Any:
    await turn_on(s.world, s.pool)
    return await whole(s)


async def locked(s: Scene) -> None:
    await asked(s)
    for _ in range(5):
        with pytest.raises(IncorrectLogin):
            await s.sign_in(password=WRONG_PASSWORD)


def wrong_answers(*answers: tuple[str, Mapping[str, Any]]) -> list[Row]:
    return [
        Row(
            f"a passkey {name}",
            INCORRECT,
            lambda s, wrong=wrong: respond(s, **wrong),
            lambda s: respond(s),
            arrange=asked,
        )
        for name, wrong in answers
    ]


SIGN_INS = (
    *wrong_answers(
        ("used on another site", {"origin": "https://evil.example"}),
        ("used on a site whose name ends alike", {"origin": f"https://evil{DOMAIN}"}),
        ("used over http", {"origin": f"http://{DOMAIN}"}),
        ("used in a frame of another site", {"cross_origin": True}),
        ("used below a page of another site", {"top_origin": "https://evil.example"}),
        ("of another relying party", {"rp_id": "example.com"}),
        ("for a challenge that nobody gave", {"challenge": to_base64url(bytes(32))}),
        ("that nobody touched", {"flags": UV}),
        ("that can be synchronised since", {"flags": UP | UV | BE}),
        ("that registers", {"type": "webauthn.create"}),
        ("with another user's handle", {"user_handle": to_base64url(b"somebody")}),
        ("without a signature", {"signature": b"\0"}),
        ("under an id that is not known", {"id": to_base64url(b"unknown")}),
    ),
    Row(
        "a passkey's signature with one bit turned",
        INCORRECT,
        lambda s: send(s, turned(s)),
        lambda s: respond(s),
        arrange=asked,
    ),
    Row(
        "a signature by another key than the passkey's",
        INCORRECT,
        lambda s: send(s, by_thief(s)),
        lambda s: respond(s),
        arrange=asked,
    ),
    Row(
        "another user's passkey",
        INCORRECT,
        lambda s: send(s, s.got["bobs"].get(options(s.got["challenge"]), ORIGIN)),
        lambda s: respond(s),
        arrange=with_bobs,
    ),
    Row(
        "another user's passkey under one's own handle",
        INCORRECT,
        lambda s: send(
            s, s.got["bobs"].get(options(s.got["challenge"]), ORIGIN, user_handle=s.got["key"].user_handle)
        ),
        lambda s: respond(s),
        arrange=with_bobs,
    ),
    Row(
        "the answer to the challenge of another sign-in",
        INCORRECT,
        lambda s: send(s, s.got["answer"]),
        lambda s: respond(s),
        arrange=signed_for_before,
    ),
    Row(
        "an answer a second time",
        INCORRECT,
        lambda s: send(s, s.got["answer"]),
        lambda s: whole(s),
        arrange=lambda s: used(s, Authenticator()),
    ),
    Row(
        "an answer a second time, of a passkey that does not count",
        USED,
        lambda s: send(s, s.got["answer"]),
        lambda s: whole(s),
        arrange=lambda s: used(s, Authenticator(counter=None)),
        changes=frozenset({"passkeys"}),
    ),
    Row(
        "a copy of a passkey",
        INCORRECT,
        lambda s: send(s, s.got["copy"].get(options(s.got["challenge"]), ORIGIN)),
        lambda s: respond(s),
        arrange=copied,
    ),
    Row(
        "a passkey that was deleted",
        INCORRECT,
        lambda s: send(s, s.got["lost"].get(options(s.got["challenge"]), ORIGIN)),
        lambda s: respond(s),
        arrange=forgotten,
    ),
    Row(
        "a passkey of the pool's former relying party, signing for the new one",
        INCORRECT,
        lambda s: respond(s, "https://new.example.com"),
        lambda s: back(s),
        arrange=moved,
    ),
    Row(
        "a passkey that did not verify the user, where that is required",
        INCORRECT,
        lambda s: respond(s, flags=UP),
        lambda s: respond(s),
        arrange=lambda s: asked(s, UserVerification="required"),
    ),
    Row(
        "a passkey that did not verify the user, where passkeys are both factors",
        INCORRECT,
        lambda s: respond(s, flags=UP),
        lambda s: respond(s),
        arrange=lambda s: asked(s, **BOTH_FACTORS),
    ),
    *(
        Row(
            f"a CREDENTIAL that is {what}",
            error,
            lambda s, text=text: send(s, text),
            lambda s: respond(s),
            arrange=asked,
        )
        for what, text, error in (
            ("not JSON", "{", NO_CREDENTIAL),
            ("empty JSON", "{}", NO_CREDENTIAL),
            ("a list", "[]", NO_CREDENTIAL),
            ("empty", "", MISSING),
        )
    ),
    Row(
        "a passkey in the session of another client",
        INVALID,
        lambda s: s.steps(send_elsewhere(s)),
        lambda s: respond(s),
        arrange=lambda s: s.steps(asked(s), keep_other(s)),
    ),
    Row(
        "a passkey in the session of a choice that was not made",
        INVALID,
        lambda s: respond(s),
        lambda s: whole(s),
        arrange=lambda s: not_chosen(s),
    ),
    Row(
        "a passkey after the session's time",
        EXPIRED,
        lambda s: s.steps(s.later(4 * 60 * 1_000_000), respond(s)),
        lambda s: whole(s),
        arrange=asked,
    ),
    Row(
        "the right passkey of a user who is locked",
        "NotAuthorizedException: Password attempts exceeded",
        lambda s: respond(s),
        lambda s: s.steps(s.later(60 * 1_000_000), respond(s)),
        arrange=locked,
    ),
    Row(
        "the right passkey of a user who was disabled",
        "NotAuthorizedException: User is disabled.",
        lambda s: respond(s),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), whole(s)),
        arrange=lambda s: s.steps(asked(s), s.admin("AdminDisableUser", Username="ada")),
        changes=frozenset({"passkeys"}),
    ),
)


async def keep_other(s: Scene) -> None:
    s.got["other"] = await s.another_client(**APP)


async def send_elsewhere(s: Scene) -> Any:
    return await send(s, signed(s), app=s.got["other"])


async def not_chosen(s: Scene) -> None:
    """The options of one sign-in, and the session of another, which has still to choose."""
    await asked(s)
    begun = await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "ada"}
    )
    s.got["challenge"] = s.got["challenge"] | {"Session": begun["Session"]}


@table(*SIGN_INS)
async def test_a_sign_in_with_a_passkey_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(replace(row, client=APP), scene, count)
