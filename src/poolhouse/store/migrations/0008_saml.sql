-- Metadata of SAML identity providers that is fetched from an address: the last that could be read.

CREATE TABLE saml_metadata (
    pool_id TEXT NOT NULL,
    url TEXT NOT NULL,
    document TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    read_again_at BIGINT NOT NULL,            -- when it is to be fetched anew
    PRIMARY KEY (pool_id, url)
);
CREATE INDEX saml_metadata_by_reading ON saml_metadata (read_again_at);
