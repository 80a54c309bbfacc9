"""Threat protection (behaviour file, 7.2). The codes are the model's, the wordings are [K]."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.authorization import NotAuthorized
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import ResourceNotFound


class CustomFlowsAlone(InvalidParameter):
    message = "AdvancedSecurityAdditionalFlows needs an AdvancedSecurityMode of AUDIT or ENFORCED."


class AddOnNotEnabled(ApiError):
    code = "UserPoolAddOnNotEnabledException"
    message = "Threat protection is not enabled for the user pool {pool_id}."


class NotifyWithoutConfiguration(InvalidParameter):
    message = "AccountTakeoverRiskConfiguration needs a NotifyConfiguration when an action has Notify."


class NotARange(InvalidParameter):
    message = (
        "{member} must have address ranges in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32: {range}"
    )


class NotOneMailbox(InvalidParameter):
    message = "{member} must be one address, such as a@example.com or Anna <a@example.com>."


class EventNotFound(ResourceNotFound):
    message = "Auth event not found."


class InvalidFeedbackToken(NotAuthorized):
    message = "Invalid feedback token."
