"""Second factors (behaviour file, 1.7, 1.17 and 2.5)."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import TooManyRequests
from poolhouse.errors.users import CodeMismatch, ExpiredCode


class SoftwareTokenOff(ApiError):
    code = "SoftwareTokenMFANotFoundException"
    message = "Software Token MFA has not been enabled by the userPool"


class SoftwareTokenMissing(SoftwareTokenOff):
    """There is no secret to verify. The wording is [K]; Amplify knows it."""

    message = "User has not set up software token mfa"


class SetupCodeMismatch(ApiError):
    """The wording of VerifySoftwareToken."""

    code = "EnableSoftwareTokenMFAException"
    message = "Code mismatch"


class SoftwareTokenMismatch(CodeMismatch):
    """The wording of SOFTWARE_TOKEN_MFA."""

    message = "Invalid code received for user"


class SoftwareTokenReplayed(ExpiredCode):
    message = "Your software token has already been used once."


class MfaMethodNotFound(ApiError):
    """The wording is [K]."""

    code = "MFAMethodNotFoundException"
    message = "The user cannot answer {name}."


class NoDeliveryConfig(InvalidParameter):
    message = "User does not have delivery config set to turn on {factor}"


class SoftwareTokenNotVerified(InvalidParameter):
    message = "User has not verified software token mfa"


class SeveralPreferred(InvalidParameter):
    """The wording is [K]."""

    message = "Only one MFA method can be the preferred one."


class PreferredButOff(InvalidParameter):
    """The wording is [K]."""

    message = "An MFA method that is not enabled cannot be the preferred one."


class LastFactorOfRequired(InvalidParameter):
    """The wording is [K]."""

    message = "MFA is required in this user pool: the last MFA method of a user cannot be turned off."


class PasskeyIsOneFactor(InvalidParameter):
    """The wording is [K]."""

    message = (
        "WebAuthnMfaSettings can be enabled only where the FactorConfiguration of the user pool is "
        "MULTI_FACTOR_WITH_USER_VERIFICATION."
    )


class PasskeyAlone(InvalidParameter):
    """The wording is [K]."""

    message = "WebAuthnMfaSettings can be enabled only beside another MFA method."


class OnlySmsOptions(InvalidParameter):
    """The wording is [K]."""

    message = "MFAOptions can only have the delivery medium SMS and the attribute name phone_number."


class NothingToSetUp(InvalidParameter):
    """Where SMS is the pool's only second factor and the user has no phone number. The wording is [K]."""

    message = "The user has no phone_number, and this user pool requires MFA by SMS."


class OneProofOnly(InvalidParameter):
    """The wording is [K]."""

    message = "Exactly one of AccessToken and Session must be given."


class MfaModeMissing(InvalidParameter):
    message = "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'."


class MfaWithoutFactor(InvalidParameter):
    message = "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided."


class SmsMfaWithoutSender(InvalidParameter):
    message = "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration]."


class MfaOffWithFactor(InvalidParameter):
    """The wording is [K]."""

    message = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."


class MfaNeedsSms(InvalidParameter):
    """Of CreateUserPool and UpdateUserPool. The wording is [K]."""

    message = (
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
    )


class EmailMfaSubjectTooLong(InvalidParameter):
    """The wording is [K]."""

    message = "The Subject of EmailMfaConfiguration can have {most} characters at most."


class EmailMfaNeedsSender(InvalidParameter):
    """The wording is [K]."""

    message = (
        "Email MFA requires EmailConfiguration with the EmailSendingAccount DEVELOPER and a SourceArn. A "
        "server that sends by SMTP does not look at the ARN: any identity, such as "
        "arn:aws:ses:us-east-1:000000000000:identity/example.com, will do."
    )


class TooManyCodes(TooManyRequests):
    """Codes of sign-ins in an hour. In place of LimitExceededException, which no sign-in's model declares."""

    message = "Attempt limit exceeded, please try after some time."
