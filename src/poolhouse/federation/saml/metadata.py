"""The metadata of an identity provider (saml-metadata-2.0-os). Its own signature is not checked (6.8).

Where it comes from is who configured it: a file, or an address that is fetched over TLS.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct

from poolhouse.errors import InvalidSamlMetadata
from poolhouse.federation.saml.xml import DS, MD, Element, instant, parse, tag, text_of
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND, Instant

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REFRESHED_AFTER = 6 * HOUR  # or when it says itself, whichever is earlier [D23]

_LONGEST = 500_000  # characters
_LONGEST_CERTIFICATE = 4_096  # characters of base64 [D26]
_MOST_CERTIFICATES = 20
_LONGEST_URL = 2_048
_DURATION = re.compile(
    r"P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})D)?"
    r"(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9})(?:\.[0-9]+)?S)?)?"
)
_UNITS = (365 * DAY, 30 * DAY, DAY, HOUR, MINUTE, SECOND)


class ProviderMetadata(Struct, frozen=True):
    """What we need to know of an identity provider.

    sign_in        its SingleSignOnService, by binding
    sign_out       its SingleLogoutService, by binding; for requests
    signed_out     the same, for responses
    wants_signed   it takes signed requests only
    read_again_at  when this is to be fetched anew
    """

    entity_id: str
    sign_in: Mapping[str, str]
    sign_out: Mapping[str, str]
    signed_out: Mapping[str, str]
    certificates: tuple[x509.Certificate, ...]
    wants_signed: bool
    read_again_at: Instant

    def check_certificates(self, now: Instant) -> None:
        """None may have expired when it is configured [D26]. Raises `InvalidSamlMetadata`."""
        for certificate in self.certificates:
            if int(certificate.not_valid_after_utc.timestamp()) * SECOND <= now:
                raise InvalidSamlMetadata(why="a signing certificate has expired.")


def read(document: str, now: Instant, *, outdated: bool = False) -> ProviderMetadata:
    """Raises `InvalidSamlMetadata`, with why in words that quote nothing of the document.

    outdated  its own time may be over: what was good when it came is better than nobody's signing in
    """
    if len(document) > _LONGEST:
        raise InvalidSamlMetadata(why=f"longer than {_LONGEST} characters.")
    try:
        root = parse(document.removeprefix("\ufeff").encode())
    except ValueError as error:
        raise InvalidSamlMetadata(why="no plain XML document.") from error
    role, entity = _role(root)
    try:
        read_again_at = _read_again_at(role, now)
    except ValueError as error:
        raise InvalidSamlMetadata(why="a time that is none.") from error
    if read_again_at <= now and not outdated:
        raise InvalidSamlMetadata(why="it is no longer valid.")
    return ProviderMetadata(
        entity_id=_entity_id(entity),
        sign_in=_sign_in(role),
        sign_out=_services(role, "SingleLogoutService", "Location"),
        signed_out={
            **_services(role, "SingleLogoutService", "Location"),
            **_services(role, "SingleLogoutService", "ResponseLocation"),
        },
        certificates=tuple(_certificates(role)),
        wants_signed=role.get("WantAuthnRequestsSigned") in ("true", "1"),
        read_again_at=read_again_at,
    )


def _role(root: Element) -> tuple[Element, Element]:
    """The one IDPSSODescriptor of the document, and the entity that it describes."""
    roles = [*root.iter(tag(MD, "IDPSSODescriptor"))]
    if len(roles) != 1 or roles[0].getparent() is None:
        raise InvalidSamlMetadata(why="there must be exactly one IDPSSODescriptor.")
    entity = roles[0].getparent()
    if entity.tag != tag(MD, "EntityDescriptor"):
        raise InvalidSamlMetadata(why="there must be exactly one IDPSSODescriptor.")
    return roles[0], entity


def _entity_id(entity: Element) -> str:
    entity_id: str = entity.get("entityID", "")
    if not 1 <= len(entity_id) <= 1024:
        raise InvalidSamlMetadata(why="entityID must have 1 to 1024 characters.")
    return entity_id


def _sign_in(role: Element) -> Mapping[str, str]:
    services = _services(role, "SingleSignOnService", "Location")
    if not services:
        raise InvalidSamlMetadata(why="no SingleSignOnService by HTTP-Redirect or HTTP-POST.")
    return services


def _services(role: Element, name: str, attribute: str) -> dict[str, str]:
    """The first address for each binding that we speak."""
    found: dict[str, str] = {}
    for service in role.findall(tag(MD, name)):
        binding, location = service.get("Binding"), service.get(attribute)
        if binding in (REDIRECT, POST) and location is not None:
            found.setdefault(binding, _web_address(location))
    return found


def _web_address(location: str) -> str:
    """Browsers are sent there: no script, no other scheme, no name and password."""
    try:
        parts = urlsplit(location)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.username is None
    except ValueError:
        usable = False
    if not usable or len(location) > _LONGEST_URL or any(ord(letter) <= 0x20 for letter in location):
        raise InvalidSamlMetadata(why="the Location of a service is no web address.")
    return location


def _certificates(role: Element) -> Iterator[x509.Certificate]:
    """Those that sign: `use` is "signing", or not there."""
    path = f"{tag(DS, 'KeyInfo')}/{tag(DS, 'X509Data')}/{tag(DS, 'X509Certificate')}"
    found = [
        certificate
        for key in role.findall(tag(MD, "KeyDescriptor"))
        if key.get("use", "signing") == "signing"
        for certificate in key.findall(path)
    ]
    if not 1 <= len(found) <= _MOST_CERTIFICATES:
        raise InvalidSamlMetadata(why=f"there must be 1 to {_MOST_CERTIFICATES} signing certificates.")
    for certificate in found:
        yield certificate_of("".join(text_of(certificate).split()))


def certificate_of(body: str) -> x509.Certificate:
    """A certificate from its base64 DER. Raises `InvalidSamlMetadata`."""
    if len(body) > _LONGEST_CERTIFICATE:
        raise InvalidSamlMetadata(why=f"a certificate is longer than {_LONGEST_CERTIFICATE} characters.")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(body, validate=True))
        key = certificate.public_key()
    except (ValueError, TypeError, NotImplementedError) as error:
        raise InvalidSamlMetadata(why="a certificate could not be read.") from error
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise InvalidSamlMetadata(why="a certificate has a key that is neither RSA nor EC.")
    return certificate


def _read_again_at(role: Element, now: Instant) -> Instant:
    """The earliest end that the role or what is around it names. Raises `ValueError`."""
    ends = [now + REFRESHED_AFTER]
    for element in (role, *role.iterancestors()):
        if element.get("validUntil") is not None:
            ends.append(instant(element.get("validUntil")))
        if element.get("cacheDuration") is not None:
            ends.append(now + max(duration(element.get("cacheDuration")), MINUTE))
    return min(ends)


def duration(value: str) -> Instant:
    """An xs:duration, a year being 365 days and a month 30. Raises `ValueError`."""
    match = _DURATION.fullmatch(value)
    if match is None or not any(match.groups()):
        raise ValueError("not an xs:duration")
    return sum(int(count or 0) * unit for count, unit in zip(match.groups(), _UNITS, strict=True))
