-- Identity pools, their identities, and whose login is which identity.
-- `pool_id` is an identity pool's id here: `<region>:<uuid>`.

CREATE TABLE identity_pools (
    pool_id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL,                     -- JSON, the members of CreateIdentityPool
    roles TEXT NOT NULL,                      -- JSON, the members of SetIdentityPoolRoles
    principal_tags TEXT NOT NULL,             -- JSON, by provider, those of SetPrincipalTagAttributeMap
    tags TEXT NOT NULL,                       -- JSON
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);

CREATE TABLE identities (
    pool_id TEXT NOT NULL,
    identity_id TEXT NOT NULL,                -- <region>:<uuid>
    disabled SMALLINT NOT NULL,               -- 1: its last login was unlinked, or it gave way to another identity
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, identity_id)
);

-- A login belongs to the identity whose row was inserted first.
CREATE TABLE identity_logins (
    pool_id TEXT NOT NULL,
    provider TEXT NOT NULL,                   -- the key in Logins, in its one form
    subject_digest TEXT NOT NULL,             -- SHA-256 of subject: keys of an index are short
    subject TEXT NOT NULL,
    identity_id TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, provider, subject_digest)
);
CREATE INDEX identity_logins_by_identity ON identity_logins (pool_id, identity_id, provider, subject_digest);

-- Requests name an identity without its pool.
CREATE TABLE identity_places (
    identity_id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL
);
CREATE INDEX identity_places_by_pool ON identity_places (pool_id, identity_id);
