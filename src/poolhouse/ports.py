"""The outside world as protocols: what the rest of Poolhouse may ask of it, and nothing more.

Times are `Instant`: whole microseconds since 1970-01-01 UTC, so that they are the same in
Python, in SQLite and in PostgreSQL, and compare without time zones.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from msgspec import Struct

Instant = int
T = TypeVar("T")
Row = Mapping[str, Any]

SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
DAY: Instant = 24 * HOUR

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, eq=False)
class Statement:
    """One SQL statement in the dialect that SQLite and PostgreSQL share, with `:name` parameters.

    Made once, at import; `numbered` is the same text with `$1`, `$2`, ... in the order of `names`.
    """

    text: str
    numbered: str = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(dict.fromkeys(_PARAMETER.findall(self.text)))
        numbers = {name: f"${place}" for place, name in enumerate(names, start=1)}
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "numbered", _PARAMETER.sub(lambda match: numbers[match[1]], self.text))


class Conflict(Exception):
    """Another transaction changed what this one had read: `Db.run` runs the transaction again."""


class Tx(Protocol):
    """Statements inside one transaction, or inside one read."""

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        """Run it and give its only row, or None."""
        ...

    async def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        """Run it and give every row."""
        ...

    async def run(self, statement: Statement, **values: Any) -> int:
        """Run it and give the number of rows that it wrote."""
        ...

    async def script(self, text: str) -> None:
        """Run the statements of a migration, which take no parameters."""
        ...


class Partitions(Protocol):
    """What divides one table by its column `at`. What cannot be changed now raises `CannotPartition`."""

    async def all(self, tx: Tx) -> Mapping[str, tuple[Instant, Instant]]:
        """The partitions by name, each [since, until). 0 is the beginning of time, and 2**63 - 1 its end."""
        ...

    async def add(self, tx: Tx, since: Instant, until: Instant) -> bool:
        """Make one, from midnight to midnight (UTC). False: it is there, or rows of its time are."""
        ...

    async def drop(self, tx: Tx, name: str) -> None:
        """Delete it, in the last step: readers wait for the end. Raises `PartitionGone` too."""
        ...


class Db(Protocol):
    """A store. See docs/architecture.md, "Store"."""

    async def run(self, transaction: Callable[[Tx], Awaitable[T]]) -> T:
        """Run a transaction; it is on disk when this returns.

        `transaction` may run more than once (conflicts are tried again), so it does nothing but SQL.
        An `ApiError` that it *returns* commits what was written and is then raised; whatever it
        *raises* undoes everything.
        """
        ...

    async def run_singly(self, statements: Callable[[Tx], Awaitable[T]], *, durable: bool = True) -> T:
        """As `run`, for statements that need no transaction around them: each may commit on its own.

        durable  False: everybody sees it when this returns, and the end of a process does not undo it,
                 but it may be lost when the power fails, if the store gains by that

        Saves the two round trips of BEGIN and COMMIT. `statements` may be run again from its start, so
        all but the last of its writes must be such that doing them twice is doing them once.
        """
        ...

    async def read(self, query: Callable[[Tx], Awaitable[T]]) -> T:
        """Run statements that only read. Each sees what was committed before it began."""
        ...

    async def tables(self) -> frozenset[str]:
        """The names of the tables that exist, so that a migration can see where it stands."""
        ...

    def partitions(self, table: str) -> Partitions | None:
        """What divides a table by time; None where the engine keeps a table whole."""
        ...

    async def collation(self) -> str:
        """How it orders texts: "C" is by bytes, the only order that pages rely on."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the store. No call may follow."""
        ...


class Clock(Protocol):
    def now(self) -> Instant:
        """The time that all expiry follows (a test or the dev clock may move it)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump: for latencies and cache ages only."""
        ...


class Rng(Protocol):
    """Cryptographically strong randomness; in tests, a seeded one."""

    def bytes(self, count: int) -> bytes: ...

    def uuid(self) -> str:
        """A random UUID (RFC 9562, version 4) in its 36-character form."""
        ...

    def digits(self, count: int) -> str:
        """Decimal digits, each equally likely."""
        ...

    def text(self, count: int, alphabet: str) -> str: ...

    def fraction(self) -> float:
        """A number in [0, 1), for jitter."""
        ...


class Vault(Protocol):
    """Holds the master key, which is never in the database. It wraps the data keys, nothing else."""

    @property
    def key_id(self) -> str:
        """Names the master key that `wrap` uses now."""
        ...

    def wrap(self, data_key: bytes, bound_to: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, bound_to: str, key_id: str) -> bytes:
        """Raises `SettingsError` when the master key `key_id` is not among those configured."""
        ...


class Message(Struct, frozen=True):
    """One e-mail or text message, as it leaves the house."""

    message_id: str
    user_pool_id: str
    medium: str  # EMAIL | SMS
    to: str
    username: str
    purpose: str
    code: str  # empty where the message carries none
    subject: str  # empty for SMS
    body: str
    at: Instant
    html: bool = False  # the body is HTML
    text: str = ""  # the same in plain text, for who does not read HTML; empty: there is none
    sender: str = ""  # the pool's own From; empty: the setting's
    reply_to: str = ""
    identity_arn: str = ""  # SES: the identity that sends
    configuration_set: str = ""  # SES
    region: str = ""  # SNS: the pool's own Region
    function: str = ""  # the ARN of the function that sends in our place; empty: we send
    event: bytes = b""  # what it is called with, as JSON; the code is filled in as it leaves
    kms_key: str = ""  # the ARN of the key under which it gets the code
    trace: str = ""  # `traceparent` of what asked for it; empty: that was not traced


class DataKey(Struct, frozen=True):
    """A key for one message, and the same key wrapped for who may open it.

    provider, info  how the AWS Encryption SDK names the wrapping key in a message's header
    """

    plaintext: bytes
    wrapped: bytes
    provider: bytes
    info: bytes


class DataKeys(Protocol):
    """Makes the keys under which custom senders get codes: AWS KMS, or a key file."""

    async def generate(self, key_arn: str, bound: Mapping[str, str]) -> DataKey:
        """A new 256-bit key, wrapped under the key of this ARN and bound to the encryption context.

        Raises `DeliveryFailed` when there is none to be had.
        """
        ...


class Invoker(Protocol):
    """Calls Lambda functions, wherever they run."""

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        """Call a function with a JSON event and give what it returns, as JSON; one attempt.

        Raises `FunctionFailed` when it raised, `InvocationTimeout` when it did not answer within
        `seconds`, and `InvocationFailed` when it could not be called.
        """
        ...

    async def obstacle(self, arn: str) -> str | None:
        """Why nothing here can call the function of this ARN: one sentence. None: it can be called."""
        ...


class Fetched(Struct, frozen=True):
    """What another server answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetch(Protocol):
    """Asks servers at addresses that somebody else chose, never one that is not public."""

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] = ...,
        body: bytes = b"",
        *,
        seconds: float = ...,
        most: int = ...,
    ) -> Fetched:
        """The answer, whatever its status; a redirect is an answer like any other.

        seconds  for all of it
        most     bytes that the body may have

        Raises `FetchRefused` for an address that is private or not over TLS, `FetchTimeout`, `FetchBroken`,
        and `FetchFailed` for an answer that is too long.
        """
        ...


class Patience(Struct, frozen=True):
    """Seconds: to connect, until an answer begins, and between two pieces of it or of a request."""

    connect: float
    first_byte: float
    idle: float


class Streamed(Struct, frozen=True):
    """An answer of an upstream whose body is still to come; names of headers are in lower case.

    body  the pieces as they come and as they were sent. Raises `UpstreamLate` and `UpstreamBroke`.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: AsyncIterator[bytes]


class Spans(Protocol):
    """The trace of the request that is under way (docs/traces.md)."""

    def named(self, operation: str, pool_id: str, outcome: str) -> None:
        """Say what it was, of which pool (or empty), and how it ended: "ok" or the name of the error."""
        ...

    def header(self) -> str:
        """Its `traceparent`, for what is done later in its name; empty where there is none."""
        ...


class Upstreams(Protocol):
    """Asks servers at addresses of the operator's own, which may be private, and streams both ways."""

    def exchange(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: AsyncIterator[bytes] | bytes,
        patience: Patience,
    ) -> AbstractAsyncContextManager[Streamed]:
        """The answer, whatever its status; the connection is let go of when the block ends.

        A body without `content-length` among the headers is sent in chunks. What the iterator of the body
        raises is raised. What may be sent twice is, where its connection ended before an answer began.

        Raises `UpstreamDown` and `UpstreamLate`.
        """
        ...


class Breaches(Protocol):
    """Passwords that are known: stolen somewhere, or among the most common."""

    def has(self, password: str) -> bool:
        """Some microseconds, from files that are mapped into memory. Raises nothing."""
        ...


class Place(Struct, frozen=True):
    """What the operator's files say of a network address. Each is empty where they say nothing.

    country  ISO 3166-1, two letters
    network  `AS<number> <name>`
    point    latitude and longitude, in degrees
    bad      it is in the list of known bad ranges
    """

    country: str = ""
    city: str = ""
    network: str = ""
    point: tuple[float, float] | None = None
    bad: bool = False


class Atlas(Protocol):
    def of(self, address: str) -> Place:
        """From memory, at once; for what is no address, a place of which nothing is known."""
        ...


class Sender(Protocol):
    async def send(self, message: Message) -> None:
        """Hand the message over. Raises `DeliveryFailed` when it was not taken."""
        ...


class LogEntry(Struct, frozen=True):
    """One line of log delivery.

    entry_id  the same over repeated deliveries
    body      a JSON object in one line; its `message.eventId` is what receivers know a repetition by
    """

    entry_id: str
    at: Instant
    body: bytes


class LogBatch(Struct, frozen=True):
    """Entries of one pool and one source, oldest first: what a sink takes at a time."""

    pool_id: str
    source: str  # userAuthEvents | userNotification
    arn: str
    entries: tuple[LogEntry, ...]


class LogSink(Protocol):
    """Takes batches of log entries.

    most   entries that a batch may have
    pause  between two batches of a pool, where there are fewer
    """

    most: int
    pause: Instant

    async def send(self, batch: LogBatch) -> None:
        """Hand the batch over; it is safe there when this returns. Raises `LogSinkAway` and `LogRefused`."""
        ...


class LogSinks(Protocol):
    def of(self, arn: str) -> LogSink | None:
        """What the settings have for an ARN."""
        ...
