"""InvalidParameterException: the request asks for what cannot be."""

from poolhouse.errors.answers import ApiError


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


class NotDeliverable(InvalidParameter):
    """In place of CodeDeliveryFailureException, where the operation's model does not declare that."""

    message = "This server has no service that delivers by {medium}, so the message was not sent."


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


class ProviderNotInPool(InvalidParameter):
    """What CreateUserPoolClient answers; that AdminLinkProviderForUser does so too is [K]."""

    message = "The provider {provider} does not exist for User Pool {pool_id}"


class AlreadyLinked(InvalidParameter):
    message = "SourceUser is already linked to DestinationUser"


class MergingNotSupported(InvalidParameter):
    message = "Merging is not currently supported, please contact Cognito team."


class InvalidPageToken(InvalidParameter):
    message = "Invalid pagination token given."
