"""Three tenants of one server: ours, theirs, and one that is gone, whose things exist no more.

Every question is put to the same store at the same moment with the same dice, so two answers differ only
where what was asked differs.
"""

import asyncio
import random
import sqlite3
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import fields, replace
from tests.environment import MovableClock
from tests.isolation import browsers, holdings, people, tenant
from tests.isolation.tenant import ACCOUNT, IDENTITY_POOL, USER_POOL, Tenant
from tests.refusals.scene import Scene
from tests.world import REGION, close_world, open_world

from poolhouse.context import Cache, Env
from poolhouse.errors import ApiError
from poolhouse.policies.document import ACCESS_KEY, parse
from poolhouse.ports import SECOND, Instant
from poolhouse.store import iam, pool_removal
from poolhouse.tokens.holders import Moment
from poolhouse.web import api, caller
from poolhouse.wire import json11
from poolhouse.wire.operations import Operation, operations

T = TypeVar("T")
MILLISECOND: Instant = SECOND // 1000

# What names no pool, so that policies can allow it for everything or for nothing.
_NAMES_NO_POOL = [
    "cognito-idp:CreateUserPool",
    "cognito-idp:DescribeUserPoolDomain",
    "cognito-idp:GetProvisionedLimit",
    "cognito-idp:ListUserPools",
    "cognito-idp:UpdateProvisionedLimit",
    "cognito-identity:CreateIdentityPool",
    "cognito-identity:ListIdentityPools",
    "sts:*",
]


class _GoingClock(MovableClock):
    """While the stage is built: a millisecond goes by whenever somebody looks."""

    def now(self) -> Instant:
        self.advance(MILLISECOND)
        return super().now()


class SeededRng:
    """The same dice for every question."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def bytes(self, count: int) -> bytes:
        return self._dice.randbytes(count)

    def uuid(self) -> str:
        text = self.bytes(16).hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def digits(self, count: int) -> str:
        return "".join(self._dice.choice("0123456789") for _ in range(count))

    def text(self, count: int, alphabet: str) -> str:
        return "".join(self._dice.choice(alphabet) for _ in range(count))

    def fraction(self) -> float:
        return self._dice.random()


@dataclass(frozen=True)
class Outcome:
    """`code` is empty for a success. `body` is the answer, or the text and members of the error."""

    status: int
    code: str
    body: Any


class Stage:
    """`ours` asks; `theirs` must not be seen; `gone` was like them, and was deleted."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._file = folder / "poolhouse.sqlite3"
        self._world = self.run(open_world(folder))
        self._world.env = replace(self._world.env, clock=_GoingClock())
        self.ours, self.theirs, self.gone = (
            Tenant(Scene(self._world, self._file), letter) for letter in ("a", "b", "c")
        )
        self.run(self._build())
        self._warm = self._world.env
        self._pristine = sqlite3.connect(":memory:")
        self._writer.backup(self._pristine)
        self._written = self._writer.total_changes
        self.theirs_before = self.rows_of(self.theirs)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        self.run(close_world(self._world))
        self._pristine.close()
        self._loop.close()

    # Building

    async def _build(self) -> None:
        tenants = (self.ours, self.theirs, self.gone)
        for one in tenants:
            await tenant.furnished(one)
            await people.settled(one)
        for one in tenants:
            await people.busy(one)
            await browsers.browsed(one)
            await holdings.with_identities(one)
            await holdings.listed(one)
        await self._remove(self.gone)
        await self._world.call("DescribeUserPool", UserPoolId=self.ours.first("pool"))

    async def _remove(self, gone: Tenant) -> None:
        """Nothing of it stays but the ids that were given away."""
        await gone.scene.admin("DeleteUserPoolDomain", Domain=gone.first("domain"))
        await gone.scene.admin("DeleteUserPool")
        await self._world.call(
            "DeleteIdentityPool", service="cognito-identity", IdentityPoolId=gone.first("identity_pool")
        )
        for role in ("users", "staff"):
            await iam.delete_role(self._world.env, gone.name(role))
        await pool_removal.empty_all(self._world.env)
        self._world.env = _forgetful(self._world.env)

    # Asking

    def ask(
        self, operation: Operation, request: Mapping[str, Any], before: tuple[str, Any] | None = None
    ) -> Outcome:
        """As our administrator where the operation is signed, else as whoever calls. From the start.

        before  what our pool is set to first
        """
        return self.run(self._asked(operation, request, before))

    async def _asked(
        self, operation: Operation, request: Mapping[str, Any], before: tuple[str, Any] | None
    ) -> Outcome:
        env = self.anew()
        if before is not None:
            name, members = before
            setting = operations()[("cognito-idp", name)]
            changed = api.Call(env, setting, self.administrator(env), env.rng.uuid())
            await changed.run({"UserPoolId": self.ours.first("pool"), **members})
        signer = self.administrator(env) if operation.needs_signature else caller.NOBODY
        call = api.Call(env, operation, signer, env.rng.uuid(), "203.0.113.7", "")
        try:
            answer = dict(await call.run(request))
        except ApiError as error:
            return Outcome(error.status, error.code, [error.message, error.members()])
        json11.render(operation, answer)
        return Outcome(200, "", answer)

    def anew(self) -> Env:
        """The server as it was when everything was built."""
        if self._writer.total_changes != self._written:
            self._pristine.backup(self._writer)
            self._written = self._writer.total_changes
        return replace(_copied(self._warm), rng=SeededRng(7), clock=_at(self._warm))

    def administrator(self, env: Env) -> caller.Signer:
        """Whose policy allows everything on our pools, and nothing on others."""
        name, moment = self.ours.name("admin"), Moment(env.clock.now(), REGION, "")
        return caller.user(env, name, "AKIAOURADMINISTRATOR", parse(self._policy(), ACCESS_KEY), moment)

    def _policy(self) -> dict[str, Any]:
        ids = self.ours
        statements = [
            {"Action": "cognito-idp:*", "Resource": f"{USER_POOL}{ids.first('pool')}"},
            {"Action": "cognito-identity:*", "Resource": f"{IDENTITY_POOL}{ids.first('identity_pool')}"},
            {"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/*-{ids.letter}"},
            {"Action": _NAMES_NO_POOL, "Resource": "*"},
        ]
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}

    # Looking

    def rows_of(self, whose: Tenant) -> frozenset[tuple[str, str]]:
        """Every row that is this tenant's, with its table."""
        reader = self._reader
        named = reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        return frozenset(
            (table, repr(row))
            for (table,) in named
            for row in reader.execute(f"SELECT * FROM {table}").fetchall()
            if any(isinstance(value, str) and _marked(value, whose.marks) for value in row)
        )

    @property
    def untouched(self) -> bool:
        """Was nothing written since `anew`?"""
        return self._writer.total_changes == self._written

    @property
    def _writer(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._world.env.db._writer  # type: ignore[attr-defined]
        return connection

    @property
    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._world.env.db._reader  # type: ignore[attr-defined]
        return connection


def _marked(value: str, marks: frozenset[str]) -> bool:
    """The holder of the one active import is `<pool>/<job>`."""
    return value.partition("/")[0] in marks


def _at(env: Env) -> MovableClock:
    return MovableClock(env.clock.now())


def _copied(env: Env) -> Env:
    """The same, with caches of its own that hold the same."""
    copies = {
        field.name: Cache(found.limit, OrderedDict(found._entries))
        for field in fields(env)
        if isinstance(found := getattr(env, field.name), Cache)
    }
    return replace(env, **copies, loading={})


def _forgetful(env: Env) -> Env:
    """The same, that has not looked at anything yet."""
    caches = {
        field.name: Cache(found.limit)
        for field in fields(env)
        if isinstance(found := getattr(env, field.name), Cache)
    }
    return replace(env, **caches, loading={})
