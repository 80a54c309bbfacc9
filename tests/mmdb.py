"""Small MMDB files, written by the specification (MaxMind DB file format 2.0) and read by the real reader.

Of our own, because the writers on PyPI bring a library of networks along for what is sixty lines.
"""

import struct
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

_STRING, _DOUBLE, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 3, 5, 6, 7, 9, 11
_MARKER = b"\xab\xcd\xefMaxMind.com"
_RECORD_BITS = 24
_GAP = 16  # bytes between the tree and the data


def write(path: Path, networks: Mapping[str, Mapping[str, Any]], kind: str = "Test-City") -> Path:
    """A file that has a record for each of the networks, which must lie apart."""
    nodes: list[list[int | None]] = [[None, None]]
    data, places = b"", {}
    for text, record in networks.items():
        places[text] = len(data)
        data += _encoded(dict(record))
    leaves: list[tuple[int, int, str]] = []
    for text in networks:
        bits = _bits(text)
        node = 0
        for bit in bits[:-1]:
            after = nodes[node][bit]
            if after is None:
                nodes.append([None, None])
                after = nodes[node][bit] = len(nodes) - 1
            node = after
        leaves.append((node, bits[-1], text))
    for node, bit, text in leaves:
        nodes[node][bit] = len(nodes) + _GAP + places[text]
    tree = b"".join(_record(record, len(nodes)) for node in nodes for record in node)
    path.write_bytes(tree + bytes(_GAP) + data + _MARKER + _encoded(_metadata(len(nodes), kind)))
    return path


def city(country: str, name: str, latitude: float, longitude: float, asn: int = 0) -> dict[str, Any]:
    """A record as GeoLite2-City has them, with a network as files of others have it beside that."""
    record = {
        "country": {"iso_code": country},
        "city": {"names": {"en": name}},
        "location": {"latitude": latitude, "longitude": longitude},
    }
    return record | ({"autonomous_system_number": asn, "autonomous_system_organization": name} if asn else {})


def _bits(text: str) -> list[int]:
    """From the root of a tree of IPv6, in which IPv4 is below ::/96."""
    network = ip_network(text)
    length = network.prefixlen + (96 if network.version == 4 else 0)
    number = int(network.network_address)
    return [number >> (127 - place) & 1 for place in range(length)]


def _record(record: int | None, nodes: int) -> bytes:
    return (nodes if record is None else record).to_bytes(_RECORD_BITS // 8, "big")


def _metadata(nodes: int, kind: str) -> dict[str, Any]:
    return {
        "node_count": nodes,
        "record_size": _RECORD_BITS,
        "ip_version": 6,
        "database_type": kind,
        "languages": ["en"],
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_700_000_000,
        "description": {"en": "for tests"},
    }


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        raw = value.encode()
        return _control(_STRING, len(raw)) + raw
    if isinstance(value, float):
        return _control(_DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(_UINT32 if value < 2**32 else _UINT64, len(raw)) + raw
    if isinstance(value, dict):
        parts = [_encoded(key) + _encoded(each) for key, each in value.items()]
        return _control(_MAP, len(value)) + b"".join(parts)
    return _control(_ARRAY, len(value)) + b"".join(_encoded(each) for each in value)


def _control(kind: int, size: int) -> bytes:
    """The byte before a value; kinds from 8 on need a second, sizes from 29 on too."""
    extended = bytes([kind - 7]) if kind > 7 else b""
    first = 0 if extended else kind << 5
    if size < 29:
        return bytes([first | size]) + extended
    return bytes([first | 29]) + extended + bytes([size - 29])
