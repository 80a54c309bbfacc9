"""Identity providers and sign-ins with them (behaviour file, 1.13 and 6.8)."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import ResourceNotFound


class DuplicateProvider(ApiError):
    """The wording is [K]."""

    code = "DuplicateProviderException"
    message = "A provider with the name {name} already exists in this user pool."


class ProviderNotFound(ResourceNotFound):
    """The wording is [K]."""

    message = "Identity provider {name} does not exist."


class NoProviderOfIdentifier(ResourceNotFound):
    """The wording is [K]."""

    message = "No identity provider has the identifier {identifier}."


class IdentifierTaken(InvalidParameter):
    """The wording is [K]."""

    message = "The identifier {identifier} belongs to another identity provider of this user pool."


class ProviderDetailMissing(InvalidParameter):
    """The wording is [K]."""

    message = "ProviderDetails must have {name} for an identity provider of the type {provider_type}."


class ProviderDetailNotKnown(InvalidParameter):
    """A detail that would be without effect; the wording is ours."""

    message = "ProviderDetails cannot have {name} for an identity provider of the type {provider_type}."


class ProviderDetailWrong(InvalidParameter):
    """The wording is ours."""

    message = "ProviderDetails: {name} must be {form}."


class IssuerUnreachable(InvalidParameter):
    """The first half is what Cognito says [K]."""

    message = "Unable to contact well-known endpoint: {why}"


class SubjectMissing(InvalidParameter):
    """The provider named nobody."""

    message = "username attribute mapping required"


class InvalidProviderUsername(InvalidParameter):
    """SAML: the NameID is that of another user but for its case (6.3); and any that is no user name."""

    message = "Invalid ProviderName/Username combination."


class EntryExists(InvalidParameter):
    """A user of the pool has the name that the identity would get (gotcha 45)."""

    message = "Already found an entry for username {username}"


class AttributesRequired(InvalidParameter):
    """The provider did not give what the pool requires (6.3)."""

    message = "attributes required: [{names}]"


class PrimaryIdentity(InvalidParameter):
    """The wording is ours: Cognito's is not known."""

    message = "The user came to be by this identity, which cannot be unlinked: disable or delete the user."


class ProviderAnswered(InvalidParameter):
    message = "{provider} Error - {status} {error}"


class BadTokenResponse(InvalidParameter):
    message = "Bad token response: {line}.."


class TokenEndpointTimeout(InvalidParameter):
    message = "Timeout occurred in calling IdP token endpoint"


class KeysTimeout(InvalidParameter):
    message = "Timeout in calling jwks uri"


class UserInfoTimeout(InvalidParameter):
    message = "Read timed out"


class ConnectionReset(InvalidParameter):
    message = "Connection reset"


class ProviderNotAsked(InvalidParameter):
    """Its address is private, or this process asks nobody. The wording is ours."""

    message = "The identity provider is at an address that is not asked."


class UnreadableAnswer(InvalidParameter):
    """The wording is ours."""

    message = "{provider} Error - 200 unreadable_answer"


class IdTokenRefused(InvalidParameter):
    """The wording is ours."""

    message = "Invalid ID token: {why}."


class UserInfoRefused(InvalidParameter):
    """The wording is ours."""

    message = "Invalid user info: {why}."


class IssuerMismatch(InvalidParameter):
    """The wording is ours."""

    message = "Invalid authorization response: another issuer sent it."


class ProviderKeyUnusable(InvalidParameter):
    """The wording is ours."""

    message = "The private key of the identity provider cannot be used."
