"""SECRET_HASH as the clients compute it."""

import pytest
from pycognito.aws_srp import AWSSRP

from poolhouse.crypto.secret_hash import matches_any, secret_hash

FIRST, SECOND = "first-secret", "second-secret"


@pytest.mark.parametrize("username", ["ada", "åsa@example.com", ""])
def test_it_is_what_pycognito_sends(username: str) -> None:
    assert secret_hash(username, "client", FIRST) == AWSSRP.get_secret_hash(username, "client", FIRST)


@pytest.mark.parametrize("secret", [FIRST, SECOND])
def test_any_secret_of_the_client_matches(secret: str) -> None:
    given = secret_hash("ada", "client", secret)

    assert matches_any(given, "ada", "client", [FIRST, SECOND])


@pytest.mark.parametrize(
    "given",
    [
        "",
        "not base64",
        "é",
        "\ud800",
        secret_hash("bob", "client", FIRST),
        secret_hash("ada", "other", FIRST),
        secret_hash("ada", "client", "third-secret"),
        secret_hash("ada", "client", FIRST).rstrip("="),
        secret_hash("ada", "client", FIRST) + "\n",
    ],
)
def test_anything_else_does_not_match(given: str) -> None:
    assert not matches_any(given, "ada", "client", [FIRST, SECOND])


def test_nothing_matches_a_client_without_secrets() -> None:
    assert not matches_any(secret_hash("ada", "client", ""), "ada", "client", [])
