"""What threat protection refuses (behaviour file, 7.2: both texts were seen by applications)."""

from poolhouse.errors.authorization import NotAuthorized
from poolhouse.errors.parameters import InvalidParameter


class RiskTooHigh(NotAuthorized):
    message = "Unable to login because of security reasons."


class AddressBlocked(NotAuthorized):
    message = "Request not allowed due to security reasons."


class ContextWithoutSecret(InvalidParameter):
    """The guide says that such a client needs a secret; the wording is [K]."""

    message = "EnablePropagateAdditionalUserContextData needs an app client that has a secret."
