"""Our own SAML 2.0 service provider (behaviour file, 6.8; security.md, rule 9). Pure.

SAML references: core is saml-core-2.0-os, bindings saml-bindings-2.0-os, profiles saml-profiles-2.0-os.
"""
