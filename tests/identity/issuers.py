"""Issuers of tokens for tests, and the internet they are on: a `Fetch` that answers from a dict."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc.jwk import RSAKey

from poolhouse.errors import FetchTimeout
from poolhouse.ports import Fetched

Answer = tuple[int, Any]


class Internet:
    """`answers` are by address; a callable one is given the address. What is not there times out."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[str], Answer]] = {}
        self.asked: list[str] = []

    async def send(
        self, method: str, url: str, headers: Mapping[str, str] = {}, body: bytes = b"", **limits: Any
    ) -> Fetched:
        self.asked.append(url)
        address = url.partition("?")[0]
        if address not in self.answers:
            raise FetchTimeout("nobody answers")
        found = self.answers[address]
        status, document = found(url) if callable(found) else found
        return Fetched(status, {}, json.dumps(document).encode())

    async def close(self) -> None:
        return None


class Issuer:
    """An OIDC provider with one key, that signs whatever a test wants."""

    def __init__(self, internet: Internet, url: str, jwks: str = "") -> None:
        self.url = url
        self.key = rsa.generate_private_key(65537, 2048)
        public = RSAKey.import_key(self.key).as_dict(private=False)
        self.jwk = {**public, "kid": "k1", "alg": "RS256", "use": "sig"}
        jwks = jwks or f"{url}/keys"
        document = {"issuer": url, "jwks_uri": jwks}
        internet.answers[f"{url}/.well-known/openid-configuration"] = 200, document
        internet.answers[jwks] = 200, {"keys": [self.jwk]}

    def token(self, now: int, key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:
        """now  seconds; a claim that is None is left out"""
        usual = {"iss": self.url, "sub": "109", "aud": "ours", "iat": now, "exp": now + 300}
        said = {name: value for name, value in (usual | claims).items() if value is not None}
        return signed(key or self.key, {"alg": "RS256", "kid": "k1"}, said)


def signed(key: rsa.RSAPrivateKey, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    message = f"{_part(header)}.{_part(claims)}"
    digest = hashes.SHA512() if header["alg"] == "RS512" else hashes.SHA256()
    signature = key.sign(message.encode(), padding.PKCS1v15(), digest)
    return f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
