"""Who calls with a signature, with all that decides what they may do."""

from collections.abc import Mapping

from msgspec import Struct, field

from poolhouse.policies import evaluate
from poolhouse.policies.document import Policy
from poolhouse.policies.evaluate import Answer
from poolhouse.policies.principals import Caller


class Principal(Struct, frozen=True):
    """
    arn       as errors and GetCallerIdentity name them
    user_id   what GetCallerIdentity answers beside it
    names     under which trust policies may mean them
    identity  the policies of the user or the role
    session   the policies of the session; empty: it has none
    keys      what conditions and variables can speak of, the moment and the place included
    """

    arn: str
    user_id: str
    names: Caller
    identity: tuple[Policy, ...]
    session: tuple[Policy, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def asks(
        self, action: str, resource: str = "*", more: Mapping[str, tuple[str, ...]] | None = None
    ) -> Answer:
        """May they do it? `resource` is an ARN, or * for what is about none; `more`, keys of the request."""
        asked = evaluate.request(action, resource, {**self.keys, **(more or {})}, self.names)
        return evaluate.decide(asked, self.identity, self.session)
