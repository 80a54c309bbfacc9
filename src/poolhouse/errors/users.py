"""Users, their names, codes and passwords."""

from poolhouse.errors.answers import ApiError


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


class PasswordCompromised(PasswordResetRequired):
    """At a sign-in with the right password, which is known to be stolen (7.2)."""

    message = "Password reset required for user due to security reasons"


class UsernameExists(ApiError):
    code = "UsernameExistsException"
    message = "User already exists"


class AdminUsernameExists(UsernameExists):
    message = "User account already exists"


class AccountWithAttributeExists(UsernameExists):
    """name  the attribute whose value somebody else has"""

    message = "An account with the given {name} already exists."

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
        self.name = name


class AliasExists(ApiError):
    code = "AliasExistsException"
    message = "An account with the given {name} already exists."


class AliasExistsOnConfirm(AliasExists):
    """The wording of ConfirmSignUp."""

    message = "An account with the {name} already exists."


class UnsupportedUserState(ApiError):
    """The wording is [K]."""

    code = "UnsupportedUserStateException"
    message = "The user's status does not allow a new invitation."


class CodeMismatch(ApiError):
    code = "CodeMismatchException"
    message = "Invalid verification code provided, please try again."


class SignInCodeMismatch(CodeMismatch):
    """The wording of SMS_MFA, SMS_OTP and EMAIL_OTP."""

    message = "Invalid code or auth state for the user."


class ExpiredCode(ApiError):
    code = "ExpiredCodeException"
    message = "Invalid code provided, please request a code again."


class CodeDeliveryFailure(ApiError):
    """The wording is [K]."""

    code = "CodeDeliveryFailureException"
    message = "This server has no service that delivers by {medium}, so the message was not sent."


class TooManyFailedAttempts(ApiError):
    """The wording is [K]."""

    code = "TooManyFailedAttemptsException"
    message = "Too many failed attempts. Request a new code."


class InvalidPassword(ApiError):
    code = "InvalidPasswordException"


class PasswordNotSafe(InvalidPassword):
    """A new password that is known to be stolen, or is among the most common (7.2)."""

    message = "Provided password cannot be used for security reasons."


class PasswordUsedBefore(ApiError):
    """The wording is [K]."""

    code = "PasswordHistoryPolicyViolationException"
    message = "Password has previously been used."
