"""Pools, groups, clients and their limits; kinds of tokens."""

from poolhouse.errors.answers import ApiError


class ResourceNotFound(ApiError):
    code = "ResourceNotFoundException"


class PoolNotFound(ResourceNotFound):
    message = "User pool {pool_id} does not exist."


class RequestUnknown(ResourceNotFound):
    """Of ours: GET /explain/<user pool id>/<request id>."""

    message = (
        "No attempt of request {request_id} is stored for this user pool. "
        "What was throttled or refused before its user was looked for, and a first question, leave none."
    )


class ClientNotFound(ResourceNotFound):
    message = "User pool client {client_id} does not exist."


class GroupNotFound(ResourceNotFound):
    message = "Group not found."


class GroupExists(ApiError):
    code = "GroupExistsException"
    message = "A group with the name already exists."


class FeatureUnavailableInTier(ApiError):
    code = "FeatureUnavailableInTierException"
    message = "{feature} not available in the {tier} tier."  # [K], as what has to be undone before


class TierChangeNotAllowed(ApiError):
    code = "TierChangeNotAllowedException"
    message = "{undo} before you change the tier to {tier}."


class LimitExceeded(ApiError):
    code = "LimitExceededException"
    message = "Attempt limit exceeded, please try after some time."


class TooManyRequests(ApiError):
    code = "TooManyRequestsException"
    message = "Rate exceeded"


class ServiceQuotaExceeded(ApiError):
    code = "ServiceQuotaExceededException"


class RefreshTokenReuse(ApiError):
    code = "RefreshTokenReuseException"
    message = "Refresh token has been rotated and can no longer be used."


class UnsupportedTokenType(ApiError):
    code = "UnsupportedTokenTypeException"
    message = "Unsupported token type"


class RevocationOff(ApiError):
    code = "UnsupportedOperationException"
    message = "Token revocation is not enabled for the client."
