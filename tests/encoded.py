"""EncodedData as the libraries of AWS make it, written apart from the code that reads it."""

import base64
import hashlib
import hmac
import json
from typing import Any

BROWSER = {
    "UserAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/92.0.4515.107 Safari/537.36",
    "DeviceId": "qn8ojaedcuyc9nnt228:1627189424942",
    "DeviceLanguage": "en-US",
    "DeviceFingerprint": "Mozilla/5.0 (X11; Linux x86_64)Chrome PDF Plugin:Native Client:en-US",
    "DevicePlatform": "Linux x86_64",
    "ClientTimezone": "02:00",
}


def made(
    client_id: str,
    pool_id: str,
    username: str,
    now: int,
    *,
    key: str = "",
    version: str = "JS20171115",
    **context: Any,
) -> str:
    """`now` is an Instant; `key` signs in place of the client's id."""
    payload = json.dumps(
        {
            "contextData": BROWSER | context,
            "username": username,
            "userPoolId": pool_id,
            "timestamp": str(now // 1000),
        }
    )
    digest = hmac.new((key or client_id).encode(), digestmod=hashlib.sha256)
    digest.update(version.encode())
    digest.update(payload.encode())
    return packed(payload, base64.b64encode(digest.digest()).decode(), version)


def packed(payload: Any, signature: Any, version: Any) -> str:
    whole = json.dumps({"payload": payload, "signature": signature, "version": version})
    return base64.b64encode(whole.encode()).decode()


def opened(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(text))
    return found
