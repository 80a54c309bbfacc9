"""One request to the sign-in pages, once its authorization passed the checks."""

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory.clients import Client
from poolhouse.errors import ApiError, OptionNotAvailable
from poolhouse.oauth import activity, branding, checks, limits
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import SIGN_IN

NATIVE = "COGNITO"  # the pool itself, among the providers of an app client
OPERATION = "InitiateAuth"  # whose limit each post of these pages costs (6.1)


class Turn(Struct, frozen=True):
    visit: Visit
    authorization: Authorization
    client: Client

    @property
    def native(self) -> bool:
        """Users of the pool itself may sign in here."""
        return NATIVE in self.client.providers

    def ctx(self, operation: str) -> Ctx:
        """For the engine. The pages never say who exists, whatever the client's API answers (UI guide, 6)."""
        return self.visit.ctx(operation, replace(self.client, hides_users=True))


async def of(visit: Visit) -> Turn:
    """Raises `PageError` (also where the client has no pages at all) or `Redirected`."""
    authorization, client = await checks.authorization(visit)
    await branding.check_available(visit.env, visit.snapshot, visit.base, client.client_id)
    return Turn(visit, authorization, client)


def refused(turn: Turn, error: ApiError) -> None:
    """A sign-in that was refused: it does not count against the limit, where Cognito's would not."""
    limits.give_back(turn.visit, OPERATION, error)
    activity.refused(turn.visit, turn.client, SIGN_IN, error)


def check_native(turn: Turn) -> None:
    """Raises `OptionNotAvailable` where the app's users come from elsewhere."""
    if not turn.native:
        raise OptionNotAvailable(client_id=turn.client.client_id)
