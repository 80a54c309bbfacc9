-- Log entries on their way to the sinks of their pools (store/log_outbox.py).

CREATE TABLE log_outbox (
    pool_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,                   -- <source>/<microseconds>/<event>: in the order of time
    at BIGINT NOT NULL,
    body TEXT NOT NULL,                       -- JSON in one line
    PRIMARY KEY (pool_id, entry_id)
);

-- The entries of one source of one pool, which one worker at a time delivers.
CREATE TABLE log_lanes (
    pool_id TEXT NOT NULL,
    source TEXT NOT NULL,                     -- userAuthEvents | userNotification
    turn BIGINT NOT NULL,                     -- counts the leases
    failures BIGINT NOT NULL,                 -- of the sink, in a row
    due_at BIGINT NOT NULL,                   -- when the lane may be taken
    PRIMARY KEY (pool_id, source)
);
CREATE INDEX log_lanes_by_due ON log_lanes (due_at);

CREATE TABLE log_dead_letters (
    pool_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    died_at BIGINT NOT NULL,
    reason TEXT NOT NULL,                     -- what the sink said; nothing of the entry
    PRIMARY KEY (pool_id, entry_id)
);
CREATE INDEX log_dead_letters_by_end ON log_dead_letters (died_at);
