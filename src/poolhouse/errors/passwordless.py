"""Signing in by choice: USER_AUTH, step-up, and users without a password."""

from poolhouse.errors.authorization import NotAuthorized
from poolhouse.errors.parameters import InvalidParameter


class ChoiceNotKnown(InvalidParameter):
    """The wording is [K]."""

    message = "PREFERRED_CHALLENGE must be one of {known}."


class ChoiceNotAvailable(InvalidParameter):
    """The wording is [K]."""

    message = "The selected challenge is not available for the user."


class FirstFactorNotKnown(InvalidParameter):
    """The wording is [K]."""

    message = "SOFTWARE_TOKEN is not supported in AllowedFirstAuthFactors."


class PasswordNotAllowed(InvalidParameter):
    """The wording is [K]."""

    message = "AllowedFirstAuthFactors must have PASSWORD."


class LevelNotKnown(InvalidParameter):
    """The wording is [K]."""

    message = "The levels of AcrConfiguration are Level1, Level2, Level3 and Level4."


class LevelNameTwice(InvalidParameter):
    """The wording is [K]."""

    message = "Each AcrValue of AcrConfiguration must differ from all others and from the default names."


class NoKnownLevel(InvalidParameter):
    """The wording is [K]."""

    message = "TARGET_ACR_VALUES names no authentication level of the user pool."


class TokenWithoutTarget(InvalidParameter):
    """The wording is [K]."""

    message = "ACCESS_TOKEN needs TARGET_ACR_VALUES."


class MaxAgeNotANumber(InvalidParameter):
    """The wording is [K]."""

    message = "MAX_AGE must be a number of seconds."


class TokenOfAnother(NotAuthorized):
    """The wording is [K]."""

    message = "The access token was not issued for this user."
