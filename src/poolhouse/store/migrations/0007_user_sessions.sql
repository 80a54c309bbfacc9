-- Sign-ins that a pool keeps track of (behaviour file, 1.3).

ALTER TABLE token_families ADD COLUMN session_id TEXT;      -- tkn and 25 letters and digits; NULL or empty: not tracked
ALTER TABLE token_families ADD COLUMN origin_session TEXT;  -- the browser's session that it came from; NULL or empty: none
ALTER TABLE token_families ADD COLUMN active_at BIGINT;     -- when tokens were last made
ALTER TABLE token_families ADD COLUMN address TEXT;         -- and for which IP address
ALTER TABLE sso_sessions ADD COLUMN address TEXT;           -- of the browser
