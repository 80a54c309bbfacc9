-- The portable schema (docs/architecture.md, "Store"): TEXT, BIGINT, SMALLINT and BYTEA only; times are
-- epoch microseconds; JSON is TEXT; the pool comes first in every key of pool data.

CREATE TABLE data_keys (
    scope TEXT NOT NULL PRIMARY KEY,          -- a pool id, or 'house' for what belongs to no pool
    wrapped BYTEA NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE access_keys (
    access_key_id TEXT NOT NULL PRIMARY KEY,
    sealed_secret BYTEA NOT NULL,
    user_name TEXT NOT NULL,
    policy TEXT NOT NULL,
    revoked_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE pools (
    pool_id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX clients_of_pool ON clients (pool_id, client_id);

CREATE TABLE client_secrets (
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, client_id, secret_id)
);

CREATE TABLE signing_keys (
    pool_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    token_use TEXT NOT NULL,                  -- id | access | saml
    sealed BYTEA NOT NULL,                    -- PKCS #8 DER
    created_at BIGINT NOT NULL,
    retired_at BIGINT,                        -- signs no more
    gone_at BIGINT,                           -- when the last token that it signed is dead
    PRIMARY KEY (pool_id, kid)
);

CREATE TABLE tags (
    pool_id TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (pool_id, tag_key)
);

-- The ids of deleted pools, which are never given out again, until the last row of the pool is gone and after.
CREATE TABLE removed_pools (
    pool_id TEXT NOT NULL PRIMARY KEY,
    removed_at BIGINT NOT NULL,
    emptied_at BIGINT                         -- when nothing of the pool was left
);

CREATE TABLE users (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    username TEXT NOT NULL,
    status TEXT NOT NULL,
    enabled SMALLINT NOT NULL,
    attributes TEXT NOT NULL,
    version BIGINT NOT NULL,
    signed_out_at BIGINT NOT NULL,            -- tokens issued before are revoked; 0 = never
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub)
);

-- Who owns a name: the primary key is what makes it unique.
CREATE TABLE aliases (
    pool_id TEXT NOT NULL,
    kind TEXT NOT NULL,                       -- username (preferred_username too) | email | phone_number
    value TEXT NOT NULL,                      -- folded as the pool says
    sub TEXT NOT NULL,
    PRIMARY KEY (pool_id, kind, value)
);
CREATE INDEX aliases_of_user ON aliases (pool_id, sub);

-- What ListUsers can filter by, folded to lower case (the user name as it is).
CREATE TABLE user_search (
    pool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    sub TEXT NOT NULL,
    PRIMARY KEY (pool_id, name, value, sub)
);
CREATE INDEX user_search_of_user ON user_search (pool_id, sub);

CREATE TABLE credentials (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    kind TEXT NOT NULL,                       -- PASSWORD
    sealed BYTEA NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, kind)
);

CREATE TABLE password_history (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (pool_id, sub, set_at, entry_id)
);

CREATE TABLE links (
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    sub TEXT NOT NULL,
    attribute_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, provider, subject)
);
CREATE INDEX links_of_user ON links (pool_id, sub);

CREATE TABLE user_groups (
    pool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    group_id TEXT NOT NULL,                   -- never used again, so nobody is in a new group of an old name
    description TEXT,
    role_arn TEXT,
    precedence BIGINT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
);
CREATE UNIQUE INDEX user_groups_by_id ON user_groups (pool_id, group_id);

CREATE TABLE memberships (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    group_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, group_id)
);
CREATE INDEX memberships_of_group ON memberships (pool_id, group_id, sub);

-- One row a sign-in: everything issued from it shares the family. `family_id` is the origin_jti claim.
CREATE TABLE token_families (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    family_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,               -- the generation of the refresh token that is good now
    rotated_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,               -- 0 = not revoked
    PRIMARY KEY (pool_id, sub, family_id)
);
CREATE INDEX token_families_by_expiry ON token_families (expires_at);

CREATE TABLE codes (
    pool_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    purpose TEXT NOT NULL,                    -- SIGN_UP | FORGOT_PASSWORD | VERIFY_EMAIL | VERIFY_PHONE_NUMBER
    digest BYTEA NOT NULL,
    attribute TEXT NOT NULL,                  -- email | phone_number: where it was sent
    destination TEXT NOT NULL,                -- the address that is proven by it
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, purpose)
);
CREATE INDEX codes_by_expiry ON codes (expires_at);

-- The one ledger of failed proofs per principal (a sub, or the decoy's for a name without an owner).
CREATE TABLE attempts (
    pool_id TEXT NOT NULL,
    principal TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    PRIMARY KEY (pool_id, principal)
);
CREATE INDEX attempts_by_last_try ON attempts (last_at);

-- Per-user limits of one action in an hour (behaviour file, 8.3).
CREATE TABLE hourly (
    pool_id TEXT NOT NULL,
    principal TEXT NOT NULL,
    action TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (pool_id, principal, action)
);
CREATE INDEX hourly_by_start ON hourly (started_at);

CREATE TABLE outbox (
    pool_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,                      -- WAITING | SENDING | KEPT (dev inbox) | FAILED
    sealed BYTEA NOT NULL,
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, message_id)
);
CREATE INDEX outbox_by_state ON outbox (state, due_at);

CREATE TABLE counters (
    pool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    slot SMALLINT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name, slot)
);

CREATE TABLE provisioned_limits (
    category TEXT NOT NULL PRIMARY KEY,
    rate BIGINT NOT NULL
);

-- Rate limits when several workers share them: the theoretical arrival time of a GCRA bucket.
CREATE TABLE quota_buckets (
    pool_id TEXT NOT NULL,
    category TEXT NOT NULL,
    arrival_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, category)
);
