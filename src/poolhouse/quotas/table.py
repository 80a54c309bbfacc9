"""Request-rate categories: which operation counts where, and how much is allowed (behaviour file, 8.1).

Cognito counts over all pools of an account and Region; Poolhouse counts for each pool, with the same
numbers, so that a noisy tenant does not slow the others. An operation for which AWS publishes no category
stands with its siblings: no operation is without a limit.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

# Requests per second.
DEFAULT_RATES: Mapping[str, int] = MappingProxyType(
    {
        "UserAuthentication": 120,
        "UserCreation": 50,
        "UserFederation": 25,
        "UserAccountRecovery": 30,
        "UserRead": 120,
        "UserUpdate": 25,
        "UserToken": 120,
        "UserResourceRead": 50,
        "UserResourceUpdate": 25,
        "UserList": 30,
        "UserPoolRead": 15,
        "UserPoolUpdate": 15,
        "UserPoolResourceRead": 20,
        "UserPoolResourceUpdate": 15,
        "UserPoolClientRead": 15,
        "UserPoolClientUpdate": 15,
        "ClientAuthentication": 150,
        "LimitManagement": 1,
    }
)

# Requests per second to a pool's pages and endpoints, whatever they ask for [D26] (6.1). The names are ours.
SOURCE, CLIENT, DOMAIN = "DomainSource", "DomainClient", "Domain"
PAGE_RATES: Mapping[str, int] = MappingProxyType({SOURCE: 300, CLIENT: 300, DOMAIN: 500})

_OPERATIONS = {
    "UserAuthentication": """
        InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge
        GetTokensFromRefreshToken GetDerivedToken""",
    "UserCreation": "SignUp ConfirmSignUp AdminConfirmSignUp AdminCreateUser",
    "UserFederation": "FederatedSignIn",  # no operation: what comes back from an identity provider
    "UserAccountRecovery": """
        ForgotPassword ConfirmForgotPassword ChangePassword AdminResetUserPassword
        AdminSetUserPassword""",
    "UserRead": """
        GetUser AdminGetUser AdminGetUserAuthFactors GetUserAuthFactors ListUserSessions
        AdminListUserSessions ListWebAuthnCredentials""",
    "UserUpdate": """
        GlobalSignOut AdminUserGlobalSignOut UpdateUserAttributes DeleteUserAttributes DeleteUser
        VerifyUserAttribute AdminUpdateUserAttributes AdminDeleteUserAttributes AdminDeleteUser
        AdminDisableUser AdminEnableUser AdminLinkProviderForUser AdminDisableProviderForUser
        AdminAddUserToGroup AdminRemoveUserFromGroup RevokeUserSession AdminRevokeUserSession
        StartWebAuthnRegistration CompleteWebAuthnRegistration DeleteWebAuthnCredential""",
    "UserToken": "RevokeToken",
    "UserResourceRead": """
        ResendConfirmationCode GetUserAttributeVerificationCode GetDevice ListDevices AdminGetDevice
        AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents""",
    "UserResourceUpdate": """
        AssociateSoftwareToken VerifySoftwareToken SetUserMFAPreference AdminSetUserMFAPreference
        SetUserSettings AdminSetUserSettings AdminDeleteSoftwareToken ConfirmDevice ForgetDevice
        UpdateDeviceStatus AdminForgetDevice AdminUpdateDeviceStatus AdminUpdateAuthEventFeedback
        UpdateAuthEventFeedback""",
    "UserList": "ListUsers ListUsersInGroup",
    "UserPoolRead": "DescribeUserPool ListUserPools",
    "UserPoolUpdate": "CreateUserPool UpdateUserPool DeleteUserPool",
    "UserPoolResourceRead": """
        GetUserPoolMfaConfig GetGroup ListGroups GetSigningCertificate ListTagsForResource
        DescribeUserPoolDomain GetUICustomization DescribeManagedLoginBranding
        DescribeManagedLoginBrandingByClient DescribeIdentityProvider ListIdentityProviders
        GetIdentityProviderByIdentifier DescribeResourceServer ListResourceServers GetCSVHeader
        DescribeUserImportJob ListUserImportJobs DescribeRiskConfiguration
        GetUserPoolSessionConfiguration GetUserPoolClientSessionConfiguration ListUserPoolReplicas
        GetLogDeliveryConfiguration DescribeTerms DescribeTermsByClient ListTerms""",
    "UserPoolResourceUpdate": """
        SetUserPoolMfaConfig CreateGroup UpdateGroup DeleteGroup AddCustomAttributes TagResource
        UntagResource CreateUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain
        SetUICustomization CreateManagedLoginBranding UpdateManagedLoginBranding
        DeleteManagedLoginBranding CreateIdentityProvider UpdateIdentityProvider
        DeleteIdentityProvider CreateResourceServer UpdateResourceServer DeleteResourceServer
        CreateUserImportJob StartUserImportJob StopUserImportJob SetRiskConfiguration
        SetUserPoolSessionConfiguration SetUserPoolClientSessionConfiguration CreateUserPoolReplica
        UpdateUserPoolReplica DeleteUserPoolReplica SetLogDeliveryConfiguration CreateTerms
        UpdateTerms DeleteTerms""",
    "UserPoolClientRead": "DescribeUserPoolClient ListUserPoolClients ListUserPoolClientSecrets",
    "UserPoolClientUpdate": """
        CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient AddUserPoolClientSecret
        DeleteUserPoolClientSecret""",
    "ClientAuthentication": "GetClientToken",
    "LimitManagement": "GetProvisionedLimit UpdateProvisionedLimit",
}

CATEGORY: Mapping[str, str] = MappingProxyType(
    {operation: category for category, names in _OPERATIONS.items() for operation in names.split()}
)

# Identity pools: each operation has requests a second of its own (behaviour file, 1.18). Where none are
# published they are those of its siblings.
IDENTITY_RATES: Mapping[str, int] = MappingProxyType(
    {
        f"cognito-identity:{name}": rate
        for rate, names in (
            (200, "GetCredentialsForIdentity GetOpenIdToken"),
            (50, "GetOpenIdTokenForDeveloperIdentity"),
            (25, "GetId UnlinkIdentity"),
            (
                15,
                """CreateIdentityPool UpdateIdentityPool DescribeIdentityPool DeleteIdentityPool
                ListIdentityPools GetIdentityPoolRoles SetIdentityPoolRoles GetPrincipalTagAttributeMap
                SetPrincipalTagAttributeMap""",
            ),
            (
                10,
                """DeleteIdentities DescribeIdentity ListTagsForResource LookupDeveloperIdentity
                MergeDeveloperIdentities UnlinkDeveloperIdentity""",
            ),
            (5, "ListIdentities TagResource UntagResource"),
        )
        for name in names.split()
    }
)

# Answers that mean a failed sign-in: such a request is given back to UserAuthentication [K]. With an
# empty set every try counts.
FAILED_SIGN_IN = frozenset(
    {"NotAuthorizedException", "UserNotFoundException", "CodeMismatchException", "ExpiredCodeException"}
)

_SIGN_IN = "UserAuthentication"
_RECOVERY = "UserAccountRecovery"
_ANSWERS = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_ANSWERS_TIMES = 3

# No operation of the API: codes at /oauth2/token. As many as sign-ins, in a bucket of their own.
CODE_REDEMPTION = "code redemption"
# No operation of the API: clients that register themselves. As many as an operator may make, and counted
# apart, so that those never wait for these.
REGISTRATION = "registration"

# No operation of the API: which pool an e-mail domain is of (web/tenants.py). A person asks once before a
# sign-in, and whoever tries a list of names does not learn quickly who our tenants are.
_DISCOVERY_OF_SOURCE, _DISCOVERY = 10, 500

# In these categories each operation may take this many requests a second of its pool's limit.
_EACH_OPERATION = 5
_LIMITED_EACH = frozenset(
    {"UserPoolResourceRead", "UserPoolResourceUpdate", "UserPoolClientRead", "UserPoolClientUpdate"}
)

# Requests a second that one user may make.
_EACH_USER = 10
# Those that name the user in a map of the request, and in which.
NAMING = MappingProxyType({"InitiateAuth": "AuthParameters", "RespondToAuthChallenge": "ChallengeResponses"})
_USER_READS = frozenset({"GetUser", "GetDevice", *NAMING})
_USER_WRITES = frozenset({"UpdateUserAttributes", "SetUserSettings"})


class Bucket(Struct, frozen=True):
    """One limit that a request counts against: `times` the rate of a category, or a rate of its own.

    alone      counted in this process only, also where workers share the other limits
    personal   of one user: small, and there are many of them
    """

    name: str
    category: str = ""
    times: int = 1
    own_rate: int = 0
    alone: bool = False
    personal: bool = False

    def rate(self, rates: Mapping[str, int]) -> int:
        return self.own_rate or rates[self.category] * self.times


def choices(operation: str, request: Mapping[str, Any], user: str = "") -> tuple[tuple[Bucket, ...], ...]:
    """The buckets of a request: all those of the first choice that has room in each of them.

    operation  its name; of identity pools with the service before it
    user       whose request it is, where that is known: 10 reads and 10 writes a second each

    No choice at all means no limit (STS).
    """
    if operation == CODE_REDEMPTION:
        return ((Bucket(CODE_REDEMPTION, _SIGN_IN),),)
    if operation == REGISTRATION:
        return ((Bucket(REGISTRATION, own_rate=_EACH_OPERATION),),)
    if operation in IDENTITY_RATES:
        return ((Bucket(operation, own_rate=IDENTITY_RATES[operation]),),)
    category = CATEGORY.get(operation)
    if category is None:
        return ()
    own = personal(operation, user)
    if operation in _ANSWERS:
        if request.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return ((Bucket(_RECOVERY, _RECOVERY), *own),)
        answers = Bucket("answers", _SIGN_IN, _ANSWERS_TIMES)
        return ((answers, *own), (Bucket(_SIGN_IN, _SIGN_IN), *own))
    if category in _LIMITED_EACH:
        return ((Bucket(category, category), Bucket(operation, own_rate=_EACH_OPERATION)),)
    return ((Bucket(category, category), *own),)


def category(operation: str, request: Mapping[str, Any]) -> str:
    """The category of Cognito's that a request is of; empty: it has none, as operations of identity pools."""
    if operation == CODE_REDEMPTION:
        return _SIGN_IN
    if operation in _ANSWERS and request.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        return _RECOVERY
    return CATEGORY.get(operation, "")


def page(source: str, client_id: str) -> tuple[Bucket, ...]:
    """The buckets of a request to a pool's pages and endpoints, beside that of what it asks for.

    source     the address it comes from; anybody may have many, so that this process alone counts it
    client_id  an app client of the pool; empty: it names none
    """
    client = (Bucket(f"client|{client_id}", CLIENT),) if client_id else ()
    return (Bucket(f"source|{source}", SOURCE, alone=True), *client, Bucket(DOMAIN, DOMAIN))


def discovery(source: str) -> tuple[Bucket, ...]:
    """The buckets of a question for the pool of an e-mail domain. `source` as in `page`."""
    own = Bucket(f"discovery|{source}", own_rate=_DISCOVERY_OF_SOURCE, alone=True)
    return (own, Bucket("discovery", own_rate=_DISCOVERY))


def personal(operation: str, user: str) -> tuple[Bucket, ...]:
    """The bucket of one user; none for most operations, and for nobody."""
    if user and operation in _USER_READS:
        return (Bucket(f"reads|{user}", own_rate=_EACH_USER, personal=True),)
    if user and operation in _USER_WRITES:
        return (Bucket(f"writes|{user}", own_rate=_EACH_USER, personal=True),)
    return ()
