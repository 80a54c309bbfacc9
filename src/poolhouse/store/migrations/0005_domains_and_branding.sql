-- Where a pool's pages are, and how they look.

-- One domain of each kind; a name has one owner on the whole server, which the index decides.
CREATE TABLE domains (
    pool_id TEXT NOT NULL,
    kind TEXT NOT NULL,                       -- PREFIX | CUSTOM
    name TEXT NOT NULL,                       -- the prefix alone, or the whole host name
    login_version BIGINT NOT NULL,            -- ManagedLoginVersion: 1 classic, 2 managed login
    config TEXT NOT NULL,                     -- JSON: CustomDomainConfig
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, kind)
);
CREATE UNIQUE INDEX domains_by_name ON domains (name);

-- The classic look: of one app client, or of all that have none of their own.
CREATE TABLE ui_customizations (
    pool_id TEXT NOT NULL,
    client_id TEXT NOT NULL,                  -- ALL: every other client
    css TEXT NOT NULL,                        -- as it was given; empty: none
    image BYTEA,                              -- PNG or JPEG; NULL: none
    image_name TEXT NOT NULL,                 -- of its file; empty: none
    image_digest TEXT NOT NULL,               -- of its content; empty: none
    css_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, client_id)
);

-- The look of managed login: one style per app client.
CREATE TABLE login_styles (
    pool_id TEXT NOT NULL,
    style_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    provided SMALLINT NOT NULL,               -- 1: UseCognitoProvidedValues
    settings TEXT NOT NULL,                   -- JSON
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, style_id)
);
CREATE UNIQUE INDEX login_styles_by_client ON login_styles (pool_id, client_id);

-- Its images.
CREATE TABLE login_assets (
    pool_id TEXT NOT NULL,
    style_id TEXT NOT NULL,
    category TEXT NOT NULL,
    color_mode TEXT NOT NULL,                 -- LIGHT | DARK | DYNAMIC
    resource_id TEXT NOT NULL,                -- of an IDP_BUTTON_ICON: whose; else empty
    extension TEXT NOT NULL,
    content BYTEA NOT NULL,
    digest TEXT NOT NULL,                     -- of the content
    PRIMARY KEY (pool_id, style_id, category, color_mode, resource_id)
);

-- Terms of use and privacy policies, as links.
CREATE TABLE terms (
    pool_id TEXT NOT NULL,
    terms_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    name TEXT NOT NULL,                       -- terms-of-use | privacy-policy
    source TEXT NOT NULL,
    enforcement TEXT NOT NULL,
    links TEXT NOT NULL,                      -- JSON: language -> address
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, terms_id)
);
CREATE UNIQUE INDEX terms_by_client ON terms (pool_id, client_id, name);
