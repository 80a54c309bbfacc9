"""Whose access keys are known, and what their holders may do."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from poolhouse.authorizer.sigv4.errors import BadToken, ExpiredToken, UnknownKey
from poolhouse.crypto import session_tokens
from poolhouse.crypto.session_tokens import Session, TokenRefused
from poolhouse.directory import verifier_bundle
from poolhouse.directory.principals import Principal
from poolhouse.directory.verifier_bundle import Bundle
from poolhouse.policies import principals
from poolhouse.policies.document import ACCESS_KEY, NOTHING, SESSION, Policy, parse
from poolhouse.ports import Instant
from poolhouse.tokens import condition_keys

_LARGEST = 65_536  # characters of a session policy; its session token could not hold more
_ACCOUNT = "000000000000"

_log = logging.getLogger("poolhouse.authorizer")

Document = str | Mapping[str, Any]


class Key(Struct, frozen=True):
    """A lasting access key that the application knows.

    user      who has it
    policies  documents in AWS's grammar (docs/policies.md): JSON, or what JSON says
    """

    secret: str
    user: str
    policies: Sequence[Document]

    def __repr__(self) -> str:
        return f"Key({self.user})"


class Holder(Struct, frozen=True):
    secret: str
    principal: Principal

    def __repr__(self) -> str:
        return f"Holder({self.principal.arn})"


class Credentials:
    """Lasting keys of the application's own, and temporary ones of a Poolhouse.

    keys     by access key id
    bundle   what `poolhouse roles export-verifier` has written: a path, which is read again when it changes,
             or the document itself
    account  of the lasting keys: twelve digits
    Raises `ValueError` for a bundle or a policy that is none.
    """

    def __init__(
        self,
        keys: Mapping[str, Key] | None = None,
        bundle: Path | str | bytes | None = None,
        account: str = _ACCOUNT,
    ) -> None:
        self._holders = {
            access_key_id: _of_key(access_key_id, key, account) for access_key_id, key in (keys or {}).items()
        }
        self._bundle = _source(bundle)

    def holder(self, access_key_id: str, session_token: str | None, now: Instant) -> Holder:
        """Raises `UnknownKey`, `BadToken`, `ExpiredToken`."""
        if session_token is not None:
            return self._temporary(access_key_id, session_token, now)
        if access_key_id not in self._holders:
            raise UnknownKey
        return self._holders[access_key_id]

    def _temporary(self, access_key_id: str, token: str, now: Instant) -> Holder:
        bundle = self._bundle()
        if bundle is None:
            raise BadToken
        try:
            session, key = session_tokens.verified(token, bundle.keys.get)
            secret = session_tokens.secret_of(session, key)
        except (TokenRefused, UnicodeEncodeError):
            raise BadToken from None
        if session.access_key_id != access_key_id:
            raise BadToken
        if session_tokens.is_over(session, now):
            raise ExpiredToken
        return Holder(secret, self._principal(bundle, session))

    def _principal(self, bundle: Bundle, session: Session) -> Principal:
        if session.kind == "user":
            return self._of_user_session(session)
        role = bundle.role_of(session)
        if role is None:
            raise ExpiredToken
        arn = condition_keys.session_arn(bundle.account_id, session)
        return Principal(
            arn=arn,
            user_id=f"{role.role_id}:{session.name}",
            names=principals.aws(arn, session.principal, role.role_id),
            identity=role.inline_policies + tuple(_managed(bundle, role.managed)),
            session=(*map(_session_policy, session.policies), *_managed(bundle, session.policy_arns)),
            keys=condition_keys.of_session(bundle.account_id, session, role.tags),
        )

    def _of_user_session(self, session: Session) -> Principal:
        """Of GetSessionToken: what the access key may that asked, which must be among the lasting ones."""
        holder = self._holders.get(session.principal_id)
        if holder is None:
            raise UnknownKey
        return holder.principal


def _of_key(access_key_id: str, key: Key, account: str) -> Holder:
    arn = condition_keys.user_arn(account, key.user)
    policies = tuple(parse(document, ACCESS_KEY) for document in key.policies)
    keys = condition_keys.of_user(account, key.user, access_key_id)
    return Holder(key.secret, Principal(arn, access_key_id, principals.aws(arn), policies, keys=keys))


def _managed(bundle: Bundle, arns: Sequence[str]) -> list[Policy]:
    """One that is gone allows nothing: it must not be as if there had been none."""
    return [bundle.policies.get(arn, NOTHING) for arn in arns]


@lru_cache(maxsize=1_024)
def _session_policy(document: str) -> Policy:
    return parse(document, SESSION, "", _LARGEST)


def _source(bundle: Path | str | bytes | None) -> Callable[[], Bundle | None]:
    if bundle is None:
        return lambda: None
    if isinstance(bundle, bytes):
        read = verifier_bundle.read(bundle)
        return lambda: read
    return BundleFile(Path(bundle)).current


class _Seen(Struct, frozen=True):
    bundle: Bundle
    state: tuple[int, int, int]
    looked_at: float = field(default=0.0)  # monotonic


class BundleFile:
    """The bundle in a file, looked at once a second: what is revoked is there when it was exported anew.

    A file that cannot be read, or is no bundle, changes nothing, and is told in the log.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises `OSError` and `ValueError`."""
        self._path = path
        self._clock = clock
        self._seen = self._read()

    def current(self) -> Bundle:
        now = self._clock()
        if now - self._seen.looked_at >= 1.0:
            try:
                fresh = _state(self._path) != self._seen.state
                seen = self._read() if fresh else self._seen
            except (OSError, ValueError) as error:
                _log.warning("The verifier %s cannot be read: %s", self._path, type(error).__name__)
                seen = self._seen
            self._seen = _Seen(seen.bundle, seen.state, now)
        return self._seen.bundle

    def _read(self) -> _Seen:
        state = _state(self._path)
        return _Seen(verifier_bundle.read(self._path.read_bytes()), state, self._clock())


def _state(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino
