"""The certificates that this computer trusts, read once in a process: each client of HTTP takes 40 ms for it.

Where a test names other ones in the environment, they are read anew.
"""

import os
import ssl
from collections.abc import Iterator
from functools import cache

import httpcore2
import pytest

_read = httpcore2.default_ssl_context


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    usual = _named()

    def trusted(*, _trust_env: bool = True) -> ssl.SSLContext:
        return _kept(_trust_env) if _named() == usual else _read(_trust_env=_trust_env)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", trusted)
        yield


@cache
def _kept(trust_env: bool) -> ssl.SSLContext:
    return _read(_trust_env=trust_env)


def _named() -> tuple[str | None, ...]:
    return os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
