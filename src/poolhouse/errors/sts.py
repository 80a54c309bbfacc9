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
