"""Every operation that asks for a signature, by what it does to what is stored."""

import poolhouse.operations  # noqa: F401 - registers every operation
from poolhouse.wire.operations import operations, registered

# Another operation belongs into one of these first; see tests/web/test_audited_operations.py.
_CHANGES = """
    AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser
    AdminDeleteSoftwareToken AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser
    AdminDisableUser AdminEnableUser AdminForgetDevice AdminLinkProviderForUser AdminRemoveUserFromGroup
    AdminResetUserPassword AdminRevokeUserSession AdminSetUserMFAPreference AdminSetUserPassword
    AdminSetUserSettings AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus AdminUpdateUserAttributes
    AdminUserGlobalSignOut CreateGroup CreateIdentityProvider CreateManagedLoginBranding
    CreateResourceServer CreateTerms CreateUserImportJob CreateUserPool CreateUserPoolClient
    CreateUserPoolDomain DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding
    DeleteResourceServer DeleteTerms DeleteUserPool DeleteUserPoolClient DeleteUserPoolClientSecret
    DeleteUserPoolDomain SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization
    SetUserPoolClientSessionConfiguration SetUserPoolMfaConfig SetUserPoolSessionConfiguration
    StartUserImportJob StopUserImportJob TagResource UntagResource UpdateGroup UpdateIdentityProvider
    UpdateManagedLoginBranding UpdateProvisionedLimit UpdateResourceServer UpdateTerms UpdateUserPool
    UpdateUserPoolClient UpdateUserPoolDomain CreateIdentityPool DeleteIdentities DeleteIdentityPool
    GetOpenIdTokenForDeveloperIdentity MergeDeveloperIdentities SetIdentityPoolRoles
    SetPrincipalTagAttributeMap UnlinkDeveloperIdentity UpdateIdentityPool
"""
_READS = """
    AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser
    AdminListUserAuthEvents AdminListUserSessions DescribeIdentityProvider DescribeManagedLoginBranding
    DescribeManagedLoginBrandingByClient DescribeResourceServer DescribeRiskConfiguration DescribeTerms
    DescribeTermsByClient DescribeUserImportJob DescribeUserPool DescribeUserPoolClient
    DescribeUserPoolDomain GetCSVHeader GetGroup GetIdentityProviderByIdentifier
    GetLogDeliveryConfiguration GetProvisionedLimit GetSigningCertificate GetUICustomization
    GetUserPoolClientSessionConfiguration GetUserPoolMfaConfig GetUserPoolSessionConfiguration
    ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListTerms
    ListUserImportJobs ListUserPoolClientSecrets ListUserPoolClients ListUserPools ListUsers
    ListUsersInGroup DescribeIdentity DescribeIdentityPool GetIdentityPoolRoles
    GetPrincipalTagAttributeMap ListIdentities ListIdentityPools LookupDeveloperIdentity AssumeRole
    GetAccessKeyInfo GetCallerIdentity GetSessionToken
"""
CHANGES, READS = frozenset(_CHANGES.split()), frozenset(_READS.split())
SIGN_INS = frozenset({"AdminInitiateAuth", "AdminRespondToAuthChallenge"})


def every_signed_operation() -> set[str]:
    return {
        f"{service}:{name}" for service, name in registered() if operations()[service, name].needs_signature
    }
