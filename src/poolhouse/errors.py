"""Every answer that is not a success: the code by inheritance, the exact text inside.

Texts are those of the behaviour file, section 1.17, unless a class says otherwise. A class whose
text has `{}` places takes them as keyword arguments; any class takes another text as its argument.
"""

from typing import ClassVar


class SettingsError(Exception):
    """Something the operator must change. One sentence that says what to do."""


class DeliveryFailed(Exception):
    """A message was not taken by the mail or SMS service. Never names the address or the code."""


class ApiError(Exception):
    """An answer of the service that is not a success."""

    code: ClassVar[str] = "InternalErrorException"
    status: ClassVar[int] = 400
    message: str = ""

    def __init__(self, message: str | None = None, /, **places: object) -> None:
        text = type(self).message if message is None else message
        self.message = text.format(**places) if places else text
        super().__init__(self.message)

    def members(self) -> dict[str, str]:
        """Further members of the answer beside `message`."""
        return {}


class InternalError(ApiError):
    code = "InternalErrorException"
    status = 500
    message = "Something went wrong on our side. Quote the request id {request_id} when you report it."


# The wire, before an operation is known


class Serialization(ApiError):
    code = "SerializationException"
    message = "The request body is not valid JSON."


class RequestTooLarge(Serialization):
    status = 413
    message = "The request body is larger than 1 MB."


class UnknownOperation(ApiError):
    code = "UnknownOperationException"
    message = "The X-Amz-Target header names no operation of this service."


class UnsupportedHere(ApiError):
    """An operation of the AWS model that Poolhouse does not have yet."""

    code = "UnsupportedOperationException"
    message = "Poolhouse does not support {operation} yet. {reason}"


class ValidationFailed(ApiError):
    code = "ValidationException"


class MissingAuthenticationToken(ApiError):
    code = "MissingAuthenticationTokenException"
    message = "Missing Authentication Token"


class IncompleteSignature(ApiError):
    code = "IncompleteSignatureException"
    message = "The request signature is incomplete."


class InvalidSignature(ApiError):
    code = "InvalidSignatureException"
    message = (
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret Access Key and signing method. Consult the service documentation for details."
    )


class UnrecognizedClient(ApiError):
    code = "UnrecognizedClientException"
    message = "The security token included in the request is invalid."


class AccessDenied(ApiError):
    code = "AccessDeniedException"
    message = (
        "User: {user} is not authorized to perform: {action} on resource: {resource} because no "
        "identity-based policy allows the {action} action"
    )


class ExplicitlyDenied(AccessDenied):
    message = (
        "User: {user} is not authorized to perform: {action} on resource: {resource} with an explicit "
        "deny in an identity-based policy"
    )


class LoopbackOnly(AccessDenied):
    message = (
        "This server does not check signatures, so it answers requests from this computer only. "
        "Start it with --sigv4 verify to serve others."
    )


class ForeignPage(AccessDenied):
    message = (
        "This server does not check signatures, so a web page of another computer may not administer it. "
        "Start it with --sigv4 verify to allow that."
    )


# InvalidParameterException


class InvalidParameter(ApiError):
    code = "InvalidParameterException"


class NotSupportedYet(InvalidParameter):
    """A setting that would be without effect; it is refused rather than stored."""

    message = "Poolhouse does not support {setting} yet, so it was not stored."


class MissingParameter(InvalidParameter):
    message = "Missing required parameter {name}"


class FlowNotKnown(InvalidParameter):
    message = "Initiate Auth method not supported."


class PasswordFlowOff(InvalidParameter):
    message = "USER_PASSWORD_AUTH flow not enabled for this client"


class SrpFlowOff(InvalidParameter):
    message = "USER_SRP_AUTH is not enabled for the client."


class CustomFlowOff(InvalidParameter):
    message = "CUSTOM_AUTH is not enabled for the client."


class CustomFlowWithoutTriggers(InvalidParameter):
    message = "Custom auth lambda trigger is not configured for the user pool."


class FlowOff(InvalidParameter):
    message = "Auth flow not enabled for this client"


class NoVerifiedContact(InvalidParameter):
    message = "Cannot reset password for the user as there is no registered/verified email or phone_number"


class AlreadyConfirmed(InvalidParameter):
    message = "User is already confirmed."


class NameInUse(InvalidParameter):
    """In place of AliasExistsException, where the operation's model does not declare that."""

    message = "An account with the given {name} already exists."


class NoEmailToVerify(InvalidParameter):
    message = "User does not have a valid registered email address"


class NoPhoneToVerify(InvalidParameter):
    message = "User does not have a valid registered phone number"


class NotVerifiable(InvalidParameter):
    message = "Invalid attribute name. Only phone_number and email can be verified."


class DeletionProtected(InvalidParameter):
    message = (
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first."
    )


class InvalidWriteAttributes(InvalidParameter):
    message = "Invalid write attributes specified while creating a client"


class InvalidTokenValidity(InvalidParameter):
    message = "Invalid range for token validity."


class FilterSyntax(InvalidParameter):
    message = "Error while parsing filter"


class FilterAttribute(InvalidParameter):
    message = "Invalid search attribute: {name}"


class RequestedAttributesMissing(InvalidParameter):
    message = "One or more requested attributes do not exist."


class AlreadyLinked(InvalidParameter):
    message = "SourceUser is already linked to DestinationUser"


class MergingNotSupported(InvalidParameter):
    message = "Merging is not currently supported, please contact Cognito team."


class InvalidPageToken(InvalidParameter):
    message = "Invalid pagination token given."


# NotAuthorizedException


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


# Users


class UserNotFound(ApiError):
    code = "UserNotFoundException"
    message = "User does not exist."


class UserClientNotFound(UserNotFound):
    """The wording of ForgotPassword, ConfirmSignUp, ConfirmForgotPassword, ResendConfirmationCode."""

    message = "Username/client id combination not found."


class UserNotConfirmed(ApiError):
    code = "UserNotConfirmedException"
    message = "User is not confirmed."


class PasswordResetRequired(ApiError):
    code = "PasswordResetRequiredException"
    message = "Password reset required for the user"


class UsernameExists(ApiError):
    code = "UsernameExistsException"
    message = "User already exists"


class AdminUsernameExists(UsernameExists):
    message = "User account already exists"


class AccountWithAttributeExists(UsernameExists):
    message = "An account with the given {name} already exists."


class AliasExists(ApiError):
    code = "AliasExistsException"
    message = "An account with the given {name} already exists."


class AliasExistsOnConfirm(AliasExists):
    """The wording of ConfirmSignUp."""

    message = "An account with the {name} already exists."


class UnsupportedUserState(ApiError):
    code = "UnsupportedUserStateException"
    message = "The user's status does not allow a new invitation."


class PreconditionNotMet(ApiError):
    code = "PreconditionNotMetException"


# Codes and passwords


class CodeMismatch(ApiError):
    code = "CodeMismatchException"
    message = "Invalid verification code provided, please try again."


class ExpiredCode(ApiError):
    code = "ExpiredCodeException"
    message = "Invalid code provided, please request a code again."


class TooManyFailedAttempts(ApiError):
    code = "TooManyFailedAttemptsException"
    message = "Too many failed attempts. Request a new code."


class CodeDeliveryFailure(ApiError):
    code = "CodeDeliveryFailureException"


class InvalidPassword(ApiError):
    code = "InvalidPasswordException"


class PasswordUsedBefore(ApiError):
    code = "PasswordHistoryPolicyViolationException"
    message = "Password has previously been used."


# Limits


class LimitExceeded(ApiError):
    code = "LimitExceededException"
    message = "Attempt limit exceeded, please try after some time."


class TooManyRequests(ApiError):
    code = "TooManyRequestsException"
    message = "Rate exceeded"


class ServiceQuotaExceeded(ApiError):
    code = "ServiceQuotaExceededException"


# Resources


class ResourceNotFound(ApiError):
    code = "ResourceNotFoundException"


class PoolNotFound(ResourceNotFound):
    message = "User pool {pool_id} does not exist."


class ClientNotFound(ResourceNotFound):
    message = "User pool client {client_id} does not exist."


class GroupNotFound(ResourceNotFound):
    message = "Group not found."


class GroupExists(ApiError):
    code = "GroupExistsException"
    message = "A group with the name already exists."


class UserPoolTagging(ApiError):
    code = "UserPoolTaggingException"


class ConcurrentModification(ApiError):
    code = "ConcurrentModificationException"
    message = "Another request changed the resource at the same time. Try again."


class FeatureUnavailableInTier(ApiError):
    code = "FeatureUnavailableInTierException"


class TierChangeNotAllowed(ApiError):
    code = "TierChangeNotAllowedException"


class InvalidOAuthFlow(ApiError):
    code = "InvalidOAuthFlowException"


class ScopeDoesNotExist(ApiError):
    code = "ScopeDoesNotExistException"


# Tokens


class RefreshTokenReuse(ApiError):
    code = "RefreshTokenReuseException"
    message = "Refresh token has been rotated and can no longer be used."


class UnsupportedTokenType(ApiError):
    code = "UnsupportedTokenTypeException"
    message = "Unsupported token type"


class RevocationOff(ApiError):
    code = "UnsupportedOperationException"
    message = "Token revocation is not enabled for the client."
