"""The canonical form of a request, which Signature Version 4 signs.

AWS General Reference, "Signature Version 4 signing process". S3 encodes a path once and leaves it as it is;
every other service takes away dot segments and empty ones, and encodes what is encoded already.
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

_ENCODED_ONCE = frozenset({"s3", "s3-object-lambda", "s3-outposts"})


def is_s3(service: str) -> bool:
    """Has this service the rules of S3 for paths and bodies?"""
    return service in _ENCODED_ONCE


def request(method: str, path: str, query: str, headers: Mapping[str, str], payload_hash: str) -> bytes:
    """`path` and `query` are canonical; `headers` those that are signed, in their order."""
    lines = [method.upper(), path, query]
    lines += [f"{name}:{_trimmed(value)}" for name, value in headers.items()]
    lines += ["", ";".join(headers), payload_hash]
    return "\n".join(lines).encode("latin-1")


def path(raw: str, service: str) -> str:
    """The path of a request as it was sent, percent-encoded."""
    if is_s3(service):
        return quote(unquote_to_bytes(raw or "/"), safe="/~")
    segments: list[str] = []
    for segment in raw.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if segments and raw.endswith("/") else ""
    return quote(f"/{'/'.join(segments)}{end}", safe="/~")


def query(raw: str, without: str | None = None) -> str:
    """The parameters decoded, encoded again in AWS's way, and sorted; `without` names one to leave out."""
    if not raw:
        return ""
    pairs = []
    for part in raw.split("&"):
        name, _, value = part.partition("=")
        pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs) if name != without)


def _trimmed(value: str) -> str:
    """Runs of white space as one space; as bytes, because to `str` 0x85 and 0xA0 are white space too."""
    return b" ".join(value.encode("latin-1").split()).decode("latin-1")


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
