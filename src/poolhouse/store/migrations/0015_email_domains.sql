-- Which pool the people of an e-mail domain sign in to (docs/guides/multi-tenancy.md). A domain has one owner on
-- the whole server, which the index decides. The rows follow the pool's tag poolhouse:email-domains.

CREATE TABLE email_domains (
    pool_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    PRIMARY KEY (pool_id, domain)
);
CREATE UNIQUE INDEX email_domains_by_name ON email_domains (domain);
