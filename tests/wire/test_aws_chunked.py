"""Bodies in S3's own coding come out whole and verified, or not at all."""

import base64
import io
import zlib
from collections.abc import Iterable, Iterator

import pytest
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.authorizer.signing import (
    CODED,
    CODED_TRAILER,
    REGION,
    TEMPORARY_SECRET,
    UNSIGNED_TRAILER,
    chunked,
    header,
)

from poolhouse.errors import ApiError, IncompleteBody, InvalidSignature, MalformedChunk, WrongChecksum
from poolhouse.wire import sigv4
from poolhouse.wire.aws_chunked import LARGEST_SIGNED, Chain, Decoder
from poolhouse.wire.sigv4 import Proof, Request

CRC = "x-amz-checksum-crc32"

# Amazon S3 API Reference, "Example: PUT object" of the two pages about chunks; its secret is an example, too.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CHUNKS = (b"a" * 65_536, b"a" * 1_024, b"")
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SIGNATURES = (
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
)
SEED_WITH_TRAILER = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
SIGNATURES_WITH_TRAILER = (
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
)
TRAILER = b"x-amz-checksum-crc32c:sOO8/Q==\n"
TRAILER_SIGNATURE = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"


def of_aws(seed: str) -> Chain:
    key = sigv4.signing_key(SECRET, "20130524", "us-east-1", "s3")
    return Chain(Proof(key, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", seed))


def test_the_chunks_of_awss_example_are_signed() -> None:
    chain = of_aws(SEED)

    for data, signature in zip(CHUNKS, SIGNATURES, strict=True):
        chain.check_chunk(data, signature)
    with pytest.raises(InvalidSignature):
        of_aws(SEED).check_chunk(CHUNKS[1], SIGNATURES[1])  # the second cannot be the first


def test_the_trailer_of_awss_example_is_signed() -> None:
    chain = of_aws(SEED_WITH_TRAILER)
    for data, signature in zip(CHUNKS, SIGNATURES_WITH_TRAILER, strict=True):
        chain.check_chunk(data, signature)

    with pytest.raises(InvalidSignature):
        chain.check_trailers(TRAILER.replace(b"sOO", b"sOA"), TRAILER_SIGNATURE)
    chain.check_trailers(TRAILER, TRAILER_SIGNATURE)


def crc(pieces: Iterable[bytes]) -> str:
    return base64.b64encode(zlib.crc32(b"".join(pieces)).to_bytes(4, "big")).decode()


def request_of(pieces: list[bytes], kind: str) -> Request:
    return chunked(pieces, kind, None if kind == CODED else (CRC, crc(pieces)))


def decoder_of(request: Request, kind: str, length: int) -> Decoder:
    seed = header(request, "Authorization").rpartition("=")[2]
    stamp = header(request, "X-Amz-Date")
    key = sigv4.signing_key(TEMPORARY_SECRET, stamp[:8], REGION, "s3")
    proof = Proof(key, stamp, f"{stamp[:8]}/{REGION}/s3/aws4_request", seed)
    chain = None if kind == UNSIGNED_TRAILER else Chain(proof)
    return Decoder(length, chain, () if kind == CODED else (CRC,))


def cut(content: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The content in pieces of these sizes, again and again."""
    place = number = 0
    while place < len(content):
        yield content[place : place + sizes[number % len(sizes)]]
        place += sizes[number % len(sizes)]
        number += 1


def drain(decoder: Decoder, pieces: Iterable[bytes], found: list[bytes]) -> None:
    for piece in pieces:
        found.append(decoder.feed(piece))
    decoder.end()


PIECES = st.lists(st.binary(min_size=1, max_size=40), max_size=4)
KINDS = st.sampled_from([CODED, CODED_TRAILER, UNSIGNED_TRAILER])
SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(pieces=PIECES, kind=KINDS, sizes=SIZES)
def test_a_body_comes_out_as_it_was_however_it_comes_in(
    pieces: list[bytes], kind: str, sizes: list[int]
) -> None:
    request = request_of(pieces, kind)
    decoder = decoder_of(request, kind, len(b"".join(pieces)))

    found = b"".join(decoder.feed(piece) for piece in cut(request.body, sizes))
    decoder.end()

    assert found == b"".join(pieces)


@settings(max_examples=150, deadline=None)
@given(pieces=PIECES, kind=KINDS, sizes=SIZES, place=st.floats(0, 0.999), bit=st.integers(0, 7))
@example(pieces=[b"A"], kind=UNSIGNED_TRAILER, sizes=[1], place=0.0, bit=0)
def test_a_body_with_one_bit_changed_never_comes_out_whole(
    pieces: list[bytes], kind: str, sizes: list[int], place: float, bit: int
) -> None:
    """And what does come out of signed chunks is the beginning of what was sent."""
    request, sent = request_of(pieces, kind), b"".join(pieces)
    body = bytearray(request.body)
    body[int(place * len(body))] ^= 1 << bit
    if body.lower() == request.body.lower():
        return  # the case of a hexadecimal size says nothing
    decoder = decoder_of(request, kind, len(sent))
    found: list[bytes] = []

    with pytest.raises(ApiError):
        drain(decoder, cut(bytes(body), sizes), found)

    assert kind == UNSIGNED_TRAILER or sent.startswith(b"".join(found))


@pytest.mark.parametrize("size", [0, 1, 64, 65, 1_000])
def test_what_botocore_codes_comes_out_as_it_was(size: int) -> None:
    content = bytes(range(256)) * 4
    coded = AwsChunkedWrapper(
        io.BytesIO(content[:size]), checksum_cls=Crc32Checksum, checksum_name=CRC, chunk_size=64
    )

    assert fed(coded.read(), size) == content[:size]


def fed(body: bytes, length: int, *, kind: str = UNSIGNED_TRAILER, request: Request | None = None) -> bytes:
    decoder = decoder_of(request or request_of([b"x"], kind), kind, length)
    found = decoder.feed(body)
    decoder.end()
    return found


GOOD = b"3\r\nabc\r\n0\r\n" + f"{CRC}:{crc([b'abc'])}".encode() + b"\r\n\r\n"


def test_what_is_not_the_form_of_a_chunk_is_refused() -> None:
    assert fed(GOOD, 3) == b"abc"

    for bad in (
        GOOD.replace(b"3\r", b"+3\r"),
        GOOD.replace(b"3\r", b"0x3\r"),
        GOOD.replace(b"3\r", b" 3\r"),
        GOOD.replace(b"3\r", b"3;a=b\r"),
        GOOD.replace(b"3\r", b"3;chunk-signature=" + b"0" * 64 + b"\r"),
        GOOD.replace(b"abc\r\n", b"abcXX"),
        GOOD.replace(b"crc32", b"sha1"),
        GOOD[:-2] + f"{CRC}:{crc([b'abc'])}\r\n\r\n".encode(),
        GOOD[:-2] + b"x-amz-trailer-signature:" + b"0" * 64 + b"\r\n\r\n",
        GOOD + b"0",
        b"3\r\nabc\r\n0\r\n\r\n",
        b"3" * 1_000,
    ):
        with pytest.raises(MalformedChunk):
            fed(bad, 3)


def test_what_is_not_as_long_as_it_says_is_refused() -> None:
    for length in (2, 4, 0):
        with pytest.raises(IncompleteBody):
            fed(GOOD, length)
    for end in range(len(GOOD)):
        with pytest.raises(IncompleteBody):
            fed(GOOD[:end], 3)


def test_a_checksum_that_is_not_the_bodys_is_refused() -> None:
    with pytest.raises(WrongChecksum):
        fed(GOOD.replace(b"abc", b"abd"), 3)


def test_chunks_without_a_signature_are_not_taken_where_they_must_have_one() -> None:
    signed = request_of([b"abc"], CODED)

    assert fed(signed.body, 3, kind=CODED, request=signed) == b"abc"
    with pytest.raises(MalformedChunk):
        fed(b"3\r\nabc\r\n0\r\n\r\n", 3, kind=CODED, request=signed)


def test_no_more_than_a_chunk_of_a_bounded_size_is_held() -> None:
    largest = request_of([b"x" * LARGEST_SIGNED], CODED)
    larger = request_of([b"x" * (LARGEST_SIGNED + 1)], CODED)

    assert len(fed(largest.body, LARGEST_SIGNED, kind=CODED, request=largest)) == LARGEST_SIGNED
    with pytest.raises(MalformedChunk):
        fed(larger.body[:200], LARGEST_SIGNED + 1, kind=CODED, request=larger)
