"""A form that uses a code up and is posted twice, by a double click: both posts get the one answer.

The first post does what the form says. A post of the same form with the same words, from the same browser and
within a minute, gets the first one's answer again: the same session in its cookie, the same code for the app.
So a code that is used up proves nothing a second time, and nothing is done twice.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import msgspec

from poolhouse.crypto import aead
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, forms
from poolhouse.oauth.visit import Visit
from poolhouse.ports import MINUTE, Tx
from poolhouse.store import given_answers

_LIFE = MINUTE
_PAUSE, _PAUSES = 0.1, 30  # seconds; the first post is answered meanwhile, or never
_FAILED = 400

Answer = Callable[[], Awaitable[Response]]


async def answered(visit: Visit, form: Parameters, answer: Answer) -> Response:
    """What `answer` gives, once for each form. Refusals are not kept: each post is refused for itself."""
    digest = _digest(visit, form)
    if not await _is_first(visit, digest):
        again = await _again(visit, digest)
        return again or await answer()
    try:
        given = await answer()
    except BaseException:
        await _forget(visit, digest)
        raise
    await (_forget(visit, digest) if given.status >= _FAILED else _keep(visit, digest, given))
    return given


def _digest(visit: Visit, form: Parameters) -> str:
    """Of the browser and of all that was posted: `_csrf` and the sealed state of the page are in the form."""
    text = f"{visit.path}|{visit.cookie(forms.COOKIE)}|{urlencode(sorted(form.items()))}"
    return hmac.digest(visit.keys.digest, b"form|" + text.encode(), hashlib.sha256).hex()


async def _is_first(visit: Visit, digest: str) -> bool:
    pool_id, now = visit.pool.pool_id, visit.now

    async def begin(tx: Tx) -> bool:
        return await given_answers.begin(tx, pool_id, digest, now, now + _LIFE)

    return await visit.env.db.run(begin)


async def _again(visit: Visit, digest: str) -> Response | None:
    """The first post's answer, once it is known; None where it was refused.

    A browser that has that answer's session already goes on by it: the code in the answer is used.
    """
    for _ in range(_PAUSES):
        posted, sealed = await _found(visit, digest)
        if not posted:
            return None
        if sealed is not None:
            return _repeated(visit, _opened(visit, digest, sealed))
        await asyncio.sleep(_PAUSE)
    return None


def _repeated(visit: Visit, given: Response) -> Response:
    session = visit.cookie(browser.COOKIE).encode()
    if session and any(name == b"set-cookie" and session in value for name, value in given.headers):
        return answers.redirect(visit.url("/oauth2/authorize", visit.request.query))
    return given


async def _found(visit: Visit, digest: str) -> tuple[bool, bytes | None]:
    async def find(tx: Tx) -> tuple[bool, bytes | None]:
        return await given_answers.find(tx, visit.pool.pool_id, digest, visit.now)

    return await visit.env.db.read(find)


async def _keep(visit: Visit, digest: str, given: Response) -> None:
    plain = msgspec.msgpack.encode((given.status, given.headers, given.body))
    nonce = visit.env.rng.bytes(aead.NONCE_BYTES)
    sealed = aead.seal(visit.keys.session, plain, _bound_to(visit, digest), nonce)

    async def keep(tx: Tx) -> None:
        await given_answers.keep(tx, visit.pool.pool_id, digest, sealed)

    await visit.env.db.run_singly(keep)


async def _forget(visit: Visit, digest: str) -> None:
    async def forget(tx: Tx) -> None:
        await given_answers.forget(tx, visit.pool.pool_id, digest)

    await visit.env.db.run_singly(forget)


def _opened(visit: Visit, digest: str, sealed: bytes) -> Response:
    plain = aead.open_sealed(visit.keys.session, sealed, _bound_to(visit, digest))
    status, headers, body = msgspec.msgpack.decode(
        plain, type=tuple[int, tuple[tuple[bytes, bytes], ...], bytes]
    )
    return Response(status, headers, body)


def _bound_to(visit: Visit, digest: str) -> str:
    return f"answer|{visit.pool.pool_id}|{digest}"
