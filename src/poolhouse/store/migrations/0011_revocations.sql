-- What was revoked lately, for verifiers that do not ask about each token (docs/authorizer.md, ADR 17).

CREATE TABLE revocations (
    pool_id TEXT NOT NULL,
    revoked_at BIGINT NOT NULL,
    kind TEXT NOT NULL,                       -- FAMILY | USER (tokens without a family) | REMOVED (all tokens)
    subject TEXT NOT NULL,                    -- family_id or sub
    PRIMARY KEY (pool_id, revoked_at, kind, subject)
);
CREATE INDEX revocations_by_age ON revocations (revoked_at);
