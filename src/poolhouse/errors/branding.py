"""How a pool's pages look (behaviour file, 1.12 and 6.10). The texts are [K]."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import LimitExceeded, ResourceNotFound


class NoDomainToCustomize(InvalidParameter):
    message = "There has to be an existing domain associated with this user pool"


class CssRefused(InvalidParameter):
    message = "Invalid CSS: {why}"


class ImageRefused(InvalidParameter):
    message = "Invalid image: {why}"


class StyleSettingsRefused(InvalidParameter):
    """Of managed login; `place` is the path in Settings."""

    message = "Invalid Settings: {place} {why}"


class ProvidedOrOwn(InvalidParameter):
    message = "UseCognitoProvidedValues and Settings or Assets cannot both be set."


class StyleExists(ApiError):
    code = "ManagedLoginBrandingExistsException"
    message = "Managed login branding already exists for client {client_id}."


class StyleNotFound(ResourceNotFound):
    message = "Managed login branding does not exist."


class BrandingNotInTier(InvalidParameter):
    """In place of `FeatureUnavailableInTier`, which the models of these operations do not declare."""

    message = "Managed login branding is not available in the {tier} tier."


class TooManyStyles(LimitExceeded):
    message = "A user pool can have {most} managed login branding styles at most."


class TooManyAssets(InvalidParameter):
    message = "A managed login branding style can have {most} assets at most."


class TermsExist(ApiError):
    code = "TermsExistsException"
    message = "Terms {name} already exist for client {client_id}."


class TermsNotFound(ResourceNotFound):
    message = "Terms do not exist."


class TooManyTerms(LimitExceeded):
    message = "A user pool can have {most} terms documents at most."


class TermsLinksRefused(InvalidParameter):
    message = "Invalid Links: {why}"
