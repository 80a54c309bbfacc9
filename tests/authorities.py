"""The certificates that this computer trusts, read once in a process: each client of HTTP takes 40 ms for it.

Where the environment names other ones, they are read anew.
"""

import os
from collections.abc import Iterator

import httpcore2
import pytest

_read = httpcore2.default_ssl_context


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once() -> Iterator[None]:
    usual = _read(_trust_env=False)

    def trusted(*, _trust_env: bool = True) -> object:
        named = _trust_env and (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"))
        return _read() if named else usual

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", trusted)
        yield
