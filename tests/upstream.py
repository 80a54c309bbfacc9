"""A stand-in for an OIDC provider on loopback, which lies where a test asks it to.

    with Upstream() as upstream:
        ... the server's provider has `upstream.details()` ...
        back = upstream.sign_in(address, sub="109")  # the address that the browser is sent back to

It keeps to OpenID Connect Core in everything that a test does not change: `claims`, `header`, `signer` and
`token_answer` change the next ID token, `info` is what its userinfo says, `info_token` the same as a token.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc.jwk import RSAKey

from tests.web_server import Answer, Asked, WebServer

JSON = {"content-type": "application/json"}


class Upstream(WebServer):
    def __init__(self) -> None:
        super().__init__()
        self.issuer = self.url()
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.secret = "the secret of the provider"
        self.pending: dict[str, dict[str, Any]] = {}
        self.answers |= {
            "/.well-known/openid-configuration": self._document,
            "/jwks": self._jwks,
            "/token": self._token,
            "/me": self._me,
        }
        self.document: dict[str, Any] = {}
        self.reset()

    def reset(self) -> None:
        """Tell the truth again."""
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.signer = rsa(self.key)
        self.token_answer: Answer | None = None
        self.info: dict[str, Any] | None = None
        self.info_token = ""
        self.keys: list[Any] | None = None
        self.asked.clear()

    def details(self, **changes: str) -> dict[str, str]:
        """ProviderDetails, by discovery."""
        usual = {
            "client_id": "ours",
            "client_secret": self.secret,
            "oidc_issuer": self.issuer,
            "authorize_scopes": "openid email",
        }
        return {name: value for name, value in (usual | changes).items() if value}

    def sign_in(self, address: str, sub: str = "109", **claims: Any) -> str:
        """Somebody signs in at the address that the browser was sent to: where it goes from there."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(16)
        self.pending[code] = {"asked": asked, "claims": {"sub": sub, **claims}}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def id_token(self, asked: dict[str, str], said: dict[str, Any], access_token: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        usual = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        claims = {name: value for name, value in (usual | said | self.claims).items() if value is not None}
        header = {"alg": "RS256", "kid": "k1"} | self.header
        header = {name: value for name, value in header.items() if value is not None}
        return signed(header, claims, self.signer)

    def _document(self, _: Asked) -> Answer:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": self.url("/auth"),
            "token_endpoint": self.url("/token"),
            "userinfo_endpoint": self.url("/me"),
            "jwks_uri": self.url("/jwks"),
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
        return 200, JSON, json.dumps(found | self.document).encode()

    def _jwks(self, _: Asked) -> Answer:
        keys = self.keys if self.keys is not None else [self.key.as_dict(private=False)]
        return 200, JSON, json.dumps({"keys": keys}).encode()

    def _token(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        flow = self.pending.pop(form.get("code", ""), None)
        if self.token_answer is not None:
            return self.token_answer
        if flow is None or not self._proven(flow["asked"], form):
            return 400, JSON, b'{"error":"invalid_grant"}'
        access_token = secrets.token_urlsafe(16)
        self.pending[access_token] = flow
        answer = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(flow["asked"], flow["claims"], access_token),
        }
        return 200, JSON, json.dumps(answer).encode()

    def _proven(self, asked: dict[str, str], form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            challenge == asked["code_challenge"]
            and form["client_id"] == "ours"
            and form["client_secret"] == self.secret
            and form["redirect_uri"] == asked["redirect_uri"]
        )

    def _me(self, asked: Asked) -> Answer:
        flow = self.pending.pop(asked.headers.get("authorization", "").removeprefix("Bearer "), None)
        if flow is None:
            return 401, {}, b""
        if self.info_token:
            return 200, {"content-type": "application/jwt; charset=utf-8"}, self.info_token.encode()
        found = self.info if self.info is not None else {"sub": flow["claims"]["sub"]}
        return 200, JSON, json.dumps(found).encode()


def signed(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token in compact form, made by hand: a library would refuse to make most of what tests want."""
    message = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{message}.{_part(sign(message.encode()))}"


def rsa(key: RSAKey) -> Callable[[bytes], bytes]:
    """RS256."""
    return lambda message: key.private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def unsigned(message: bytes) -> bytes:
    return b""


def hmac_with_public_key(key: RSAKey) -> Callable[[bytes], bytes]:
    """HS256 under the text of the public key, as who mistakes it for a shared secret would check it."""
    return lambda message: hmac.digest(key.as_pem(private=False), message, "sha256")


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
