"""What GetClientToken and GetDerivedToken refuse (behaviour file, 1.2). The texts are [K]."""

from poolhouse.errors.authorization import NotAuthorized
from poolhouse.errors.parameters import InvalidParameter


class ScopeNotForClient(InvalidParameter):
    message = "The app client does not have the requested scopes."


class FunctionRefusedClient(InvalidParameter):
    """In place of the errors of triggers, which the model of GetClientToken does not declare."""


class TwoTargets(InvalidParameter):
    message = "Audiences and Resources cannot both be requested."


class ActorIncomplete(InvalidParameter):
    message = "ActorToken and ActorTokenType must be given together."


class ProviderNotNamed(InvalidParameter):
    message = "{role}TokenProviderName must name the identity provider that issued a SAML2 token."


class ProviderNotOfClient(InvalidParameter):
    """It may not be there at all: a caller without a key is not told."""

    message = "Identity provider {name} is not enabled for the app client."


class ForeignTokenRefused(InvalidParameter):
    message = "Tokens of this type of the identity provider {name} cannot be exchanged."


class ForeignTokenNotGood(NotAuthorized):
    """The text says which rule was broken."""


class ForeignTokenUsed(NotAuthorized):
    message = "The token of the identity provider has been exchanged before."


class ForeignSignInRefused(NotAuthorized):
    """In place of errors that the model of GetDerivedToken does not declare, with their texts."""


class ResourceServerUnknown(InvalidParameter):
    message = "Resource server {identifier} does not exist."


class AudienceOfAnotherApp(InvalidParameter):
    """Ours: such a token would pass for one of that app."""

    message = "The audience is another app client of the user pool."


class NothingToGrant(NotAuthorized):
    message = "None of the requested scopes can be granted."
