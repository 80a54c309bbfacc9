-- Identity providers of a pool, and whose identity at which of them is which user.

CREATE TABLE identity_providers (
    pool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    provider_type TEXT NOT NULL,              -- SAML | OIDC | Facebook | Google | LoginWithAmazon | SignInWithApple
    sealed BYTEA NOT NULL,                    -- ProviderDetails, JSON
    config TEXT NOT NULL,                     -- JSON, directory/providers.py
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
);

-- IdpIdentifiers: one belongs to one provider, by the primary key.
CREATE TABLE provider_identifiers (
    pool_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,                       -- of the provider
    PRIMARY KEY (pool_id, identifier)
);

-- Of NULL in the new columns: a link that was made before, by an administrator.
ALTER TABLE links ADD COLUMN provider_type TEXT;    -- as at the last sign-in
ALTER TABLE links ADD COLUMN issuer TEXT;           -- SAML: the entity id; else empty
ALTER TABLE links ADD COLUMN is_primary SMALLINT;   -- 1: the user came to be by this identity
