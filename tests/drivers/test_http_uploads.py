"""The one path below which a body may be large and take its time; everywhere else nothing is let through."""

import pytest
from tests.drivers.test_http_server import _UPLOAD, answer, running

_PIECE = b"x" * 1_000_000
_USUAL = 9_500_000  # bytes with which any other request is cut off


def head(method: str, path: str, length: int) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n".encode()


async def sent(method: str, path: str, length: int) -> bytes:
    pieces = [_PIECE] * (length // len(_PIECE))
    rest = b"x" * (length % len(_PIECE))
    async with running(request=5) as port:
        return await answer(port, head(method, path, length), *pieces, rest)


async def test_an_upload_may_be_as_large_as_it_says_there() -> None:
    got = await sent("PUT", "/up/file", _UPLOAD)

    assert got.endswith(str(_UPLOAD).encode())


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/up/file"), ("PUT", "/"), ("PUT", "/upload"), ("PUT", "/x/up/file"), ("PUT", "/?/up/")],
)
async def test_no_other_request_may_be_larger_than_before(method: str, path: str) -> None:
    assert not (await sent(method, path, _USUAL)).startswith(b"HTTP/1.1 200")
    assert (await sent(method, path, 1_000)).endswith(b"1000")


async def test_an_upload_that_is_larger_than_it_may_be_is_cut_off() -> None:
    assert not (await sent("PUT", "/up/file", _UPLOAD + _USUAL)).startswith(b"HTTP/1.1 200")


async def test_an_upload_has_the_time_of_a_request_for_each_quarter_of_a_megabyte() -> None:
    """Six pieces of 300 kB, a third of a second apart: twice as long as a request may take."""
    pieces = [b"x" * 300_000] * 6
    async with running(request=1) as port:
        steady = await answer(port, head("PUT", "/up/file", 1_800_000), *pieces, wait=0.33)
        slow = await answer(port, head("PUT", "/up/file", 1_800_000), *[b"x" * 30_000] * 6, wait=0.33)
        elsewhere = await answer(port, head("PUT", "/file", 1_800_000), *pieces, wait=0.33)

    assert steady.endswith(b"1800000")
    assert (slow, elsewhere) == (b"", b"")


async def test_the_next_request_on_the_connection_of_an_upload_is_bounded_as_ever() -> None:
    async with running(request=5) as port:
        upload = head("PUT", "/up/file", 1_000) + b"x" * 1_000
        got = await answer(port, upload, head("PUT", "/", _USUAL), *[_PIECE] * 9, b"x" * 500_000, wait=0.02)

    assert got.count(b"HTTP/1.1 200") <= 1
    assert b"9500000" not in got
