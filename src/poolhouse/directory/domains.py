"""Domains of user pools: which names may be, and where a pool's pages are (behaviour file, 1.12).

A prefix stands before the suffix of the settings; a custom domain is a whole host name. Both are https
where the server's own address is. A request is of a domain only when its Host header is exactly that
(security.md, rule 7).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from poolhouse.errors import (
    CertificateNotUsable,
    DomainCharacters,
    DomainReservedWord,
    DomainTaken,
    LoginVersionNotKnown,
    NoPrefixDomains,
    NotASubdomain,
    NotSupportedYet,
)
from poolhouse.ports import Instant
from poolhouse.settings import Settings

PREFIX, CUSTOM = "PREFIX", "CUSTOM"
CLASSIC, MANAGED = 1, 2  # ManagedLoginVersion

_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PREFIX = re.compile(_LABEL)
_CUSTOM = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")
_LONGEST_NAME = 253  # characters (RFC 1035, section 2.3.4, as text)
_HOST = re.compile(r"[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/.+")
_RESERVED_WORDS = ("aws", "amazon", "cognito")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class Domain(Struct, frozen=True):
    """One domain of a pool. `config` is the CustomDomainConfig of a custom one."""

    pool_id: str
    kind: str  # PREFIX | CUSTOM
    name: str
    login_version: int
    config: Mapping[str, Any]
    created_at: Instant


def from_row(row: Mapping[str, Any]) -> Domain:
    return Domain(
        pool_id=row["pool_id"],
        kind=row["kind"],
        name=row["name"],
        login_version=row["login_version"],
        config=msgspec.json.decode(row["config"]),
        created_at=row["created_at"],
    )


# What may be


def check_prefix(settings: Settings, prefix: str) -> None:
    """Raises `DomainCharacters`, `DomainReservedWord`, `DomainTaken` and `NoPrefixDomains`."""
    if not _PREFIX.fullmatch(prefix):
        raise DomainCharacters
    for word in _RESERVED_WORDS:
        if word in prefix:
            raise DomainReservedWord(word=word)
    if not settings.auth_domain_suffix:
        raise NoPrefixDomains
    if f"{prefix}.{settings.auth_domain_suffix}" == _own_host(settings):
        raise DomainTaken


def check_custom(settings: Settings, name: str) -> None:
    """Raises `NotASubdomain`, and `DomainTaken` for the server's own name and what prefixes stand before."""
    if not is_host_name(name):
        raise NotASubdomain(why="it must be a host name such as auth.example.com, in lower case.")
    suffix = settings.auth_domain_suffix.partition(":")[0]
    if name in (_own_host(settings).partition(":")[0], suffix) or (suffix and name.endswith(f".{suffix}")):
        raise DomainTaken


def is_host_name(name: str) -> bool:
    """Two labels or more, in lower case, the last of them no number."""
    return len(name) <= _LONGEST_NAME and _CUSTOM.fullmatch(name) is not None


def check_certificate(config: Mapping[str, Any]) -> None:
    """`CustomDomainConfig`: the ARN is kept and answered, and names nothing that this server uses.

    TLS is 1.2 or newer wherever this server speaks it. Raises `CertificateNotUsable`, `NotSupportedYet`.
    """
    if not _CERTIFICATE.fullmatch(config["CertificateArn"]):
        raise CertificateNotUsable
    if config.get("SecurityPolicy") == "TLS_V1_3_2025":
        raise NotSupportedYet(setting="the SecurityPolicy TLS_V1_3_2025")


def check_routing(request: Mapping[str, Any]) -> None:
    """Raises `NotSupportedYet`: there are no replicas to fail over to."""
    if request.get("Routing"):
        raise NotSupportedYet(setting="Routing")


def check_version(version: int) -> None:
    """Raises `LoginVersionNotKnown`."""
    if version not in (CLASSIC, MANAGED):
        raise LoginVersionNotKnown


# Where it is


def main(domains: Iterable[Domain]) -> Domain | None:
    """The domain that a pool is known by: the custom one, where it has both [K]."""
    found = {domain.kind: domain for domain in domains}
    return found.get(CUSTOM) or found.get(PREFIX)


def base(settings: Settings, pool_id: str, domains: Iterable[Domain]) -> str:
    """The address that a pool's pages and endpoints are below: its domain's, else that of its issuer."""
    domain = main(domains)
    return url(settings, domain) if domain else f"{settings.public_url}/{pool_id}"


def url(settings: Settings, domain: Domain) -> str:
    return f"{urlsplit(settings.public_url).scheme}://{host(settings, domain)}"


def host(settings: Settings, domain: Domain) -> str:
    """The Host header of its requests. A custom domain is on the port of the server's own address."""
    if domain.kind == PREFIX:
        return f"{domain.name}.{settings.auth_domain_suffix}"
    port = urlsplit(settings.public_url).port
    return f"{domain.name}:{port}" if port else domain.name


def named_by(settings: Settings, header: str) -> str | None:
    """The name of the domain that a Host header can be of; None where it can be of none."""
    asked = _plain(header, settings.public_url)
    own = _own_host(settings)
    if asked == own or not _HOST.fullmatch(asked):
        return None
    prefix, _, rest = asked.partition(".")
    suffix = settings.auth_domain_suffix
    if suffix and rest == _plain(suffix, settings.public_url):
        return prefix if _PREFIX.fullmatch(prefix) else None
    name, _, port = asked.partition(":")
    return name if port == own.partition(":")[2] and _CUSTOM.fullmatch(name) else None


def _own_host(settings: Settings) -> str:
    return _plain(urlsplit(settings.public_url).netloc, settings.public_url)


def _plain(netloc: str, public_url: str) -> str:
    """In lower case and without the port that the scheme has anyway."""
    return netloc.lower().removesuffix(_USUAL_PORTS[urlsplit(public_url).scheme])
