-- `events` becomes a table in partitions of time (docs/adr/0027-events-are-partitioned-by-time.md). What was
-- written so far is the first of them, as it is: it is read through once, and not copied.
ALTER TABLE events RENAME TO events_before;
ALTER INDEX events_pkey RENAME TO events_before_pkey;
ALTER INDEX events_by_request RENAME TO events_before_by_request;
ALTER INDEX events_by_address RENAME TO events_before_by_address;
ALTER INDEX events_by_time RENAME TO events_before_by_time;
ALTER INDEX events_by_response RENAME TO events_before_by_response;

CREATE TABLE events (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    at BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    response TEXT NOT NULL,
    event TEXT NOT NULL,
    seen TEXT,
    PRIMARY KEY (pool_id, sub, at, event_id)
) PARTITION BY RANGE (at);
CREATE INDEX events_by_request ON events (pool_id, request_id, at);
CREATE INDEX events_by_address ON events (pool_id, address, response, at);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_response ON events (pool_id, sub, response, at, seen);

-- It ends at the midnight after the next, UTC, so that servers which write meanwhile find their place in it.
DO $$
DECLARE
    day CONSTANT BIGINT := 86400000000;
    newest BIGINT;
BEGIN
    SELECT MAX(at) INTO newest FROM events_before;
    IF newest IS NULL THEN
        DROP TABLE events_before;
    ELSE
        EXECUTE format(
            'ALTER TABLE events ATTACH PARTITION events_before FOR VALUES FROM (MINVALUE) TO (%s)',
            (newest / day + 2) * day
        );
    END IF;
END $$;

-- Takes what no other partition is for, so that no event is ever refused: the clock was moved, or they are late.
CREATE TABLE events_default PARTITION OF events DEFAULT;
