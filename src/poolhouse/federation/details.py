"""ProviderDetails by type: what an operator may say, and what is found out and shown beside it (6.8)."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.errors import ProviderDetailMissing, ProviderDetailNotKnown, ProviderDetailWrong

METADATA_URL, METADATA_FILE = "MetadataURL", "MetadataFile"  # of SAML providers


class Details(Struct, frozen=True):
    """given  to be sealed, as the operator gave it
    found  public: what DescribeIdentityProvider shows beside it
    """

    given: Mapping[str, str]
    found: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Details({dict(self.found)})"


Checking = Callable[[Ctx, Mapping[str, str]], Awaitable[Details]]


def check_names(
    provider_type: str, given: Mapping[str, str], *, needed: tuple[str, ...], known: frozenset[str]
) -> None:
    """Raises `ProviderDetailMissing` and `ProviderDetailNotKnown`."""
    for name in needed:
        if not given.get(name):
            raise ProviderDetailMissing(name=name, provider_type=provider_type)
    for name in given:
        if name not in known:
            raise ProviderDetailNotKnown(name=name, provider_type=provider_type)


def check_address(ctx: Ctx, name: str, address: str) -> None:
    """A web address over TLS; in development and for hosts that are allow-listed, without it too.

    Raises `ProviderDetailWrong`. Where the address leads is looked at when it is asked (drivers/fetch.py).
    """
    settings = ctx.env.settings
    plain = settings.profile == "dev" or bool(settings.fetch_allowed_hosts)
    if not is_web_address(address, plain=plain):
        raise ProviderDetailWrong(name=name, form="an address that begins with https://")


def is_web_address(address: str, *, plain: bool) -> bool:
    """Has it the form of one, without user name and fragment?

    plain  it may be one without TLS
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0 or len(address) > 2_048:
        return False
    if any(character <= " " or character in '\\<>"' or character == "\x7f" for character in address):
        return False
    return parts.scheme == "https" or (plain and parts.scheme == "http")
