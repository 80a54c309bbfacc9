"""cognito-identity: identity pools, their identities, OpenID tokens and temporary credentials."""
