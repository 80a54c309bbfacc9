"""Requests that are spoilt: their form, any part of them, their bodies."""

from msgspec.structs import replace
from tests.authorizer.signing import (
    CODED_TRAILER,
    LASTING_SECRET,
    OWN,
    TEMPORARY_ID,
    UNSIGNED_TRAILER,
    chunked,
    with_header,
)
from tests.refusals.sigv4_requests import (
    Case,
    authorization,
    body,
    chunks,
    get,
    other_signature,
    other_token,
    put,
    query,
    swapped,
    unsigned_chunk,
    url,
    with_crc,
    without_hash,
)

from poolhouse.authorizer import sigv4

FORMS = [
    Case("no signature", sigv4.MissingSignature, lambda: with_header(get(), "Authorization", None), get),
    Case(
        "another algorithm",
        sigv4.MalformedSignature,
        lambda: authorization(get(), "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
        get,
    ),
    Case(
        "signature version 2",
        sigv4.MalformedSignature,
        lambda: with_header(get(), "Authorization", "AWS AKID:x"),
        get,
    ),
    Case(
        "a token in its place",
        sigv4.MalformedSignature,
        lambda: with_header(get(), "Authorization", "Bearer e.y.z"),
        get,
    ),
    Case(
        "a signature in both places", sigv4.MalformedSignature, lambda: replace(get(), query=url().query), url
    ),
    Case(
        "a header twice",
        sigv4.MalformedSignature,
        lambda: replace(put(), headers=(*put().headers, ("content-type", "text/html"))),
        put,
    ),
    Case(
        "a host that is not signed",
        sigv4.NotSigned,
        lambda: authorization(put(), "content-type;host;", "content-type;"),
        put,
    ),
    Case(
        "a header of S3 that is not signed",
        sigv4.NotSigned,
        lambda: with_header(put(), "x-amz-acl", "public-read"),
        put,
    ),
    Case(
        "a hash that is no hash",
        sigv4.BadBody,
        lambda: put(payload="abc"),
        lambda: put(payload="UNSIGNED-PAYLOAD"),
    ),
    Case("no hash of the body", sigv4.BadBody, without_hash, put),
    Case(
        "a coding that is not known",
        sigv4.NotUnderstood,
        lambda: put(payload="STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"),
        chunks,
    ),
]

TAMPERED = [
    Case("another method", sigv4.WrongSignature, lambda: replace(put(), method="POST"), put),
    Case("another key in the path", sigv4.WrongSignature, lambda: replace(get(), path=f"{OWN}/dog.png"), get),
    Case(
        "a path encoded twice",
        sigv4.WrongSignature,
        lambda: replace(get(f"{OWN}/a%20b"), path=f"{OWN}/a%2520b"),
        lambda: get(f"{OWN}/a%20b"),
    ),
    Case(
        "a path with a dot segment more",
        sigv4.WrongSignature,
        lambda: replace(get(), path=f"{OWN}/./cat.png"),
        get,
    ),
    Case("a query more", sigv4.WrongSignature, lambda: replace(get(), query="versionId=1"), get),
    Case("another host", sigv4.WrongSignature, lambda: with_header(get(), "Host", "other.example.com"), get),
    Case(
        "another content type",
        sigv4.WrongSignature,
        lambda: with_header(put(), "Content-Type", "text/html"),
        put,
    ),
    Case("another body", sigv4.WrongHash, lambda: body(put(), b"a cat", b"a dog"), put),
    Case("no body", sigv4.WrongHash, lambda: replace(put(), body=b""), put),
    Case(
        "a hash that was taken away",
        sigv4.WrongSignature,
        lambda: with_header(put(), "X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"),
        put,
    ),
    Case("another signature", sigv4.WrongSignature, other_signature, get),
    Case(
        "a secret of somebody else",
        sigv4.WrongSignature,
        lambda: get(key=(TEMPORARY_ID, LASTING_SECRET)),
        get,
    ),
    Case(
        "an address to another key", sigv4.WrongSignature, lambda: replace(url(), path=f"{OWN}/dog.png"), url
    ),
    Case(
        "an address for longer",
        sigv4.WrongSignature,
        lambda: query(url(), "X-Amz-Expires=900", "X-Amz-Expires=9000"),
        url,
    ),
    Case(
        "an address with another method", sigv4.WrongSignature, lambda: replace(url(), method="DELETE"), url
    ),
    Case("an address with its token exchanged", sigv4.WrongSignature, other_token, url),
]

CHUNKS = [
    Case(
        "a chunk that was changed", sigv4.WrongSignature, lambda: body(chunks(), b"second", b"sec0nd"), chunks
    ),
    Case("chunks in another order", sigv4.WrongSignature, swapped, chunks),
    Case("a chunk without its signature", sigv4.MalformedCoding, unsigned_chunk, chunks),
    Case("a chunk too few", sigv4.WrongLength, lambda: replace(chunks(), body=chunks().body[:94]), chunks),
    Case(
        "a body without its end",
        sigv4.WrongLength,
        lambda: replace(chunks(), body=chunks().body[:-2]),
        chunks,
    ),
    Case(
        "more than is said",
        sigv4.WrongLength,
        lambda: chunked([b"first"], length=4),
        lambda: chunked([b"first"], length=5),
    ),
    Case(
        "less than is said",
        sigv4.WrongLength,
        lambda: chunked([b"first"], length=6),
        lambda: chunked([b"first"], length=5),
    ),
    Case(
        "something after the end",
        sigv4.MalformedCoding,
        lambda: replace(chunks(), body=chunks().body + b"0"),
        chunks,
    ),
    Case(
        "a checksum that is wrong",
        sigv4.WrongChecksum,
        lambda: with_crc(UNSIGNED_TRAILER, b"abc", b"abd"),
        lambda: with_crc(UNSIGNED_TRAILER, b"abc", b"abc"),
    ),
    Case(
        "a signed checksum that is wrong",
        sigv4.WrongChecksum,
        lambda: with_crc(CODED_TRAILER, b"abc", b"abd"),
        lambda: with_crc(CODED_TRAILER, b"abc", b"abc"),
    ),
    Case(
        "a trailer that was changed",
        sigv4.WrongSignature,
        lambda: body(with_crc(CODED_TRAILER, b"abc", b"abc"), b"crc32:N", b"crc32:M"),
        lambda: with_crc(CODED_TRAILER, b"abc", b"abc"),
    ),
    Case(
        "a checksum nobody verifies here",
        sigv4.NotUnderstood,
        lambda: with_crc(UNSIGNED_TRAILER, b"abc", b"abc", "x-amz-checksum-crc64nvme"),
        lambda: with_crc(UNSIGNED_TRAILER, b"abc", b"abc"),
    ),
    Case(
        "a trailer that is not said",
        sigv4.BadBody,
        lambda: put(payload=UNSIGNED_TRAILER),
        lambda: with_crc(UNSIGNED_TRAILER, b"abc", b"abc"),
    ),
]

ROWS = FORMS + TAMPERED + CHUNKS
