-- What a user has beside the password: second factors, passkeys, devices; and what a sign-in leaves behind.

ALTER TABLE users ADD COLUMN factors TEXT;              -- JSON, directory/users.py; NULL: none
ALTER TABLE token_families ADD COLUMN device_key TEXT;  -- the tracked device; NULL or empty: none; -: forgotten
ALTER TABLE token_families ADD COLUMN claims TEXT;      -- JSON: acr and amr of the sign-in; NULL: none

-- The secret of an authenticator app. A new one is PENDING until a code proves that the app has it.
CREATE TABLE software_tokens (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    state TEXT NOT NULL,                      -- PENDING | VERIFIED
    sealed BYTEA NOT NULL,
    name TEXT NOT NULL,                       -- FriendlyDeviceName
    last_step BIGINT NOT NULL,                -- the time step of the last code: it and all before are good no more
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, state)
);

-- Sessions of a sign-in under way that must not be answered twice: the primary key is what makes them good once.
CREATE TABLE spent_sessions (
    pool_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, session_id)
);
CREATE INDEX spent_sessions_by_expiry ON spent_sessions (expires_at);

-- Passkeys (WebAuthn credentials).
CREATE TABLE passkeys (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    credential_id TEXT NOT NULL,              -- base64url
    public_key BYTEA NOT NULL,                -- COSE
    sign_count BIGINT NOT NULL,
    backup_eligible SMALLINT NOT NULL,        -- 1: it may be synchronised; never changes
    name TEXT NOT NULL,
    relying_party_id TEXT NOT NULL,
    attachment TEXT NOT NULL,                 -- platform | cross-platform | empty
    transports TEXT NOT NULL,                 -- JSON
    created_at BIGINT NOT NULL,
    used_by TEXT NOT NULL,                    -- the request that it last signed in; empty: none
    PRIMARY KEY (pool_id, sub, credential_id)
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (pool_id, credential_id);

-- The registration of a passkey that a user has begun: one at a time, good once.
CREATE TABLE passkey_challenges (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    challenge TEXT NOT NULL,                  -- base64url
    client_id TEXT NOT NULL,
    relying_party_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by TEXT NOT NULL,                    -- the request that completed it; empty: none
    PRIMARY KEY (pool_id, sub)
);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- Devices that their owner has confirmed. One that was only offered stands in its token family alone.
CREATE TABLE devices (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    device_key TEXT NOT NULL,
    group_key TEXT NOT NULL,
    sealed BYTEA NOT NULL,                    -- salt and SRP verifier of the device's password
    state TEXT NOT NULL,                      -- remembered | not_remembered
    name TEXT NOT NULL,
    last_ip TEXT NOT NULL,
    session TEXT NOT NULL,                    -- of a sign-in that waits for DEVICE_SRP_AUTH; empty: none
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, device_key)
);

-- What the whole server may do only so often in a day: mail of pools without a mail service of their own.
CREATE TABLE daily_uses (
    action TEXT NOT NULL PRIMARY KEY,         -- EMAIL
    started_at BIGINT NOT NULL,               -- when this day began
    uses BIGINT NOT NULL
);

-- Imports of users from a file (behaviour file, section 9).
CREATE TABLE import_jobs (
    pool_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    algorithm TEXT,                           -- of the password hashes; NULL: the file has none
    status TEXT NOT NULL,                     -- as the API names it
    message TEXT NOT NULL,
    upload_id TEXT NOT NULL,                  -- the file; empty until one has come whole
    lines BIGINT NOT NULL,                    -- of the file, its header too
    line BIGINT NOT NULL,                     -- lines that are done
    position BIGINT NOT NULL,                 -- bytes of the file that are done
    imported BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    lease BIGINT NOT NULL,                    -- how often a worker took the job: who has this number works on it
    due_at BIGINT NOT NULL,                   -- Created: when it expires; under way: when the lease ends
    created_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,               -- 0: not yet, as below
    completed_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, job_id)
);
CREATE INDEX import_jobs_by_state ON import_jobs (status, due_at);
CREATE INDEX import_jobs_by_age ON import_jobs (pool_id, created_at, job_id);

-- The file of a job in pieces of one size, sealed: it holds addresses and password hashes.
CREATE TABLE import_chunks (
    pool_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, job_id, upload_id, number)
);
CREATE INDEX import_chunks_by_age ON import_chunks (created_at);

-- What became of the lines of a file, some hundred in a row; nothing of what the lines say.
CREATE TABLE import_log (
    pool_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    first_line BIGINT NOT NULL,
    entries TEXT NOT NULL,                    -- JSON, store/import_log.py
    PRIMARY KEY (pool_id, job_id, first_line)
);

-- What a comparison with an imported hash costs in this pool, so that one with nobody's can cost the same.
CREATE TABLE imported_hashes (
    pool_id TEXT NOT NULL PRIMARY KEY,
    decoy TEXT NOT NULL                       -- a hash of no password
);

-- One import at a time in the account: the primary key is what makes it one.
CREATE TABLE active_imports (
    slot TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL
);
