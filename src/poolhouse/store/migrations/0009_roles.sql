-- The account's IAM: roles, managed policies, identity providers; and the keys of temporary credentials.

CREATE TABLE roles (
    folded_name TEXT NOT NULL PRIMARY KEY,    -- in lower case: names that differ by case alone are the same
    role_id TEXT NOT NULL,                    -- AROA...: a role made anew under an old name is another one
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    trust TEXT NOT NULL,                      -- JSON: the trust policy
    policies TEXT NOT NULL,                   -- JSON: inline permission policies by name
    managed TEXT NOT NULL,                    -- JSON: the ARNs of managed policies
    max_seconds BIGINT NOT NULL,
    tags TEXT NOT NULL,                       -- JSON
    revoked_before BIGINT NOT NULL,           -- sessions that began before are no longer good
    from_settings SMALLINT NOT NULL,          -- 1: the settings file keeps it as it is there
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_by_id ON roles (role_id);

CREATE TABLE managed_policies (
    folded_name TEXT NOT NULL PRIMARY KEY,
    policy_id TEXT NOT NULL,                  -- ANPA...
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    document TEXT NOT NULL,                   -- JSON
    from_settings SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE iam_providers (
    name TEXT NOT NULL PRIMARY KEY,           -- what follows the account in the ARN: oidc-provider/idp.example.com
    kind TEXT NOT NULL,                       -- oidc | saml
    config TEXT NOT NULL,                     -- JSON
    created_at BIGINT NOT NULL
);

CREATE TABLE credential_keys (
    number BIGINT NOT NULL PRIMARY KEY,       -- 1, 2, ...: whoever inserts a number first made that key
    kid TEXT NOT NULL,
    sealed BYTEA NOT NULL,                    -- seed of the signing key and the verifier key, 32 bytes each
    created_at BIGINT NOT NULL,               -- when it begins to sign
    retired_at BIGINT,
    gone_at BIGINT                            -- when the last session of it has ended
);

CREATE TABLE revoked_sessions (
    kind TEXT NOT NULL,                       -- identity
    target TEXT NOT NULL,
    revoked_before BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,               -- when the last session that it ends would have ended by itself
    PRIMARY KEY (kind, target)
);
CREATE INDEX revoked_sessions_by_expiry ON revoked_sessions (expires_at);
