"""Identity providers, which no operation makes yet: a stand-in for those that a pool will have."""

import pytest

from poolhouse.directory import identities


def with_providers(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let every pool have the identity providers of these names."""
    monkeypatch.setattr(identities, "providers", lambda pool: frozenset(names))
