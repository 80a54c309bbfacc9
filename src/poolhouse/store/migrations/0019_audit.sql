-- The audit log: what administrators and the service changed (docs/audit.md). Chains of records, one a pool
-- and one of the house; pools that are gone keep theirs.

CREATE TABLE audit_heads (
    pool_id TEXT NOT NULL PRIMARY KEY,        -- a user pool, an identity pool, or house
    seq BIGINT NOT NULL,                      -- of the last record
    digest TEXT NOT NULL,                     -- of the last record
    mac TEXT NOT NULL,                        -- of both
    purged_seq BIGINT NOT NULL,               -- records up to this one are gone; 0: none
    purged_digest TEXT NOT NULL,              -- of that record
    purged_mac TEXT NOT NULL                  -- of both
);

CREATE TABLE audit_records (
    pool_id TEXT NOT NULL,
    seq BIGINT NOT NULL,                      -- 1, 2, ... without a gap
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    changes TEXT NOT NULL,                    -- JSON, directory/audit.py
    request_id TEXT NOT NULL,
    previous TEXT NOT NULL,                   -- the digest of the record before; empty: it is the first
    digest TEXT NOT NULL,
    mac TEXT NOT NULL,
    PRIMARY KEY (pool_id, seq)
);
CREATE INDEX audit_records_by_age ON audit_records (at);
