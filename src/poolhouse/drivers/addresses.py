"""Which network addresses the guarded HTTP client may connect to."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_COMPATIBLE = ip_network("::/96")  # RFC 4291, section 2.5.5.1, deprecated: the same
_SITE_LOCAL = ip_network("fec0::/10")  # RFC 3879, deprecated; Python calls it global


class Allowed:
    """What an operator lets through although it is not public.

    named  names of hosts, and networks such as 10.0.0.0/8 (one address is a network too)
    """

    def __init__(self, named: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._networks = []
        for entry in named:
            try:
                self._networks.append(ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower())

    def host(self, name: str) -> bool:
        return name.lower() in self._names

    def address(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def of_socket(text: str) -> Address:
    """An address as getaddrinfo gives it, with or without a scope; one that only wraps IPv4 is that one."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    """May anybody on the internet have this address, also once an IPv4 address within it is looked at?"""
    if not address.is_global or address.is_multicast or (address.is_reserved and address.version == 4):
        return False
    if isinstance(address, IPv4Address):
        return True
    if address in _SITE_LOCAL or address in _COMPATIBLE:
        return False
    inner = _within(address)
    return inner is None or is_public(inner)


def _within(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a packet to this IPv6 address would reach in the end."""
    if _is_in(address, _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_in(address: IPv6Address, network: object) -> bool:
    return isinstance(network, IPv6Network) and address in network
