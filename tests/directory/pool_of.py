"""A pool as it comes from the store, made from a request as of CreateUserPool."""

from typing import Any

import msgspec

from poolhouse.directory import pool_config, pools
from poolhouse.directory.pools import Pool


def pool_of(**settings: Any) -> Pool:
    """`MfaFactors` and `MfaConfiguration` go into the stored configuration as they are."""
    stored = {name: settings.pop(name) for name in ("MfaFactors", "MfaConfiguration") if name in settings}
    request = {"PoolName": "test", "AutoVerifiedAttributes": ["email"]} | settings
    config = pool_config.new_config(request) | stored
    row = {
        "pool_id": "us-east-1_Test00000",
        "name": "test",
        "version": 1,
        "config": msgspec.json.encode(config),
        "created_at": 0,
        "modified_at": 0,
    }
    return pools.from_row(row, {})
