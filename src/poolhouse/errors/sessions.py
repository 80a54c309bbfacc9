"""Sign-ins that a pool keeps track of. The wordings are [K]."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import ResourceNotFound


class SessionsNotTracked(ApiError):
    code = "OperationNotEnabledException"
    message = "User session tracking is not enabled for this user pool."


class SessionNotFound(ResourceNotFound):
    message = "Session does not exist."


class OwnSession(InvalidParameter):
    message = "The current session cannot be revoked by this operation: use GlobalSignOut or RevokeToken."
