"""Request-rate limits, per pool and category (behaviour file, 8.1)."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError


async def take(ctx: Ctx, request: Mapping[str, Any]) -> None:
    """Raises `TooManyRequests`."""


def give_back(ctx: Ctx, request: Mapping[str, Any], error: ApiError) -> None:
    """Failures of authentication do not count against sign-in's limit."""
