"""What the revocation feed and its readers must agree on: keys, digests, and how long an entry counts."""

import base64
import hashlib
import hmac

PATH = "/.well-known/revocations"  # below the issuer
LIFE = 86_400  # seconds: no access or ID token lives longer (behaviour file, 4.5)

_BYTES = 16  # of a digest: what it is made of is a random UUID already
_PURPOSE = b"poolhouse revocation feed\0"


def pool_key(master: str, pool_id: str) -> str:
    """The key that reads the feed of this pool and of no other: HMAC-SHA256, base64url.

    master  a key of the operator's, 32 bytes in base64
    """
    return _text(hmac.digest(base64.b64decode(master), _PURPOSE + pool_id.encode(), "sha256"))


def digest(identifier: str) -> str:
    """How a sign-in (`origin_jti`) or a user (`sub`) stands in the feed: 22 characters.

    Who has seen a token of theirs knows them again, and nobody else.
    """
    return _text(hashlib.sha256(identifier.encode()).digest()[:_BYTES])


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
