"""Does a request come from this computer? Where nothing else is proven, that is what counts."""

import ipaddress

from poolhouse.http.request import HttpRequest


def is_loopback(address: str) -> bool:
    """Is it an address of this computer alone? IPv4 inside IPv6 counts as what it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def is_local(request: HttpRequest) -> bool:
    """Is the other end this computer, and nobody elsewhere behind it?

    A tunnel or proxy that runs here connects from here; whom it speaks for is in X-Forwarded-For. Who
    sends Forwarded (RFC 7239) is such a proxy too, and that header is not worth reading for this.
    """
    if request.header("forwarded"):
        return False
    forwarded = request.header("x-forwarded-for")
    speakers = [address.strip() for address in forwarded.split(",")] if forwarded else []
    return all(is_loopback(address) for address in (request.peer, *speakers))
