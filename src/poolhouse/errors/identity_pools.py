"""Identity pools and their logins (behaviour file, 1.18). Texts without [K] are seen ones."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.authorization import NotAuthorized
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import ResourceNotFound


class IdentityPoolNotFound(ResourceNotFound):
    message = "IdentityPool '{pool_id}' not found."


class IdentityNotFound(ResourceNotFound):
    """amplify-js compares the text to drop the id that it keeps."""

    message = "Identity '{identity_id}' not found."


class DeveloperUserNotFound(ResourceNotFound):
    """The wording is [K]."""

    message = "Developer user identifier not found."


class GuestsOff(NotAuthorized):
    message = "Unauthenticated access is not supported for this identity pool."


class IdentityForbidden(NotAuthorized):
    """Also where the role that is asked for is none of the token's, and where ambiguity is denied [K]."""

    message = "Access to Identity '{identity_id}' is forbidden."


class LoginsDontMatch(NotAuthorized):
    message = (
        "Logins don't match. Please include at least one valid login for this identity or identity pool."
    )


class LoginProviderNotSupported(NotAuthorized):
    """Also of a token whose audience is no ClientId of the pool."""

    message = "Token is not from a supported provider of this identity pool."


class DeveloperProviderNotSupported(NotAuthorized):
    message = "This identity pool does not support the specified developer provider"


class LoginRefused(NotAuthorized):
    """A login token that is not believed."""


class NotAnIdentityToken(LoginRefused):
    message = "Invalid login token. Not a valid OpenId Connect identity token."


class LoginExpired(LoginRefused):
    message = "Invalid login token. Token expired: {now} >= {expires}"


class LoginIssuerMismatch(LoginRefused):
    message = "Invalid login token. Issuer doesn't match providerName"


class LoginUnverified(LoginRefused):
    message = "Invalid login token. Couldn't verify signed token."


class LoginOfIdentityPool(LoginRefused):
    """A token that an identity pool made."""

    message = "Invalid login token. Can't pass in a Cognito token."


class LoginWithoutClaim(LoginRefused):
    message = "Invalid login token. Missing a required claim: {claim}"


class LoginOfNoUserPool(LoginRefused):
    """At the name of a user pool, a token that none of our user pools made."""

    message = "Invalid login token. Not a Cognito token."


class LoginRevoked(LoginRefused):
    """With ServerSideTokenCheck; the wording is [K]."""

    message = "Invalid login token. Token is revoked / signed out"


class SamlLoginRefused(LoginRefused):
    """The wording is [K]."""

    message = "Invalid login token. {why}"


class ClassicFlowOff(InvalidParameter):
    message = "Basic (classic) flow is not enabled, please use enhanced flow."


class InvalidIdentityPoolConfiguration(ApiError):
    code = "InvalidIdentityPoolConfigurationException"
    message = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


class ResourceConflict(ApiError):
    code = "ResourceConflictException"


class LoginsLinkedElsewhere(ResourceConflict):
    """The wording is [K]."""

    message = "Logins are linked to another account"


class TooManyLogins(ResourceConflict):
    """The wording is [K]."""

    message = "An identity can have {most} linked logins at most."


class DeveloperUserMismatch(ResourceConflict):
    """The wording is [K]."""

    message = "The developer user identifier is not that of the identity."


class DeveloperUserAlreadyRegistered(ApiError):
    """The wording is [K]."""

    code = "DeveloperUserAlreadyRegisteredException"
    message = "The developer user identifier is already registered with another identity."


class ExternalService(ApiError):
    """The provider of a login could not be asked; the wording is [K]."""

    code = "ExternalServiceException"
    message = "The identity provider {provider} could not be reached."


class DeveloperNameIsSet(InvalidParameter):
    """The wording is [K]."""

    message = "The developer provider name cannot be changed once it is set."


class IdentityProviderUnusable(InvalidParameter):
    """A provider whose logins could never be verified; the wording is ours."""

    message = "The provider {name} cannot be used: {why}"


class InvalidRoleArn(InvalidParameter):
    """The wording is [K]."""

    message = "{arn} is not the ARN of a role."


class InvalidRoleMapping(InvalidParameter):
    """The wording is ours."""

    message = "The role mapping of {provider} cannot be used: {why}"


class NotATagValue(InvalidParameter):
    """The wording is ours."""

    message = "The value of the claim {claim} cannot be the principal tag {tag}."


class LoginNotLinked(InvalidParameter):
    """The wording is [K]."""

    message = "The identity has no login of the provider {provider}."
