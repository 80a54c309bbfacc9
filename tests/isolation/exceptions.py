"""Identifiers that are not asked about, and answers that differ, with the reasons (behaviour file)."""

from collections.abc import Mapping

# Whose request it is: with another tenant's value it is another tenant's request, which is allowed what
# that tenant is allowed. What else is in it is asked about: no other tenant's value does anything there.
_TOKEN = "whoever holds the token is the user that it is of"
_APP = "an app client's id is public, and says where somebody signs in (1.2)"
_POOL = "a pool's id is public, as the issuer in its tokens, and says whose mail it was (1.16)"
_SESSION = "a session says of which sign-in the request is, and it is sealed"
_IDENTITY = "whoever holds logins of a pool is known there (1.18)"


def place(operation: str, path: str, *, signed: bool) -> str:
    """Why this identifier says whose request it is; empty: it does not."""
    if path == "AccessToken":
        return _TOKEN
    if path == "ClientId" and operation.startswith("cognito-idp:") and not signed:
        return _APP
    if path == "Session" and operation in (
        "cognito-idp:AssociateSoftwareToken",
        "cognito-idp:VerifySoftwareToken",
    ):
        return _SESSION
    if path == "UserPoolId" and not signed:
        return _POOL
    if path == "IdentityPoolId" and not signed:
        return _IDENTITY
    return ""


# Answers that say that something is there: the operation, which identifiers together, and why. Nothing of
# theirs changes all the same.
_OF_LOGINS = "an identity is there for whoever has its id; without its logins it gives nothing (1.18)"
_DNS = "domains are names in the world's DNS (1.12)"
_PROVIDER = "a pool and its app client are public, and an identity pool may take any pool's users (1.18) [K]"
_THEIR_APP = frozenset({"CognitoIdentityProviders.[].ProviderName", "CognitoIdentityProviders.[].ClientId"})
DIFFERENT: tuple[tuple[str, frozenset[str], str], ...] = (
    ("cognito-identity:GetOpenIdToken", frozenset({"IdentityId"}), _OF_LOGINS),
    ("cognito-identity:GetCredentialsForIdentity", frozenset({"IdentityId"}), _OF_LOGINS),
    ("cognito-identity:UnlinkIdentity", frozenset({"IdentityId"}), _OF_LOGINS),
    ("cognito-identity:CreateIdentityPool", _THEIR_APP, _PROVIDER),
    ("cognito-identity:UpdateIdentityPool", _THEIR_APP, _PROVIDER),
    ("cognito-idp:DescribeUserPoolDomain", frozenset({"Domain"}), _DNS),
)


def is_told(operation: str, paths: frozenset[str]) -> bool:
    """May the answer say that what these identifiers name is there?"""
    return any(operation == told and together <= paths for told, together, _ in DIFFERENT)


# What is told from theirs where it is spoilt: it is no token then.
BROKEN: Mapping[tuple[str, str], str] = {
    (
        "sts:AssumeRoleWithWebIdentity",
        "WebIdentityToken",
    ): "whose signature is wrong, is said before trust (1.20)",
}

# Identifiers that nothing can be asked with.
_MADE_UP = "a secret that the caller makes up"
_ACCOUNT = "a page of the whole account, for who may list all of its pools (1.8, 1.18)"
EXCUSED: Mapping[tuple[str, str], str] = {
    ("cognito-idp:AddUserPoolClientSecret", "ClientSecret"): _MADE_UP,
    ("cognito-idp:CreateUserPoolClient", "ClientSecret"): _MADE_UP,
    ("cognito-idp:ListUserPools", "NextToken"): _ACCOUNT,
    ("cognito-identity:ListIdentityPools", "NextToken"): _ACCOUNT,
    ("sts:GetAccessKeyInfo", "AccessKeyId"): "access keys are the account's, and no tenant's",
}
