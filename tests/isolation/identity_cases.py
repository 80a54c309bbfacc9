"""How operations of cognito-identity and STS are called, and how tokens are traded."""

from typing import Any

from tests.isolation.cases import OMIT, case
from tests.isolation.templates import Case, Id, Key

_IDENTITY = "cognito-identity"
_LOGINS = {Key(Id("login_provider")): Id("id_token")}


def _of(name: str, **given: Any) -> Case:
    return case(f"{_IDENTITY}:{name}", **given)


_POOLS = (
    _of(
        "CreateIdentityPool",
        IdentityPoolName="new",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": Id("login_provider"), "ClientId": Id("client")}],
    ),
    _of(
        "UpdateIdentityPool",
        IdentityPoolName="new",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": Id("login_provider"), "ClientId": Id("client")}],
    ),
    _of("DescribeIdentityPool"),
    _of("DeleteIdentityPool"),
    _of("GetIdentityPoolRoles"),
    _of("SetIdentityPoolRoles", Roles={"authenticated": Id("role"), "unauthenticated": Id("role")}),
    _of(
        "SetIdentityPoolRoles",
        way="with rules",
        Roles={},
        RoleMappings={
            Key(Id("login_client")): {
                "Type": "Rules",
                "AmbiguousRoleResolution": "Deny",
                "RulesConfiguration": {
                    "Rules": [{"Claim": "a", "MatchType": "Equals", "Value": "b", "RoleARN": Id("role")}]
                },
            }
        },
    ),
    _of("GetPrincipalTagAttributeMap", IdentityProviderName=Id("login_provider")),
    _of("SetPrincipalTagAttributeMap", IdentityProviderName=Id("login_provider"), UseDefaults=True),
    _of("ListTagsForResource", ResourceArn=Id("identity_arn")),
    _of("TagResource", ResourceArn=Id("identity_arn"), Tags={"team": "red"}),
    _of("UntagResource", ResourceArn=Id("identity_arn"), TagKeys=["team"]),
    _of("ListIdentities", MaxResults=1),
)

_PEOPLE = (
    _of("GetId", Logins=_LOGINS),
    _of("GetOpenIdToken", Logins=_LOGINS),
    _of("GetCredentialsForIdentity", Logins=_LOGINS),
    _of(
        "GetCredentialsForIdentity",
        way="of a role",
        ends="NotAuthorizedException",
        Logins=_LOGINS,
        CustomRoleArn=Id("role"),
    ),
    _of("DescribeIdentity"),
    _of("DeleteIdentities", IdentityIdsToDelete=[Id("identity")]),
    _of("UnlinkIdentity", Logins=_LOGINS, LoginsToRemove=[Id("login_provider")]),
    _of(
        "GetOpenIdTokenForDeveloperIdentity",
        IdentityId=Id("developer_identity"),
        Logins={Key(Id("developer")): Id("developer_user")},
    ),
    _of("LookupDeveloperIdentity", IdentityId=Id("developer_identity"), NextToken=OMIT),
    _of(
        "LookupDeveloperIdentity",
        way="by page",
        IdentityId=Id("developer_identity"),
        DeveloperUserIdentifier=OMIT,
    ),
    _of("UnlinkDeveloperIdentity", IdentityId=Id("developer_identity")),
    _of(
        "MergeDeveloperIdentities",
        SourceUserIdentifier=Id("developer_user"),
        DestinationUserIdentifier=Id("other_developer_user"),
    ),
)

_STS = (
    case("sts:AssumeRole", RoleArn=Id("staff_role"), RoleSessionName="night"),
    case(
        "sts:AssumeRoleWithWebIdentity",
        RoleArn=Id("role"),
        RoleSessionName="browser",
        WebIdentityToken=Id("identity_token"),
    ),
)

_TRADED = (
    case(
        "GetDerivedToken",
        SubjectToken=Id("access"),
        SubjectTokenType="ACCESS_TOKEN",
        ActorToken=Id("device_access"),
        ActorTokenType="ACCESS_TOKEN",
    ),
    case(
        "GetDerivedToken",
        way="for another app",
        ends="InvalidParameterException",
        SubjectToken=Id("access"),
        SubjectTokenType="ACCESS_TOKEN",
        Audiences=[Id("machine")],
    ),
    case(
        "GetDerivedToken",
        way="for a resource",
        SubjectToken=Id("access"),
        SubjectTokenType="ACCESS_TOKEN",
        Resources=[Id("resource_server")],
    ),
    case(
        "GetDerivedToken",
        way="for a scope",
        ends="NotAuthorizedException",
        SubjectToken=Id("access"),
        SubjectTokenType="ACCESS_TOKEN",
        Scopes=[Id("scope")],
    ),
    case(
        "GetDerivedToken",
        way="of a provider",
        ends="InvalidParameterException",
        SubjectToken=Id("id_token"),
        SubjectTokenType="ID_TOKEN",
        SubjectTokenProviderName=Id("provider"),
    ),
    case(
        "GetDerivedToken",
        way="of a provider's actor",
        ends="InvalidParameterException",
        SubjectToken=Id("access"),
        SubjectTokenType="ACCESS_TOKEN",
        ActorToken=Id("id_token"),
        ActorTokenType="ID_TOKEN",
        ActorTokenProviderName=Id("provider"),
    ),
)

IDENTITY: tuple[Case, ...] = (*_POOLS, *_PEOPLE, *_STS, *_TRADED)
