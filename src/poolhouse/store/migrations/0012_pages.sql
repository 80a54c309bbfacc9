-- Answers to forms that may be posted twice (oauth/twice.py), and what a tracked sign-in came from (1.3).

CREATE TABLE given_answers (
    pool_id TEXT NOT NULL,
    digest TEXT NOT NULL,                     -- keyed, of the form with all that was typed
    sealed BYTEA,                             -- the answer; NULL: it is not known yet
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, digest)
);
CREATE INDEX given_answers_by_expiry ON given_answers (expires_at);

ALTER TABLE token_families ADD COLUMN device TEXT;  -- of the last activity, by its user agent; NULL or empty: not tracked
ALTER TABLE sso_sessions ADD COLUMN device TEXT;    -- of the browser
