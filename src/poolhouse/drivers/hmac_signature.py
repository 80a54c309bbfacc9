"""How we sign what we post to addresses of the operator's: functions and the gateway for text messages.

The signature is the HMAC-SHA256, in hex, of `<timestamp>.<body>` under a secret that both sides know:

    Poolhouse-Timestamp: 1800000000
    Poolhouse-Signature: v1=5257a869e7ec...
"""

import hashlib
import hmac

SHORTEST_SECRET = 32  # characters


def signed(secret: str, now: int, body: bytes) -> dict[str, str]:
    """The headers of a POST with this body; `now` is in seconds since 1970."""
    digest = hmac.digest(secret.encode(), b"%d." % now + body, hashlib.sha256)
    return {"poolhouse-timestamp": str(now), "poolhouse-signature": f"v1={digest.hex()}"}
