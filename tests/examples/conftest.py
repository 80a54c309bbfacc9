"""Fixtures of the examples' tests."""

from tests.oauth.chromium import tab

__all__ = ["tab"]
