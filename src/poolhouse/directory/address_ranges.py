"""Sets of address ranges that say quickly whether an address is in them: exceptions, known bad ranges."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from msgspec import Struct

_Span = tuple[int, int]


class Ranges(Struct, frozen=True):
    """By version of IP, the first and the last address of each range; the ranges lie apart, in order."""

    firsts: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    lasts: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def has(self, address: str) -> bool:
        """Is the address in a range? What is no address is in none."""
        which, number = _number(address)
        place = bisect_right(self.firsts[which], number) - 1
        return place >= 0 and number <= self.lasts[which][place]


NONE = Ranges()


@lru_cache(4_096)
def _number(address: str) -> tuple[int, int]:
    """0 for IPv4 and 1 for IPv6, and the address as a number; below all of them for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return 0, -1
    return (0 if found.version == 4 else 1), int(found)


@lru_cache(4_096)
def plain(text: str) -> str:
    """An address in its one form, an IPv4 address within IPv6 as IPv4; empty for what is no address."""
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.scope_id:
            return ""
        return str(found.ipv4_mapped or found)
    return str(found)


def of(networks: Iterable[IPv4Network | IPv6Network]) -> Ranges:
    """Ranges that overlap or touch become one."""
    spans: tuple[list[_Span], list[_Span]] = ([], [])
    for network in networks:
        which = 0 if network.version == 4 else 1
        spans[which].append((int(network.network_address), int(network.broadcast_address)))
    merged = [_merged(sorted(found)) for found in spans]
    return Ranges(
        (tuple(first for first, _ in merged[0]), tuple(first for first, _ in merged[1])),
        (tuple(last for _, last in merged[0]), tuple(last for _, last in merged[1])),
    )


def of_lines(lines: Iterable[str]) -> Ranges:
    """A file of addresses and networks, one a line; `#` and `;` begin a remark.

    Raises `ValueError` that names the first line which is neither.
    """
    networks = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].partition(";")[0].strip()
        if not text:
            continue
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError as error:
            raise ValueError(f"line {number} is no address and no network: {text[:64]}") from error
    return of(networks)


def _merged(spans: list[_Span]) -> list[_Span]:
    found: list[_Span] = []
    for first, last in spans:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
