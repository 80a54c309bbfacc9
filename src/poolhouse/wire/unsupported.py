"""The operations of the models that have no handler yet, each with the reason a caller is told."""

from collections.abc import Mapping
from types import MappingProxyType

_COGNITO_IDP = {
    "User pool replicas come with a later release.": """
        CreateUserPoolReplica DeleteUserPoolReplica ListUserPoolReplicas UpdateUserPoolReplica""",
    "Log delivery comes with a later release.": """
        GetLogDeliveryConfiguration SetLogDeliveryConfiguration""",
    "Threat protection comes with a later release.": """
        AdminListUserAuthEvents AdminUpdateAuthEventFeedback DescribeRiskConfiguration
        SetRiskConfiguration UpdateAuthEventFeedback""",
}

_STS = {
    "Temporary credentials for roles come with a later release.": """
        AssumeRole AssumeRoleWithWebIdentity""",
    "No release is planned to have it.": """
        AssumeRoleWithSAML AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo
        GetDelegatedAccessToken GetFederationToken GetSessionToken GetWebIdentityToken""",
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
