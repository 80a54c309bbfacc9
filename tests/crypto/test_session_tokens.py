"""Session tokens: one text for each, believed for what a key signed, and never inflated beyond bounds."""

import base64
import zlib
from typing import Any

import msgspec
import pytest

from poolhouse.crypto import session_tokens
from poolhouse.crypto.session_tokens import MintingKey, Session, TokenRefused, VerifyingKey

KEY = MintingKey(bytes(32), bytes([1]) * 32)
OTHER = MintingKey(bytes([2]) * 32, bytes([3]) * 32)
SESSION = Session(
    access_key_id="ASIAQAAAAAAAAAAAAAAA",
    issued_at=1_800_000_000_000_000,
    expires_at=1_800_003_600_000_000,
    principal="arn:aws:iam::000000000000:role/app",
    principal_id="AROAAAAAAAAAAAAAAAAAA",
    name="browser",
    context={"cognito-identity.amazonaws.com:amr": ("authenticated",)},
    tags={"team": "réd"},
)


def issued(key: MintingKey = KEY, session: Session = SESSION) -> str:
    return key.issue(session, "the secret", bytes(12))


def read(token: str, *keys: MintingKey) -> Session:
    known = {key.verifying.kid: key.verifying for key in keys or (KEY,)}
    return session_tokens.verified(token, known.get)[0]


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(payload: bytes, **header: Any) -> str:
    """A token of KEY's with any content and header."""
    usual = {"alg": "EdDSA", "kid": KEY.verifying.kid, "typ": "poolhouse-session"}
    said = {name: value for name, value in (usual | header).items() if value is not None}
    message = f"{part(msgspec.json.encode(said))}.{part(payload)}"
    return f"{message}.{part(KEY._key.sign(message.encode()))}"


def test_a_session_comes_back_as_it_was_with_its_secret() -> None:
    session, key = session_tokens.verified(issued(), {KEY.verifying.kid: KEY.verifying}.get)

    assert msgspec.structs.replace(session, sealed_secret=b"") == SESSION
    assert session_tokens.secret_of(session, key) == "the secret"


def test_a_key_that_did_not_sign_is_not_believed() -> None:
    with pytest.raises(TokenRefused):
        read(issued(OTHER))
    assert read(issued(OTHER), KEY, OTHER)


def test_a_secret_opens_with_the_verifier_key_of_its_generation_alone() -> None:
    session = read(issued())

    with pytest.raises(TokenRefused):
        session_tokens.secret_of(session, OTHER.verifying)
    with pytest.raises(TokenRefused):
        session_tokens.secret_of(session, VerifyingKey(KEY.verifying.public))


def test_a_sealed_secret_cannot_be_moved_to_another_session() -> None:
    theirs = read(issued(session=msgspec.structs.replace(SESSION, access_key_id="ASIAQAAAAAAAAAAAAAAB")))
    moved = msgspec.structs.replace(SESSION, sealed_secret=theirs.sealed_secret)

    with pytest.raises(TokenRefused):
        session_tokens.secret_of(moved, KEY.verifying)
    assert session_tokens.secret_of(theirs, KEY.verifying) == "the secret"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "Ed25519"},
        {"typ": None},
        {"typ": "JWT"},
        {"kid": None},
        {"kid": "another"},
        {"crit": "b64"},
        {"jku": "https://evil.example"},
    ],
    ids=str,
)
def test_a_header_is_what_we_write_and_nothing_else(header: dict[str, Any]) -> None:
    content = session_tokens.deflated(msgspec.json.encode(SESSION))

    with pytest.raises(TokenRefused):
        read(signed(content, **header))
    assert read(signed(content)) == SESSION


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not deflated",
        session_tokens.deflated(b"not JSON"),
        session_tokens.deflated(b"\xff\xfe"),
        session_tokens.deflated(b"{}"),
        session_tokens.deflated(b"[" * 10_000),
        session_tokens.deflated(b" " * 10_000_000),  # a bomb: ten kilobytes of it
        session_tokens.deflated(msgspec.json.encode(SESSION)) + b"more",
        session_tokens.deflated(msgspec.json.encode(SESSION))[:-3],
        zlib.compress(msgspec.json.encode(SESSION)),
    ],
    ids=range(10),
)
def test_what_is_signed_but_no_session_is_refused(payload: bytes) -> None:
    with pytest.raises(TokenRefused):
        read(signed(payload))


def test_keys_do_not_show_themselves() -> None:
    assert "\\x01" not in repr(KEY) + repr(KEY.verifying)


def test_the_kid_is_of_the_public_key_alone() -> None:
    assert KEY.verifying.kid == VerifyingKey(KEY.verifying.public).kid
    assert KEY.verifying.kid != OTHER.verifying.kid
    assert len(KEY.verifying.kid) == 16
