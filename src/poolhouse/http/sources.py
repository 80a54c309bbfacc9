"""Where a request comes from, as far as limits tell one source from another."""

import ipaddress
from functools import lru_cache


@lru_cache(10_000)
def network(address: str) -> str:
    """Who has one address of IPv6 has the whole network of 64 bits that it is in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
