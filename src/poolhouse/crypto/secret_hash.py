"""SECRET_HASH: the proof that a caller knows the app client's secret (behaviour file, section 2.1)."""

import base64
import hmac
from collections.abc import Iterable


def secret_hash(username: str, client_id: str, secret: str) -> str:
    """base64(HMAC-SHA256(key=secret, message=username | client_id))."""
    digest = hmac.digest(secret.encode(), f"{username}{client_id}".encode(), "sha256")
    return base64.b64encode(digest).decode()


def matches_any(given: str, username: str, client_id: str, secrets: Iterable[str]) -> bool:
    """Whether `given` was made with one of the client's secrets; each of them is compared."""
    given_bytes = given.encode(errors="surrogatepass")
    matched = False
    for secret in secrets:
        expected = secret_hash(username, client_id, secret).encode()
        matched |= hmac.compare_digest(given_bytes, expected)
    return matched
