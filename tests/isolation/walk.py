"""Every member of every request, as the models have it: which are identifiers, which are asked about."""

from collections.abc import Iterator, Mapping

from tests.isolation.templates import Case, Path

from poolhouse.wire.operations import Operation, model

# Maps whose names the flows and challenges define; these of them are identifiers.
NAMED: Mapping[str, tuple[str, ...]] = {
    "Roles": ("authenticated", "unauthenticated"),
    "AuthParameters": ("DEVICE_KEY", "REFRESH_TOKEN", "SECRET_HASH", "USERNAME"),
    "ChallengeResponses": (
        "CREDENTIAL",
        "DEVICE_KEY",
        "EMAIL_OTP_CODE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "SOFTWARE_TOKEN_MFA_CODE",
        "USERNAME",
    ),
}

# Members whose value, wherever they stand, names nothing that a tenant has.
_PLAIN = frozenset(
    {
        "AccountId",
        "AccountTakeoverRiskConfiguration",
        "AcrConfiguration",
        "AcrMapping",
        "AdminCreateUserConfig",
        "AnalyticsConfiguration",
        "AnalyticsMetadata",
        "Assets",
        "AttributeMapping",
        "AttributeName",
        "AttributesToGet",
        "CSS",
        "CallbackURLs",
        "ClientMetadata",
        "ClientName",
        "CloudWatchLogsRoleArn",
        "ContextData",
        "CustomAttributes",
        "CustomDomainConfig",
        "DcrConfiguration",
        "DefaultRedirectURI",
        "Description",
        "DeviceName",
        "DeviceSecretVerifierConfig",
        "EmailConfiguration",
        "EmailMfaConfiguration",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "ExternalId",
        "FriendlyDeviceName",
        "IdentityPoolName",
        "IdentityPoolTags",
        "ImageFile",
        "JobName",
        "KeyConfiguration",
        "LambdaConfig",
        "LimitDefinition",
        "Links",
        "LogConfigurations",
        "LogoutURLs",
        "MFAOptions",
        "Name",
        "OpenIdConnectProviderARNs",
        "Password",
        "Policy",
        "PolicyArns",
        "PoolName",
        "PreviousPassword",
        "PrincipalTags",
        "ProposedPassword",
        "ProvidedContexts",
        "ProviderDetails",
        "ProviderId",
        "ReadAttributes",
        "RiskExceptionConfiguration",
        "RoleSessionName",
        "Routing",
        "SamlProviderARNs",
        "Schema",
        "SerialNumber",
        "SmsAuthenticationMessage",
        "SmsConfiguration",
        "SmsMfaConfiguration",
        "SmsVerificationMessage",
        "SourceIdentity",
        "SupportedLoginProviders",
        "TagKeys",
        "Tags",
        "TemporaryPassword",
        "TermsName",
        "TokenCode",
        "TransitiveTagKeys",
        "UserAttributeNames",
        "UserAttributes",
        "UserContextData",
        "UserPoolTags",
        "ValidationData",
        "VerificationMessageTemplate",
        "WebAuthnConfiguration",
        "WriteAttributes",
    }
)
# And parts of members that do.
_PLAIN_PARTS = frozenset(
    {
        "DestinationUser.ProviderAttributeName",
        "DestinationUser.ProviderName",
        "RoleMappings.{}=.RulesConfiguration.Rules.[].Claim",
        "RoleMappings.{}=.RulesConfiguration.Rules.[].Value",
        "Scopes.[].ScopeDescription",
        "Scopes.[].ScopeName",
        "SourceUser.ProviderAttributeName",
        "User.ProviderAttributeName",
    }
)


def identifiers(operation: Operation) -> frozenset[str]:
    """The paths of everything in a request that names what a tenant has."""
    found = {".".join(path) for path in _leaves(operation.service, operation.input, (), frozenset())}
    return frozenset(path for path in found if path.partition(".")[0] not in _PLAIN) - _PLAIN_PARTS


def asked(case: Case) -> frozenset[str]:
    return frozenset(".".join(path) for path in case.holes)


def _leaves(service: str, name: str, path: Path, within: frozenset[str]) -> Iterator[Path]:
    shape = model(service)["shapes"][name]
    kind = shape["type"]
    if kind == "structure":
        if name not in within:
            for member, target in shape["members"].items():
                yield from _leaves(service, target["shape"], (*path, member), within | {name})
    elif kind == "list":
        yield from _leaves(service, shape["member"]["shape"], (*path, "[]"), within)
    elif kind == "map":
        yield from _of_map(service, shape, path, within)
    elif kind in ("string", "blob") and "enum" not in shape:
        yield path


def _of_map(
    service: str, shape: Mapping[str, dict[str, str]], path: Path, within: frozenset[str]
) -> Iterator[Path]:
    if path[-1] in NAMED:
        for key in NAMED[path[-1]]:
            yield (*path, key)
        return
    yield (*path, "{}")
    yield from _leaves(service, shape["value"]["shape"], (*path, "{}="), within)
