-- Sign-in in a browser: what authorize gives and token takes, and who is signed in on the pool's pages.

ALTER TABLE token_families ADD COLUMN scopes TEXT;      -- space-separated; NULL or empty: a sign-in of the API
ALTER TABLE token_families ADD COLUMN audience TEXT;    -- the resource that access tokens are bound to; NULL or empty: none

-- Authorization codes (RFC 6749, section 4.1.2). A used one stays until it expires, so that a replay is seen.
CREATE TABLE authorization_codes (
    pool_id TEXT NOT NULL,
    digest TEXT NOT NULL,                     -- keyed, of the code
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    family_id TEXT NOT NULL,                  -- of the tokens that it is good for
    session_id TEXT NOT NULL,                 -- of the browser's sign-in; empty: none
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT NOT NULL,                  -- PKCE, S256; empty: none
    nonce TEXT NOT NULL,
    audience TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    claims TEXT NOT NULL,                     -- JSON: acr and amr of the sign-in
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,                  -- 0: not yet
    PRIMARY KEY (pool_id, digest)
);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

-- A browser that is signed in: the cookie's value is not here, only its keyed digest.
CREATE TABLE sso_sessions (
    pool_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    session_id TEXT NOT NULL,                 -- what the API calls it: sso and 25 letters and digits
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL,                  -- of the sign-in
    auth_time BIGINT NOT NULL,
    claims TEXT NOT NULL,                     -- JSON: acr and amr of the sign-in
    federated TEXT NOT NULL,                  -- JSON: provider, NameID and session index; empty: native
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, digest)
);
CREATE INDEX sso_sessions_of_user ON sso_sessions (pool_id, sub);
CREATE INDEX sso_sessions_by_expiry ON sso_sessions (expires_at);

-- What a user has allowed an app client that asks.
CREATE TABLE consents (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,                     -- space-separated: of the last time
    given_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, client_id)
);
