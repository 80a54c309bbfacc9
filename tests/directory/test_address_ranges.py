"""Sets of address ranges."""

from ipaddress import ip_network

import pytest

from poolhouse.directory import address_ranges

RANGES = address_ranges.of(
    ip_network(text) for text in ("192.0.2.0/25", "192.0.2.128/25", "198.51.100.7/32", "2001:db8::/32")
)


@pytest.mark.parametrize(
    "address", ["192.0.2.0", "192.0.2.127", "192.0.2.128", "192.0.2.255", "198.51.100.7", "2001:db8::ffff"]
)
def test_an_address_within_a_range_is_found(address: str) -> None:
    assert RANGES.has(address)


@pytest.mark.parametrize(
    "address",
    ["192.0.1.255", "192.0.3.0", "198.51.100.6", "198.51.100.8", "2001:db9::", "::192.0.2.1", "", "no"],
)
def test_an_address_beside_them_is_not(address: str) -> None:
    assert not RANGES.has(address)


def test_ranges_that_touch_or_overlap_become_one() -> None:
    found = address_ranges.of(ip_network(text) for text in ("10.0.1.0/24", "10.0.0.0/24", "10.0.0.0/8"))

    assert [len(firsts) for firsts in found.firsts] == [1, 0]
    assert found.has("10.255.255.255")


def test_the_empty_set_has_nothing() -> None:
    assert not address_ranges.NONE.has("192.0.2.1")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", ""),
        ("192.0.2.1:443", ""),
        ("192.0.2.0/24", ""),
        ("", ""),
        ("192.0.2.01", ""),
    ],
)
def test_an_address_has_one_form_and_what_is_none_has_none(text: str, plain: str) -> None:
    assert address_ranges.plain(text) == plain


def test_a_list_may_have_remarks_and_empty_lines() -> None:
    found = address_ranges.of_lines(["# bad ones", "", "192.0.2.1/24 ; and why", "2001:db8::1"])

    assert found.has("192.0.2.200")
    assert found.has("2001:db8::1")


def test_a_line_that_is_no_range_is_named() -> None:
    with pytest.raises(ValueError, match=r"line 2 is no address and no network: 192\.0\.2\.0/33"):
        address_ranges.of_lines(["192.0.2.0/32", "192.0.2.0/33"])
