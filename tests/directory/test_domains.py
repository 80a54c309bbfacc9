"""Where a pool's pages are: its domain's address, else that of its issuer."""

from poolhouse.directory import domains
from poolhouse.directory.domains import CUSTOM, PREFIX, Domain
from poolhouse.settings import Settings

POOL = "us-east-1_Test00000"
SERVED = Settings(public_url="https://id.example.com", auth_domain_suffix="auth.example.com")
DEV = Settings(public_url="http://localhost:8400", auth_domain_suffix="auth.localhost:8400")


def domain(kind: str, name: str) -> Domain:
    return Domain(POOL, kind, name, 1, {}, 0)


ACME, LOGIN = domain(PREFIX, "acme"), domain(CUSTOM, "login.acme.example")


def test_a_pool_without_a_domain_is_below_its_issuer() -> None:
    assert domains.base(SERVED, POOL, ()) == f"https://id.example.com/{POOL}"


def test_a_prefix_stands_before_the_suffix() -> None:
    assert domains.base(SERVED, POOL, (ACME,)) == "https://acme.auth.example.com"
    assert domains.base(DEV, POOL, (ACME,)) == "http://acme.auth.localhost:8400"


def test_a_custom_domain_is_on_the_port_of_the_server_and_goes_before_a_prefix() -> None:
    """[K]: which of the two Cognito names in its documents."""
    assert domains.base(SERVED, POOL, (ACME, LOGIN)) == "https://login.acme.example"
    assert domains.base(DEV, POOL, (LOGIN, ACME)) == "http://login.acme.example:8400"


def test_the_host_of_a_domain_names_it_again() -> None:
    for settings in (SERVED, DEV):
        for each in (ACME, LOGIN):
            assert domains.named_by(settings, domains.host(settings, each)) == each.name


def test_a_server_without_a_suffix_knows_no_prefix() -> None:
    alone = Settings(public_url="https://id.example.com", auth_domain_suffix="")

    assert domains.named_by(alone, "acme.") is None
    assert domains.named_by(alone, "login.acme.example") == "login.acme.example"
