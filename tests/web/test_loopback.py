"""What counts as this computer: no address of another, and nobody behind a proxy that runs here."""

import pytest

from poolhouse.http.request import HttpRequest
from poolhouse.web.loopback import is_local
from poolhouse.web.request import read


def request(peer: str, forwarded: str = "") -> HttpRequest:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return HttpRequest("POST", "/", "", tuple(headers.items()), b"", peer, headers)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_addresses_are_this_computer(peer: str) -> None:
    assert is_local(request(peer))


@pytest.mark.parametrize("peer", ["10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "0.0.0.0", "localhost", ""])
def test_other_addresses_are_not(peer: str) -> None:
    assert not is_local(request(peer))


@pytest.mark.parametrize(
    "forwarded", ["203.0.113.9", "127.0.0.1, 203.0.113.9", "203.0.113.9,127.0.0.1", "unknown"]
)
def test_a_proxy_here_that_speaks_for_somebody_elsewhere_is_not(forwarded: str) -> None:
    assert not is_local(request("127.0.0.1", forwarded))


@pytest.mark.parametrize("forwarded", ["for=203.0.113.9", "for=127.0.0.1"])
def test_a_proxy_here_that_says_so_in_another_way_is_not(forwarded: str) -> None:
    headers = {"forwarded": forwarded}

    assert not is_local(HttpRequest("POST", "/", "", tuple(headers.items()), b"", "127.0.0.1", headers))


async def test_of_two_lines_that_name_proxies_both_count() -> None:
    async def arrived(*addresses: bytes) -> HttpRequest:
        scope = {
            "method": "POST",
            "raw_path": b"/",
            "query_string": b"",
            "headers": [(b"x-forwarded-for", address) for address in addresses],
            "client": ("127.0.0.1", 50_000),
        }
        return await read(scope, nothing_more)

    async def nothing_more() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    assert not is_local(await arrived(b"203.0.113.9", b"127.0.0.1"))
    assert not is_local(await arrived(b"127.0.0.1", b"203.0.113.9"))
    assert is_local(await arrived(b"127.0.0.1", b"::1"))


@pytest.mark.parametrize("forwarded", ["127.0.0.1", "::1, 127.0.0.1"])
def test_a_proxy_here_that_speaks_for_this_computer_is(forwarded: str) -> None:
    assert is_local(request("127.0.0.1", forwarded))
