"""Refusals of STS (behaviour file, 1.20). Codes are those of the query protocol."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.wire import AccessDenied


class CredentialsExpired(ApiError):
    """Temporary credentials whose time is over, or which were revoked: SDKs then get new ones."""

    code = "ExpiredTokenException"
    message = "The security token included in the request is expired"


class NotAllowedToAssume(AccessDenied):
    """There is no such role, or its trust policy refuses. AWS does not tell which."""

    status = 403
    message = "Not authorized to perform sts:AssumeRoleWithWebIdentity"


class MalformedPolicyDocument(ApiError):
    code = "MalformedPolicyDocument"
    message = "This policy contains invalid Json"


class PackedPolicyTooLarge(ApiError):
    code = "PackedPolicyTooLarge"
    message = "Packed size of session policies and session tags exceeds the limit: it is {percent}% of it"


class SessionTooLong(ApiError):
    code = "ValidationException"
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."


class ChainTooLong(SessionTooLong):
    message = (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    )


class NoSuchPolicy(MalformedPolicyDocument):
    message = "Policy {arn} does not exist or is not attachable."  # [K]


class TooManyPolicies(ApiError):
    code = "ValidationException"
    message = "A session may have at most 10 managed policies."


class InvalidIdentityToken(ApiError):
    code = "InvalidIdentityToken"


class NoProviderFound(InvalidIdentityToken):
    message = "No OpenIDConnect provider found in your account for {issuer}"


class IncorrectAudience(InvalidIdentityToken):
    message = "Incorrect token audience"


class VerificationKeyMissing(InvalidIdentityToken):
    message = (
        "Couldn't retrieve verification key from your identity provider,  please reference "
        "AssumeRoleWithWebIdentity documentation for requirements"
    )


class TokenSignatureWrong(InvalidIdentityToken):
    message = "The signature of the token could not be verified."  # [K]


class NotAnOpenIdToken(InvalidIdentityToken):
    # [K]
    message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"


class IdentityTokenExpired(ApiError):
    code = "ExpiredTokenException"
    message = "Token expired: current date/time {now} must be before the expiration date/time{expires}"


class ProviderRejectedClaim(ApiError):
    code = "IDPRejectedClaim"
    status = 403
    message = "The identity provider rejected the claim: it has been revoked, or its user is gone."  # [K]


class ProviderUnreachable(ApiError):
    code = "IDPCommunicationError"
    message = "The identity provider that issued the token could not be reached: try again."  # [K]


class OnlyOpenIdTokens(ApiError):
    code = "ValidationException"
    message = "Poolhouse takes OpenID Connect tokens, for which ProviderId must be left out."


class NotAllowedToAssumeRole(AccessDenied):
    """AWS does not tell whether there is such a role."""

    status = 403
    message = "User: {user} is not authorized to perform: sts:AssumeRole on resource: {role}"


class NoMfaDevices(ApiError):
    code = "ValidationException"
    message = "Access keys have no MFA devices here: leave out SerialNumber and TokenCode."


class NotSupportedInSts(ApiError):
    code = "ValidationException"
    message = "Poolhouse does not support {member}: leave it out."


class NotWithSessionCredentials(AccessDenied):
    status = 403
    message = "Cannot call {operation} with session credentials"


class TagsRefused(ApiError):
    code = "ValidationException"
    message = "The session tags are not valid."


class SourceIdentityIsSet(AccessDenied):
    status = 403
    message = "The source identity of this session is set and cannot be changed."  # [K]


class UnknownAccessKey(ApiError):
    code = "ValidationException"
    message = "The access key {access_key_id} is not of this account."  # [K]


class UpstreamStsAway(ApiError):
    """Of the setting `sts_upstream`. What it answered is not shown: it may hold anything."""

    code = "ExternalServiceException"
    message = "The security token service that gives the credentials could not be reached."


class UpstreamStsRefused(ApiError):
    """It does not trust our tokens, or its role does not trust the identity pool."""

    code = "InvalidIdentityPoolConfigurationException"
    message = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
