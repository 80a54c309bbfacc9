"""What is in force about risk for the request's app client (risk/policy.py)."""

from poolhouse.context import Ctx
from poolhouse.directory import risk_config
from poolhouse.directory.risk_config import WHOLE_POOL
from poolhouse.risk import policy
from poolhouse.risk.policy import RiskPolicy


def of(ctx: Ctx) -> RiskPolicy:
    """Made once for each client and each version of its pool; the pool's own where no client is named."""
    pool, client_id = ctx.pool, ctx.app_client.client_id if ctx.app_client else WHOLE_POOL
    key = pool.pool_id, client_id
    found = ctx.env.risk_policies.get(key)
    if found is None or found[0] != pool.version:
        config = risk_config.effective(ctx.snapshot.risk if ctx.snapshot else {}, client_id)
        found = pool.version, policy.of(config, pool.tags)
        ctx.env.risk_policies.put(key, found)
    made: RiskPolicy = found[1]
    return made
