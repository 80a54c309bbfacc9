-- Pools take turns in the outbox, so what is due is looked for pool by pool.
CREATE INDEX outbox_by_pool ON outbox (pool_id, state, due_at);
