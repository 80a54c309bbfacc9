"""OAuth settings of app clients, and resource servers.

Texts marked [E] were seen in public reports; the others are [K].
"""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.oauth import OAuthError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import LimitExceeded, ResourceNotFound


class InvalidOAuthFlow(ApiError):
    code = "InvalidOAuthFlowException"


class ClientCredentialsNotAlone(InvalidOAuthFlow):
    message = "client_credentials flow can not be selected along with code flow or implicit flow."


class ClientCredentialsWithoutSecret(InvalidOAuthFlow):
    message = "client_credentials flow can not be selected if client does not have a client secret."


class ScopeNotForFlow(InvalidOAuthFlow):
    """[E] hashicorp/terraform-provider-aws issue 4984."""

    message = "{scope} is not supported with client_credentials flow"


class CallbacksMissing(InvalidOAuthFlow):
    """[E] cisagov/crossfeed pull request 440, anomalyco/sst pull request 6272."""

    message = "CallbackUrls can not be empty when code flow or implicit flow is selected"


class ScopeNotFound(ApiError):
    """[E] awsdocs/aws-cloudformation-user-guide issue 564."""

    code = "ScopeDoesNotExistException"
    message = "Invalid scope requested: {scope}"


class OAuthSettingsMissing(InvalidParameter):
    message = (
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use "
        "OAuth flows."
    )


class OpenIdScopeMissing(InvalidParameter):
    message = "The scopes email, phone and profile need the scope openid beside them."


class InvalidRedirect(InvalidParameter):
    message = "{url} {fault}"


class DefaultRedirectNotCallback(InvalidParameter):
    message = "DefaultRedirectURI must be one of CallbackURLs."


class TokenAuthNotAlone(InvalidParameter):
    message = "ALLOW_CLIENT_TOKEN_AUTH must be the only flow of ExplicitAuthFlows."


class TokenAuthWithoutSecret(InvalidParameter):
    message = "ALLOW_CLIENT_TOKEN_AUTH needs an app client with a secret."


class RegisteredClientSecret(InvalidParameter):
    message = "User pool client {client_id} registered itself: its secret cannot be rotated."


class TooManyUsers(LimitExceeded):
    message = "A user pool can have {most} users at most."  # [K]


class PoolFull(InvalidParameter):
    """In place of `TooManyUsers`: of all operations that make users, only SignUp's model declares that."""

    message = "A user pool can have {most} users at most."


class ResourceServerNotFound(ResourceNotFound):
    message = "Resource server {identifier} does not exist."


class ResourceServerExists(InvalidParameter):
    message = "{identifier} already exists in user pool {pool_id}."


class ReservedResourceServer(InvalidParameter):
    message = "{identifier} is reserved for resource servers that the service manages."


class ScopeTwice(InvalidParameter):
    message = "The scope {scope} is named twice."


class InvalidRedirectUri(OAuthError):
    """RFC 7591, section 3.2.2. `description` never repeats what was sent."""

    error = "invalid_redirect_uri"


class InvalidClientMetadata(OAuthError):
    error = "invalid_client_metadata"


class RegistrationOff(OAuthError):
    """The status is [K]: as if there were nothing at the address."""

    description = "Dynamic client registration is not turned on for this user pool."
    status = 404


class RegistrationToken(OAuthError):
    """RFC 6750, section 3.1: what is wrong with the initial access token."""

    error = "invalid_token"
    status = 401


class RegistrationTokenMissing(RegistrationToken):
    description = "An access token with the scope aws.cognito/dcr/register is needed."


class RegistrationScopeMissing(RegistrationToken):
    error = "insufficient_scope"
    description = "The access token does not have the scope aws.cognito/dcr/register."
    status = 403
