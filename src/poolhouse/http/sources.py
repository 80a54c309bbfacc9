"""Whence a request comes, as limits count it."""

import ipaddress


def network(address: str) -> str:
    """Who has one address of IPv6 has the whole network of 64 bits that it is in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
