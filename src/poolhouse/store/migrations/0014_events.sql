-- What people tried. Rows are only ever added, and deleted when they are old (store/janitor.py).
-- The time is in every key, so that an operator may partition the table by it.
CREATE TABLE events (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,                        -- the user's, or that of the decoy of a name without an owner
    at BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,                 -- the same for every request of one sign-in
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    response TEXT NOT NULL,
    event TEXT NOT NULL,                      -- JSON: directory/events.py, whole
    seen TEXT,                                -- of a sign-in that was let in: directory/past.py; else NULL
    PRIMARY KEY (pool_id, sub, at, event_id)
);
CREATE INDEX events_by_request ON events (pool_id, request_id, at);
CREATE INDEX events_by_address ON events (pool_id, address, response, at);
CREATE INDEX events_by_time ON events (at);
-- However often somebody fails, what a user did before is found at once, and read from the index alone
-- (store/history.py).
CREATE INDEX events_by_response ON events (pool_id, sub, response, at, seen);
