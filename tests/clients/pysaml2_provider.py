"""pysaml2 as an identity provider; it calls Debian's xmlsec1 for every signature."""

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import saml2.entity
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import pre_encryption_part
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256
from tests.saml_provider import certificate_of, key_number

ENTITY_ID = "https://pysaml2.example/metadata"
SSO, SLO = "https://pysaml2.example/sso", "https://pysaml2.example/slo"
_AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
_SHA256 = {"sign_alg": SIG_RSA_SHA256, "digest_alg": DIGEST_SHA256}
_AUTHN = {
    "class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    "authn_auth": ENTITY_ID,
}

logging.getLogger("saml2").setLevel(logging.ERROR)


class Pysaml2:
    """An identity provider that knows one service provider by its metadata."""

    def __init__(self, folder: Path, service_provider: bytes, now: int) -> None:
        key = key_number(5)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        (folder / "key.pem").write_bytes(pem)
        (folder / "cert.pem").write_bytes(
            certificate_of(key, begins=now - 60_000_000).public_bytes(Encoding.PEM)
        )
        (folder / "sp.xml").write_bytes(service_provider)
        settings = {
            "entityid": ENTITY_ID,
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "key_file": str(folder / "key.pem"),
            "cert_file": str(folder / "cert.pem"),
            "metadata": {"local": [str(folder / "sp.xml")]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(SSO, BINDING_HTTP_REDIRECT), (SSO, BINDING_HTTP_POST)],
                        "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT), (SLO, BINDING_HTTP_POST)],
                    },
                    "want_authn_requests_signed": True,
                    "want_authn_requests_only_with_valid_cert": True,
                    "sign_assertion": True,
                    "subject_data": str(folder / "subjects"),
                }
            },
        }
        self.server = Server(config=IdPConfig().load(settings))
        self.server.sec.encrypt_assertion = partial(self.server.sec.encrypt_assertion, key_type="aes-256")

    def metadata(self) -> str:
        return str(entity_descriptor(self.server.config))

    def parsed(self, url: str) -> Any:
        """The AuthnRequest of a redirect. Raises when its signature is wrong or missing."""
        return self.server.parse_authn_request(*_redirected(url)).message

    def parsed_post(self, value: str) -> Any:
        """The AuthnRequest of a form."""
        return self.server.parse_authn_request(value, BINDING_HTTP_POST).message

    def answer(
        self,
        in_response_to: str | None,
        destination: str,
        audience: str,
        identity: Mapping[str, list[str]],
        *,
        subject: str = "ada@example.com",
        sign_response: bool = False,
        encrypt: bool = False,
    ) -> str:
        """The XML of a response."""
        with mock.patch.object(saml2.entity, "pre_encryption_part", _aes):
            return str(
                self.server.create_authn_response(
                    dict(identity),
                    in_response_to,
                    destination,
                    audience,
                    name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject),
                    authn=_AUTHN,
                    sign_assertion=True,
                    sign_response=sign_response,
                    encrypt_assertion=encrypt,
                    encrypted_advice_attributes=False,
                    **_SHA256,
                )
            )

    def logged_out(self, url: str) -> tuple[Any, str]:
        """The LogoutRequest of a redirect, and the XML of the answer. Raises as `parsed` does."""
        request = self.server.parse_logout_request(*_redirected(url)).message
        answer = self.server.create_logout_response(request, [BINDING_HTTP_POST], sign=True, **_SHA256)
        return request, str(answer)

    def logout(self, destination: str, audience: str, subject: str) -> str:
        """The XML of a LogoutRequest of its own."""
        name = NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject)
        made = self.server.create_logout_request(destination, audience, name_id=name, sign=True, **_SHA256)
        return str(made[1])


def _redirected(url: str) -> tuple[str, str, str | None, str | None, str | None]:
    """What pysaml2 wants to know of a request that came by redirect."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    more = (query.get("RelayState"), query.get("SigAlg"), query.get("Signature"))
    return query["SAMLRequest"], BINDING_HTTP_REDIRECT, *more


def _aes(**given: Any) -> Any:
    """In place of the 3DES that pysaml2 asks for unless told otherwise, which nobody should accept."""
    return pre_encryption_part(**{**given, "msg_enc": _AES})
