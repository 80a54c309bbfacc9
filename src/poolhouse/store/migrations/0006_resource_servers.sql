-- Who may be given what: resource servers with their scopes, and app clients that registered themselves.

CREATE TABLE resource_servers (
    pool_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,                     -- JSON, descriptions by name
    PRIMARY KEY (pool_id, identifier)
);

ALTER TABLE clients ADD COLUMN client_type TEXT;  -- DCR: it registered itself; NULL: REGULAR
