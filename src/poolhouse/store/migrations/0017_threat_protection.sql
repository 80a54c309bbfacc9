-- Threat protection: what a pool and its app clients do about risk, and what people say of sign-ins.

CREATE TABLE risk_configurations (
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,                  -- empty: the whole pool
    config TEXT NOT NULL,                     -- JSON, the members of SetRiskConfiguration less the words of mails
    emails TEXT NOT NULL,                     -- JSON, these words: NotifyEmailType by its member
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, client_id)
);

-- Beside `events`, whose rows never change.
CREATE TABLE event_feedback (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    attempt_id TEXT NOT NULL,                 -- of its events
    value TEXT NOT NULL,                      -- Valid | Invalid
    provider TEXT NOT NULL,                   -- who says so
    at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, attempt_id)
);
CREATE INDEX event_feedback_by_time ON event_feedback (at);
