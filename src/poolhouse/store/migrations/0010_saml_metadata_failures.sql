-- How often in a row an address with SAML metadata could not be read: the next try waits the longer.

ALTER TABLE saml_metadata ADD COLUMN failures BIGINT;  -- NULL: never
