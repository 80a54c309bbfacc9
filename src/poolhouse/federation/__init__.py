"""Sign-in with other identity providers: OIDC, social and SAML."""
