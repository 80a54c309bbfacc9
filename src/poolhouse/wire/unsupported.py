"""The operations of the models that have no handler yet, each with the reason a caller is told."""

from collections.abc import Mapping
from types import MappingProxyType

_COGNITO_IDP = {
    "User pool replicas come with a later release.": """
        CreateUserPoolReplica DeleteUserPoolReplica ListUserPoolReplicas UpdateUserPoolReplica""",
}

_STS = {
    "SAML assertions are traded for credentials by identity pools.": "AssumeRoleWithSAML",
    "There are no member accounts here, and no root users.": "AssumeRoot",
    "AccessDenied messages say why in plain words here, so there is nothing to decode.": """
        DecodeAuthorizationMessage""",
    "Use AssumeRole, whose sessions have a role that can be revoked.": """
        GetDelegatedAccessToken GetFederationToken""",
    "Use GetOpenIdToken of an identity pool, or a client_credentials token of a user pool.": """
        GetWebIdentityToken""",
}

UNSUPPORTED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (service, name): reason
        for service, reasons in (
            ("cognito-idp", _COGNITO_IDP),
            ("sts", _STS),
        )
        for reason, names in reasons.items()
        for name in names.split()
    }
)
