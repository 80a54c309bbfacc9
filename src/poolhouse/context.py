"""What a request carries: the ports of the process (`Env`) and everything of the request (`Ctx`)."""

from asyncio import Task, get_running_loop
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

from msgspec import Struct, field

from poolhouse.crypto.jose import SigningKey, VerifyKey
from poolhouse.crypto.session_tokens import Session
from poolhouse.directory.clients import Client
from poolhouse.directory.domains import Domain
from poolhouse.directory.events import Note, Risk, Seen
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.directory.pools import Pool
from poolhouse.directory.principals import Principal
from poolhouse.directory.providers import Provider
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.directory.risk_config import RiskConfiguration
from poolhouse.directory.users import User
from poolhouse.fairness import Places, Turns
from poolhouse.ports import Atlas, Breaches, Clock, Db, Fetch, Instant, Invoker, Rng, Spans, Vault
from poolhouse.settings import Settings

T = TypeVar("T")


class PoolKeys(Struct, frozen=True):
    """The secrets of a pool, opened: they live in memory only.

    seal     AES-256 key for what the store keeps sealed (credentials, client secrets, outbox bodies)
    digest   key of the digests of codes and of the decoy's answers
    session  AES-256 key for Session, SECRET_BLOCK, refresh and pagination tokens
    public   every key that may still have signed a living token, by kid: what the JWKS shows
    """

    seal: bytes
    digest: bytes
    session: bytes
    id_key: SigningKey
    access_key: SigningKey
    public: Mapping[str, VerifyKey]


class Snapshot(Struct, frozen=True):
    """A pool with its keys at one version. A request holds one from start to end."""

    pool: Pool
    keys: PoolKeys
    has_groups: bool  # false: nobody is in a group, so no token needs to ask
    checked_at: float  # Clock.monotonic() when the version was last compared with the store's
    imported_hash: str = ""  # a decoy of what imported password hashes cost; empty: there are none
    domains: tuple[Domain, ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)  # identity providers, by name
    resource_servers: tuple[ResourceServer, ...] = ()
    risk: Mapping[str, RiskConfiguration] = field(default_factory=dict)  # by client; "": the pool's
    good_until: Instant | None = None  # when the next signing key takes over or an old one is gone


class Cache(Struct):
    """A bounded map that forgets what was used least lately."""

    limit: int
    _entries: OrderedDict[Any, Any] = field(default_factory=OrderedDict)

    def get(self, key: Any) -> Any:
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: Any, value: Any) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self.limit:
            self._entries.popitem(last=False)

    def drop(self, key: Any) -> None:
        self._entries.pop(key, None)


class Hashing(Struct):
    """argon2id: 20 ms each, a few at a time, in threads; and no more of them waiting than two seconds' worth.

    Whoever would have to wait longer is turned away before anything is counted or compared, so that a
    flood of passwords neither starves the process nor locks those out who wait in it. Pools take turns, and
    each may wait with its share: a flood in one neither delays nor turns away the passwords of another.

    waiting  what waits or is being done, by pool, in times of argon2id
    """

    threads: Executor
    places: Places = field(default_factory=lambda: Places(2))  # as many as threads
    most_waiting: int = 200
    waiting: dict[str, int] = field(default_factory=dict)

    def full_for(self, pool_id: str) -> bool:
        """Does the pool wait with as much as it may, with those who wait beside it?"""
        pools = len(self.waiting.keys() | {pool_id})
        return self.waiting.get(pool_id, 0) >= max(self.most_waiting // pools, 1)

    async def run(self, pool_id: str, work: Callable[..., T], *arguments: object, weight: int = 1) -> T:
        """`weight` is how many times as long as argon2id it takes."""
        self.waiting[pool_id] = self.waiting.get(pool_id, 0) + weight
        try:
            await self.places.enter(pool_id, weight)
            try:
                return await get_running_loop().run_in_executor(self.threads, work, *arguments)
            finally:
                self.places.leave()
        finally:
            self.waiting[pool_id] -= weight
            if not self.waiting[pool_id]:
                del self.waiting[pool_id]


def _unmeasured(name: str, *dimensions: str) -> None:
    """Where nobody reads metrics."""


class Env(Struct, frozen=True):
    """The process: its ports, its settings and its caches. Made once, by app.py."""

    settings: Settings
    clock: Clock
    rng: Rng
    db: Db
    vault: Vault
    hashing: Hashing
    count: Callable[..., None]  # count("lockouts") and the like: a named event of the metrics
    measure: Callable[..., None] = _unmeasured  # measure("CallCount", category): a metric of Cognito's
    turns: Turns = field(default_factory=Turns)  # of pools, for the event loop
    invoker: Invoker | None = None  # None: no function can be called
    fetch: Fetch | None = None  # None: no other server can be asked
    breaches: Breaches | None = None  # None: no password is known
    atlas: Atlas | None = None  # None: nothing is known of where addresses are
    spans: Spans | None = None  # None: nothing is traced
    snapshots: Cache = field(default_factory=lambda: Cache(1_000))
    loading: dict[str, Task[Snapshot]] = field(default_factory=dict)  # pools being read, by id
    clients: Cache = field(default_factory=lambda: Cache(10_000))
    hosts: Cache = field(default_factory=lambda: Cache(10_000))  # which pool a domain is of
    looks: Cache = field(default_factory=lambda: Cache(1_000))  # of app clients' pages
    risk_policies: Cache = field(default_factory=lambda: Cache(1_000))  # of app clients
    images: Cache = field(default_factory=lambda: Cache(32))  # of brands, 1 MB each at most
    tokens: Cache = field(default_factory=lambda: Cache(5_000))
    house_keys: Cache = field(default_factory=lambda: Cache(1))
    upstream: Cache = field(default_factory=lambda: Cache(1_000))  # documents and keys of identity providers
    access_keys: Cache = field(default_factory=lambda: Cache(1_000))
    iam: Cache = field(default_factory=lambda: Cache(5_000))  # roles, and what is read once a second
    identity_pools: Cache = field(default_factory=lambda: Cache(1_000))
    identity_places: Cache = field(default_factory=lambda: Cache(50_000))  # which pool an identity is in
    identity_keys: Cache = field(default_factory=lambda: Cache(1))
    buckets: Cache = field(default_factory=lambda: Cache(50_000))  # request-rate limits
    rates: Cache = field(default_factory=lambda: Cache(1))


class Caller(Struct, frozen=True):
    """Who calls, as proven before the operation runs.

    kind   public | token | signed | browser (the session of the pages)
    user   the owner of the access token (kind = token)
    claims of the access token (kind = token)
    name   the user name of the access key, or the name of the session (kind = signed)
    principal  with all that decides what they may do (kind = signed)
    session    what their session token says, where they have temporary credentials
    """

    kind: str
    user: User | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    access_key_id: str = ""
    name: str = ""
    principal: Principal | None = None
    session: Session | None = None


PUBLIC = Caller("public")


def _nothing(action: str, resource: str) -> bool:
    """What whoever has no access key may do."""
    return False


class Trail(Struct):
    """What led to a request's decision. The one thing in `Ctx` that changes: `replace` keeps the same one.

    Whoever decides something leaves a note; trail/recorder.py makes an event of it when the request ends.

    sub         whose attempt it is: the user's, or that of the decoy of a name without an owner
    username    the name as it was typed
    attempt_id  the same for every request of one sign-in; empty: this request is all of it
    event_id    where the tokens have named it already
    rule        what decided, where the refusal's class does not say it
    seen        whence it came, where somebody knows better than the connection
    challenges  what was answered, and how (`Event.challenges`)
    answering   what this request answers (`Password`, `Mfa`), until its answer is known to be right
    proven      what was proven so far (auth/table.py)
    answered    something of it in this request
    limits      what counts tries: by name, how many are used of how many
    kind        what is tried now (directory/events.py); empty: nothing that becomes an event
    began       when that was, on the clock that never jumps
    kept        its event is in the store already, with what made it good
    """

    sub: str = ""
    username: str = ""
    attempt_id: str = ""
    event_id: str = ""
    flow: str = ""
    rule: str = ""
    provider: str = ""
    risk: Risk | None = None
    seen: Seen | None = None
    challenges: tuple[tuple[str, str], ...] = ()
    answering: str = ""
    proven: tuple[str, ...] = ()
    answered: bool = False
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    kind: str = ""
    began: float = 0.0
    kept: bool = False

    def note(self, kind: str, /, **facts: Any) -> None:
        """`facts` are small JSON values: sizes, times, names; never a secret, a code or an answer."""
        self.notes.append(Note(kind, facts))

    def about(self, sub: str, username: str = "") -> None:
        """Whose attempt it is."""
        self.sub = sub
        self.username = username or self.username


class Told(Struct, frozen=True):
    """What a caller says about the user's side: UserContextData, or ContextData of an administrator.

    username  the name that the request has for the user
    """

    username: str = ""
    by_admin: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


NOTHING_TOLD = Told()


class Ctx(Struct, frozen=True):
    """One request. `pool`, `keys` and `client` are there when the operation names them.

    metadata  `ClientMetadata`, which goes to Lambda triggers and nowhere else
    sdk       the caller's SDK, as triggers see it
    address   the client's IP address; behind a proxy that is trusted, what the proxy says
    user_agent  the header of that name, as the client sent it
    told      what the caller says of where the user is, and with what
    hosted    it came over the pool's pages: its sign-in ends in a browser session, not in tokens
    trail     what led to the decision, for the event that is made of it
    may       does the signer's policy allow an action on a resource? For what names several resources
    """

    env: Env
    request_id: str
    operation: str
    region: str
    now: Instant
    caller: Caller = PUBLIC
    snapshot: Snapshot | None = None
    app_client: Client | None = None
    placed: IdentityPool | None = None  # the identity pool that the operation is about
    metadata: Mapping[str, str] = field(default_factory=dict)
    sdk: str = "aws-sdk-unknown-unknown"
    address: str = ""
    user_agent: str = ""
    told: Told = NOTHING_TOLD
    hosted: bool = False
    trail: Trail = field(default_factory=Trail)
    may: Callable[[str, str], bool] = _nothing

    @property
    def identity_pool(self) -> IdentityPool:
        if self.placed is None:
            raise LookupError("this operation names no identity pool")
        return self.placed

    @property
    def pool(self) -> Pool:
        if self.snapshot is None:
            raise LookupError("this operation names no user pool")
        return self.snapshot.pool

    @property
    def keys(self) -> PoolKeys:
        if self.snapshot is None:
            raise LookupError("this operation names no user pool")
        return self.snapshot.keys

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The identity providers of the pool, by name."""
        return self.snapshot.providers if self.snapshot else {}

    @property
    def imported_hash(self) -> str:
        """`Snapshot.imported_hash`."""
        return self.snapshot.imported_hash if self.snapshot else ""

    @property
    def client(self) -> Client:
        if self.app_client is None:
            raise LookupError("this operation names no app client")
        return self.app_client

    @property
    def principal(self) -> Principal:
        """Who signed the request."""
        if self.caller.principal is None:
            raise LookupError("this operation is not signed")
        return self.caller.principal

    @property
    def user(self) -> User:
        """The user whose access token was shown."""
        if self.caller.user is None:
            raise LookupError("this operation carries no access token")
        return self.caller.user
