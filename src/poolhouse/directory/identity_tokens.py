"""What OpenID tokens of identity pools are made of, for who makes them and who is shown them (1.19)."""

# What trust policies call whoever has such a token, and its key in Logins.
COGNITO_IDENTITY = "cognito-identity.amazonaws.com"

ISSUER_PATH = "/cognito-identity"  # below the public URL: their issuer
TAGS_CLAIM = "https://aws.amazon.com/tags"
POOL_CLAIM = "https://cognito-identity.amazonaws.com/identity-pool-arn"
