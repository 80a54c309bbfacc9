"""Who calls: decided from the model's table, refused unless proven (security.md, rule 1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.context import PUBLIC, Caller, Env
from poolhouse.errors import AccessDenied, ExplicitlyDenied, ForeignPage, LoopbackOnly, UnrecognizedClient
from poolhouse.http.request import HttpRequest
from poolhouse.policies import evaluate
from poolhouse.policies.document import ACCESS_KEY, NOTHING, Policy, parse
from poolhouse.policies.evaluate import Verdict
from poolhouse.ports import SECOND, Instant
from poolhouse.store import access_keys
from poolhouse.web.loopback import is_local, is_loopback
from poolhouse.wire import sigv4
from poolhouse.wire.operations import Operation
from poolhouse.wire.sigv4 import Signed

_EVERYTHING = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, ACCESS_KEY)


class Signer(Struct, frozen=True):
    """A caller with an access key: who it is, for which Region it signed, what it may do, from where."""
