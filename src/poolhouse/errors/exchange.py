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


class ForeignTokenRefused(InvalidParameter):
    """A limit of ours."""

    message = "Only access and ID tokens of this user pool can be exchanged here."


class ResourceServerUnknown(InvalidParameter):
    message = "Resource server {identifier} does not exist."


class AudienceOfAnotherApp(InvalidParameter):
    """Ours: such a token would pass for one of that app."""

    message = "The audience is another app client of the user pool."


class NothingToGrant(NotAuthorized):
    message = "None of the requested scopes can be granted."
