"""Passkeys (behaviour file, 1.7). When each is answered is in AWS's documentation; the texts are [K]."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import LimitExceeded, ResourceNotFound


class WebAuthnNotEnabled(ApiError):
    """WEB_AUTHN is not among the pool's first factors."""

    code = "WebAuthnNotEnabledException"
    message = "Passkeys are not enabled for this user pool."


class WebAuthnConfigurationMissing(ApiError):
    """There is no domain that a passkey could be made for."""

    code = "WebAuthnConfigurationMissingException"
    message = "The user pool has neither a relying party id nor a domain."


class NoRelyingParty(ApiError):
    """The same at sign-in, whose model does not declare WebAuthnConfigurationMissingException."""

    code = "InvalidUserPoolConfigurationException"
    message = "The user pool has neither a relying party id nor a domain."


class WebAuthnChallengeNotFound(ApiError):
    """The registration was not begun by this user, was begun too long ago, or was completed before."""

    code = "WebAuthnChallengeNotFoundException"
    message = "The challenge of the passkey is not known. Start the registration again."


class WebAuthnClientMismatch(ApiError):
    """The access token is of another app client than that of StartWebAuthnRegistration."""

    code = "WebAuthnClientMismatchException"
    message = "The registration was started by another app client."


class WebAuthnRelyingPartyMismatch(ApiError):
    code = "WebAuthnRelyingPartyMismatchException"
    message = "The passkey belongs to another relying party than the user pool's."


class WebAuthnOriginNotAllowed(ApiError):
    code = "WebAuthnOriginNotAllowedException"
    message = "The origin of the passkey does not belong to the relying party of the user pool."


class WebAuthnCredentialNotSupported(ApiError):
    """Its algorithm, its attestation, or that it did not verify the user where that is required."""

    code = "WebAuthnCredentialNotSupportedException"
    message = "The passkey is not supported by the user pool."


class InvalidPasskey(InvalidParameter):
    """What was sent is not what a browser answers."""

    message = "Invalid credential."


class PasskeyInUse(InvalidParameter):
    message = "This passkey is registered already."


class TooManyPasskeys(LimitExceeded):
    message = "A user can have at most {most} passkeys."


class PasskeyNotFound(ResourceNotFound):
    message = "Passkey not found."
