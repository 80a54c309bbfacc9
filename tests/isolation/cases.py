"""How each operation is called, made from the service models: identifiers are holes, the rest stands here.

`case` fills in every identifier that the model of the operation has; what is said of an operation below is
what else it needs, and where a member is of another kind than its name says.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.isolation.templates import Case, Id, Own
from tests.isolation.tenant import NEW
from tests.refusals.scene import PASSWORD

from poolhouse.wire.operations import model, operations

OMIT = object()  # in place of a hole that the model would make

# The identifiers of the models by the names of their members.
KINDS: Mapping[str, str] = {
    "AccessToken": "access",
    "ClientId": "client",
    "ClientSecretId": "secret_id",
    "CredentialId": "passkey",
    "DeveloperProviderName": "developer",
    "DeveloperUserIdentifier": "developer_user",
    "DeviceKey": "device",
    "Domain": "domain",
    "EventId": "event",
    "FeedbackToken": "feedback_token",
    "GroupName": "group",
    "Identifier": "resource_server",
    "IdentityId": "identity",
    "IdentityPoolId": "identity_pool",
    "IdpIdentifier": "idp_identifier",
    "JobId": "job",
    "ManagedLoginBrandingId": "style",
    "ProviderName": "provider",
    "ResourceArn": "arn",
    "SessionId": "user_session",
    "TermsId": "terms",
    "UserPoolId": "pool",
    "Username": "user",
}
# Those that are good for one operation only.
PAGES = ("NextToken", "PaginationToken")

TOTP_ON = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
# A pool where nobody is let in without a second factor.
STRICT = ("SetUserPoolMfaConfig", {"MfaConfiguration": "ON", **TOTP_ON})
CUSTOM = [{"Name": "level", "AttributeDataType": "String"}]
GOOGLE = {"client_id": "ours", "client_secret": "the secret", "authorize_scopes": "email"}
LINKS = {"cognito:default": "https://acme.example/new"}
NAME = [{"Name": "name", "Value": "Somebody"}]
TERMS = {"TermsSource": "LINK", "Enforcement": "NONE"}
ROLE = "arn:aws:iam::000000000000:role/Import"
CATEGORY = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}


def case(
    label: str,
    *,
    ends: str = "",
    way: str = "",
    before: tuple[str, Mapping[str, Any]] | None = None,
    **given: Any,
) -> Case:
    """An operation with these members, and a hole for every other identifier that its model has."""
    service, _, name = label.rpartition(":")
    operation = operations()[(service or "cognito-idp", name)]
    declared = model(operation.service)["shapes"][operation.input]["members"]
    holes = {member: Id(KINDS[member]) for member in declared if member in KINDS}
    holes |= {member: Id(f"page:{label}") for member in declared if member in PAGES}
    members = {member: value for member, value in (holes | given).items() if value is not OMIT}
    return Case(f"{operation.service}:{name}", members, ends, way, before)


def _plain(*labels: str, **given: Any) -> list[Case]:
    return [case(label, **given) for label in labels]


_WHOLE = (
    *_plain("DescribeUserPool", "UpdateUserPool", "GetUserPoolMfaConfig", "GetUserPoolSessionConfiguration"),
    *_plain("GetSigningCertificate", "GetCSVHeader", "GetUICustomization"),
    *_plain("ListGroups", "ListIdentityProviders", "ListResourceServers", "ListTerms", "ListUserPoolClients"),
    *_plain("ListTagsForResource"),
    case("DeleteUserPool", ends="InvalidParameterException"),  # it has a domain
    case("TagResource", Tags={"team": "red"}),
    case("UntagResource", TagKeys=["team"]),
    case("AddCustomAttributes", CustomAttributes=CUSTOM),
    case("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **TOTP_ON),
    case(
        "SetUserPoolSessionConfiguration",
        UserSessionTracking="ENABLED",
        TokenSession={"MaxPerUser": 7},
    ),
    case("ListUserImportJobs", MaxResults=5),
    case("ListUsers"),
    case("ListUsers", way="by name", Filter=Id("login", within='username = "{}"'), PaginationToken=OMIT),
)

_RESOURCES = (
    case("CreateGroup", GroupName=Id("new_name"), RoleArn=Id("role")),
    case("UpdateGroup", Description="More", RoleArn=Id("role")),
    *_plain("GetGroup", "DeleteGroup", "ListUsersInGroup"),
    *_plain("AdminAddUserToGroup", "AdminRemoveUserFromGroup"),
    case("CreateResourceServer", Identifier=Id("new_name", foreign="resource_server"), Name="New"),
    case("UpdateResourceServer", Name="Another", Scopes=[{"ScopeName": "x", "ScopeDescription": "X"}]),
    *_plain("DescribeResourceServer", "DeleteResourceServer"),
    case(
        "CreateIdentityProvider",
        ProviderName=Id("new_name", foreign="provider"),
        ProviderType="OIDC",
        ProviderDetails={
            **GOOGLE,
            "oidc_issuer": "https://idp.example.com",
            "authorize_scopes": "openid",
            "attributes_request_method": "GET",
            "authorize_url": "https://idp.example.com/authorize",
            "token_url": "https://idp.example.com/token",
            "attributes_url": "https://idp.example.com/info",
            "jwks_uri": "https://idp.example.com/keys",
        },
        IdpIdentifiers=[Id("new_name", foreign="idp_identifier")],
    ),
    case("UpdateIdentityProvider", IdpIdentifiers=[Id("idp_identifier")]),
    *_plain("DescribeIdentityProvider", "DeleteIdentityProvider", "GetIdentityProviderByIdentifier"),
    case("CreateUserPoolDomain", ends="InvalidParameterException", Domain=Id("new_name", foreign="domain")),
    case("UpdateUserPoolDomain", ManagedLoginVersion=1),
    *_plain("DescribeUserPoolDomain", "DeleteUserPoolDomain"),
    case("CreateTerms", TermsName="terms-of-use", Links=LINKS, **TERMS),
    case("UpdateTerms", Links=LINKS),
    *_plain("DescribeTerms", "DeleteTerms"),
    case("DescribeTermsByClient", ClientId=Id("secret_client"), TermsName="terms-of-use"),
    case("CreateUserImportJob", JobName="third", CloudWatchLogsRoleArn=ROLE),
    case("DescribeUserImportJob"),
    *_plain("StartUserImportJob", "StopUserImportJob", ends="PreconditionNotMetException"),
    case("CreateManagedLoginBranding", ClientId=Id("machine"), UseCognitoProvidedValues=True),
    case("UpdateManagedLoginBranding", UseCognitoProvidedValues=True),
    *_plain("DescribeManagedLoginBranding", "DeleteManagedLoginBranding"),
    case("DescribeManagedLoginBrandingByClient", ClientId=Id("secret_client")),
    case("SetUICustomization", CSS=".banner-customizable { padding: 1px; }"),
)

_CLIENTS = (
    case(
        "CreateUserPoolClient",
        ClientName="new",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", Id("scope")],
        CallbackURLs=["https://app.example.com/back"],
        SupportedIdentityProviders=["COGNITO", Id("provider")],
    ),
    case(
        "UpdateUserPoolClient",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", Id("scope")],
        CallbackURLs=["https://app.example.com/back"],
        SupportedIdentityProviders=["COGNITO", Id("provider")],
    ),
    *_plain("DescribeUserPoolClient", "DeleteUserPoolClient", "GetUserPoolClientSessionConfiguration"),
    case("SetUserPoolClientSessionConfiguration", SSOSession={"MaxValidityMinutes": 60}),
    case("AddUserPoolClientSecret", ClientId=Id("machine")),
    case("ListUserPoolClientSecrets", ClientId=Id("secret_client")),
    case("DeleteUserPoolClientSecret", ClientId=Id("secret_client")),
)

_USERS = (
    case("AdminCreateUser", Username=Id("new_name", foreign="user"), MessageAction="SUPPRESS"),
    case("AdminConfirmSignUp", Username=Id("eve")),
    *_plain("AdminDeleteUser", "AdminDisableUser", "AdminEnableUser", "AdminGetUser"),
    *_plain("AdminGetUserAuthFactors", "AdminUserGlobalSignOut", "AdminResetUserPassword"),
    *_plain("AdminListGroupsForUser", "AdminListDevices"),
    case("AdminDeleteSoftwareToken"),
    case("AdminDeleteUserAttributes", UserAttributeNames=["name"]),
    case("AdminUpdateUserAttributes", UserAttributes=NAME),
    case("AdminSetUserPassword", Password=NEW, Permanent=True),
    case("AdminSetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": False}),
    case("AdminSetUserSettings", MFAOptions=[]),
    case("AdminListUserSessions", Username=Id("login")),
    case("AdminRevokeUserSession", Username=Id("login")),
    *_plain("AdminGetDevice", "AdminForgetDevice"),
    case("AdminUpdateDeviceStatus", DeviceRememberedStatus="not_remembered"),
    case(
        "AdminLinkProviderForUser",
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": Id("login")},
        SourceUser={
            "ProviderName": Id("provider"),
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": Id("new_subject"),
        },
    ),
    case(
        "AdminDisableProviderForUser",
        User={
            "ProviderName": Id("provider"),
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": Id("subject"),
        },
    ),
)

_PROTECTION = (
    case("SetRiskConfiguration", way="of the pool", ClientId=OMIT),
    case("SetRiskConfiguration"),
    case("DescribeRiskConfiguration", way="of the pool", ClientId=OMIT),
    case("DescribeRiskConfiguration"),
    case("AdminListUserAuthEvents", Username=Id("login")),
    case("AdminUpdateAuthEventFeedback", Username=Id("login"), FeedbackValue="Invalid"),
    case("UpdateAuthEventFeedback", Username=Id("login"), FeedbackValue="Invalid"),
    case("SetLogDeliveryConfiguration", LogConfigurations=[]),
    case("GetLogDeliveryConfiguration"),
)

_TOKEN_HOLDERS = (
    *_plain("GetUser", "DeleteUser", "GlobalSignOut", "GetUserAuthFactors"),
    case("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=NEW),
    case("DeleteUserAttributes", UserAttributeNames=["name"]),
    case("UpdateUserAttributes", UserAttributes=NAME),
    case("GetUserAttributeVerificationCode", AttributeName="email"),
    case("VerifyUserAttribute", AttributeName="email", Code=Id("attribute_code")),
    case("SetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": False}),
    case("SetUserSettings", MFAOptions=[]),
    case("ListUserSessions"),
    case("RevokeUserSession"),
    case("AssociateSoftwareToken", way="with a token", Session=OMIT),
    case(
        "AssociateSoftwareToken",
        way="with a session",
        before=STRICT,
        AccessToken=OMIT,
        Session=Id("set_up_session"),
    ),
    case(
        "VerifySoftwareToken",
        way="with a session",
        before=STRICT,
        AccessToken=OMIT,
        Session=Id("verify_session"),
        UserCode=Id("set_up_code"),
    ),
    case(
        "VerifySoftwareToken",
        way="with a token",
        AccessToken=Id("pia_access"),
        Session=OMIT,
        UserCode=Id("pia_code"),
    ),
    *(case(name, AccessToken=Id("device_access")) for name in ("GetDevice", "ForgetDevice", "ListDevices")),
    case("UpdateDeviceStatus", AccessToken=Id("device_access"), DeviceRememberedStatus="not_remembered"),
    case(
        "ConfirmDevice",
        DeviceKey=Id("new_device", foreign="device"),
        DeviceName="A browser",
        DeviceSecretVerifierConfig=Own("new_verifier"),
    ),
    *(
        case(name, AccessToken=Id("pia_access"))
        for name in ("StartWebAuthnRegistration", "ListWebAuthnCredentials", "DeleteWebAuthnCredential")
    ),
    case("CompleteWebAuthnRegistration", AccessToken=Id("pia_access"), Credential=Id("new_passkey")),
)


def _with_secret() -> Iterator[Case]:
    """The same for an app client that has to prove itself."""
    app = {"way": "with a secret", "ClientId": Id("secret_client")}
    yield case("SignUp", Username=Id("new_name"), Password=NEW, SecretHash=Id("hash_of_new"), **app)
    eve = {"Username": Id("eve"), "SecretHash": Id("hash_of_eve"), **app}
    yield case("ConfirmSignUp", ConfirmationCode=Id("eve_code"), Session=OMIT, **eve)
    yield case("ResendConfirmationCode", **eve)
    yield case("ForgotPassword", Username=Id("login"), SecretHash=Id("hash"), **app)
    dora = {"Username": Id("dora"), "SecretHash": Id("hash_of_dora"), **app}
    yield case("ConfirmForgotPassword", ConfirmationCode=Id("dora_code"), Password=NEW, **dora)
    proven = {"ClientSecret": Id("secret"), **app}
    device = {"DeviceKey": Id("secret_device"), **proven}
    yield case("GetTokensFromRefreshToken", RefreshToken=Id("secret_refresh"), **device)
    yield case("RevokeToken", Token=Id("secret_refresh"), **proven)
    subject = {"SubjectToken": Id("access"), "SubjectTokenType": "ACCESS_TOKEN"}
    yield case("GetDerivedToken", **subject, **proven)


_PUBLIC = (
    case("SignUp", Username=Id("new_name", foreign="user"), Password=NEW),
    case("ConfirmSignUp", Username=Id("eve"), ConfirmationCode=Id("eve_code"), Session=Id("eve_session")),
    case("ResendConfirmationCode", Username=Id("eve")),
    case("ForgotPassword", Username=Id("login")),
    case("ConfirmForgotPassword", Username=Id("dora"), ConfirmationCode=Id("dora_code"), Password=NEW),
    case("GetTokensFromRefreshToken", RefreshToken=Id("device_refresh")),
    case("RevokeToken", Token=Id("refresh")),
    case("GetClientToken", ClientId=Id("machine"), Secret=Id("machine_secret"), Scopes=[Id("scope")]),
    *_with_secret(),
)

IDP: tuple[Case, ...] = (*_WHOLE, *_RESOURCES, *_CLIENTS, *_USERS, *_PROTECTION, *_TOKEN_HOLDERS, *_PUBLIC)
