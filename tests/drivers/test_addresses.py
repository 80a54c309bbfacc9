"""Public addresses are let through, all others in whatever spelling are not, unless an operator says so."""

import pytest

from poolhouse.drivers.addresses import Allowed, is_public, of_socket


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2002:808:808::1", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(text):
    assert is_public(of_socket(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::",
    ],
)  # fmt: skip
def test_an_address_within_a_network_is_not_public(text):
    assert not is_public(of_socket(text))


def test_an_operator_allows_hosts_networks_and_single_addresses():
    allowed = Allowed(["idp.internal", "10.1.0.0/16", "192.168.0.7"])

    assert allowed.host("IdP.Internal")
    assert allowed.address(of_socket("10.1.2.3"))
    assert allowed.address(of_socket("::ffff:192.168.0.7"))
    assert not allowed.host("other.internal")
    assert not allowed.address(of_socket("10.2.0.1"))
    assert not allowed.address(of_socket("192.168.0.8"))
