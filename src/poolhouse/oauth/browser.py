"""Who is signed in in this browser: the cookie `cognito` and its row (behaviour file, 6.7).

Every sign-in gets a new value, so a value that somebody put there before is worth nothing.
"""

import string

from poolhouse.auth.completion import Authenticated
from poolhouse.directory import user_agents
from poolhouse.directory.clients import Client
from poolhouse.directory.users import User
from poolhouse.http.response import Headers
from poolhouse.oauth.visit import Visit
from poolhouse.ports import SECOND, Tx
from poolhouse.store import sso_sessions
from poolhouse.store.sso_sessions import SsoSession

COOKIE = "cognito"

_ALPHABET = string.ascii_letters + string.digits
_ID_ALPHABET = string.ascii_lowercase + string.digits


async def signed_in(visit: Visit) -> tuple[SsoSession | None, User | None]:
    """The session of this browser with its user; neither where nobody is signed in."""
    value = visit.cookie(COOKIE)
    if not value:
        return None, None
    found = sso_sessions.digest(visit.keys.digest, value)

    async def read(tx: Tx) -> tuple[SsoSession | None, User | None]:
        return await sso_sessions.living(tx, visit.pool.pool_id, found, visit.now)

    return await visit.env.db.read(read)


def new_session(visit: Visit, client: Client, who: Authenticated, federated: str) -> tuple[str, SsoSession]:
    """The cookie's value, which is shown once, and the session to store."""
    session = SsoSession(
        session_id="sso" + visit.env.rng.text(25, _ID_ALPHABET),
        sub=who.user.sub,
        client_id=client.client_id,
        auth_time=who.auth_time,
        claims=who.claims,
        federated=federated,
        expires_at=visit.now + client.browser_life,
        address=visit.request.peer,
        device=user_agents.device(visit.request.header("user-agent")),
    )
    return visit.env.rng.text(43, _ALPHABET), session


async def store(visit: Visit, tx: Tx, value: str, session: SsoSession) -> None:
    """In place of the one that the browser had."""
    pool_id = visit.pool.pool_id
    before = visit.cookie(COOKIE)
    if before:
        await sso_sessions.end(tx, pool_id, sso_sessions.digest(visit.keys.digest, before))
    await sso_sessions.add(tx, pool_id, sso_sessions.digest(visit.keys.digest, value), session, visit.now)


def cookie(visit: Visit, value: str, session: SsoSession) -> Headers:
    return visit.set_cookie(COOKIE, value, (session.expires_at - visit.now) // SECOND)


async def signed_out(visit: Visit) -> tuple[SsoSession | None, Headers]:
    """End the session of this browser: what it was, and the header that takes the cookie away."""
    value = visit.cookie(COOKIE)

    async def end(tx: Tx) -> SsoSession | None:
        return await sso_sessions.end(tx, visit.pool.pool_id, sso_sessions.digest(visit.keys.digest, value))

    ended = await visit.env.db.run(end) if value else None
    return ended, visit.set_cookie(COOKIE, "", 0)
