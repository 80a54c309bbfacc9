"""NotAuthorizedException and UnauthorizedException: not with this proof."""

from poolhouse.errors.answers import ApiError


class NotAuthorized(ApiError):
    code = "NotAuthorizedException"


class IncorrectLogin(NotAuthorized):
    message = "Incorrect username or password."


class LockedOut(NotAuthorized):
    message = "Password attempts exceeded"


class UserDisabled(NotAuthorized):
    message = "User is disabled."


class WrongSecretHash(NotAuthorized):
    message = "Unable to verify secret hash for client {client_id}"


class SecretHashMismatch(NotAuthorized):
    """The wording on REFRESH_TOKEN_AUTH and SignUp."""

    message = "SecretHash does not match for the client: {client_id}"


class SecretHashMissing(NotAuthorized):
    message = "Client {client_id} is configured with secret but SECRET_HASH was not received"


class ClientSecretMismatch(NotAuthorized):
    """The wording is [K]."""

    message = "Client secret is missing or does not match."


class InvalidRefreshToken(NotAuthorized):
    message = "Invalid Refresh Token"


class RefreshTokenExpired(NotAuthorized):
    message = "Refresh Token has expired"


class RefreshTokenRevoked(NotAuthorized):
    message = "Refresh Token has been revoked"


class InvalidAccessToken(NotAuthorized):
    message = "Invalid Access Token"


class AccessTokenUnverified(NotAuthorized):
    message = "Could not verify signature for Access Token"


class AccessTokenExpired(NotAuthorized):
    message = "Access Token has expired"


class AccessTokenRevoked(NotAuthorized):
    message = "Access Token has been revoked"


class AccessTokenScope(NotAuthorized):
    message = "Access Token does not have required scopes"


class InvalidSession(NotAuthorized):
    message = "Invalid session for the user."


class SessionExpired(NotAuthorized):
    message = "Invalid session for the user, session is expired."


class SessionUsed(NotAuthorized):
    message = "Invalid session for the user, session can only be used once."


class TemporaryPasswordExpired(NotAuthorized):
    message = "Temporary password has expired and must be reset by an administrator."


class ResetNotPossible(NotAuthorized):
    message = "User password cannot be reset in the current state."


class CannotBeConfirmed(NotAuthorized):
    message = "User cannot be confirmed. Current status is {status}"


class SignUpNotPermitted(NotAuthorized):
    message = "SignUp is not permitted for this user pool"


class UnauthorizedAttribute(NotAuthorized):
    message = "A client attempted to write unauthorized attribute"


class AttributeAlreadyProvided(NotAuthorized):
    message = "Cannot modify an already provided {name}"


class ContactAdministrator(NotAuthorized):
    message = "Contact administrator to reset password."


class NoAutoVerification(NotAuthorized):
    message = "Cannot resend codes. Auto verification not turned on."


class Unauthorized(ApiError):
    code = "UnauthorizedException"
    message = "Client credentials are invalid."
