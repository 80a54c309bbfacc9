"""The end of a sign-in in the browser: a session, a code (or tokens), and back to the app (6.2)."""

from poolhouse.auth.completion import Authenticated
from poolhouse.directory.clients import Client
from poolhouse.errors import ConsentRequired
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import answers, browser, granted, new_passkey
from poolhouse.oauth.checks import Authorization, to_app
from poolhouse.oauth.visit import Visit
from poolhouse.ports import Tx
from poolhouse.store import authorization_codes, consents, sso_sessions
from poolhouse.store.authorization_codes import Grant
from poolhouse.store.sso_sessions import SsoSession


async def finished(
    visit: Visit, authorization: Authorization, client: Client, who: Authenticated, *, federated: str = ""
) -> Response:
    """Somebody has just signed in: remember the browser, and send it back to the app, or to be asked.

    federated  as JSON, the provider that they came from with NameID and session index; empty: native
    """
    value, session = browser.new_session(visit, client, who, federated)
    grant = _grant(visit, authorization, session, who.family_id)
    code = visit.env.rng.uuid()
    before = await _before(visit, authorization, client, who, federated)

    async def store(tx: Tx) -> None:
        await browser.store(visit, tx, value, session)
        if authorization.response_type == "code" and not before:
            await _add_code(visit, tx, code, grant)

    await visit.env.db.run(store)
    cookie = browser.cookie(visit, value, session)
    if before:
        return answers.redirect(visit.url(before, authorization.query), cookie)
    return await _back(visit, authorization, client, grant, code, cookie)


async def _before(
    visit: Visit, authorization: Authorization, client: Client, who: Authenticated, federated: str
) -> str:
    """The page that comes before the app; empty: none. It leads on by the session."""
    if await _asks(visit, authorization, client, who.user.sub):
        return "/consent"
    offered = not federated and new_passkey.is_offered(visit, client, who.user)
    return new_passkey.PATH if offered else ""


async def again(
    visit: Visit,
    authorization: Authorization,
    client: Client,
    session: SsoSession,
    *,
    consented: bool = False,
) -> Response:
    """The browser was signed in already (`auth_time` stays). `consented`: the user was asked just now."""
    if not consented and await _asks(visit, authorization, client, session.sub):
        if "none" in authorization.prompt:
            raise to_app(authorization, ConsentRequired())
        return answers.redirect(visit.url("/consent", authorization.query))
    grant = _grant(visit, authorization, session, visit.env.rng.uuid())
    code = visit.env.rng.uuid()

    async def store(tx: Tx) -> None:
        if visit.pool.sessions.tracked:
            await sso_sessions.active(tx, visit.pool.pool_id, session, visit.now)
        if authorization.response_type == "code":
            await _add_code(visit, tx, code, grant)

    await visit.env.db.run_singly(store)
    return await _back(visit, authorization, client, grant, code, ())


async def _asks(visit: Visit, authorization: Authorization, client: Client, sub: str) -> bool:
    """Must the user say first what the client may do?"""
    if "consent" in authorization.prompt:
        return True
    if not client.third_party:
        return False

    async def read(tx: Tx) -> frozenset[str]:
        return await consents.given(tx, visit.pool.pool_id, sub, client.client_id)

    return not set(authorization.scopes) <= await visit.env.db.read(read)


async def _add_code(visit: Visit, tx: Tx, code: str, grant: Grant) -> None:
    digest = authorization_codes.digest(visit.keys.digest, code)
    await authorization_codes.add(tx, visit.pool.pool_id, digest, grant)


def _grant(visit: Visit, authorization: Authorization, session: SsoSession, family_id: str) -> Grant:
    return Grant(
        client_id=authorization.client_id,
        sub=session.sub,
        family_id=family_id,
        session_id=session.session_id,
        redirect_uri=authorization.redirect_uri,
        scopes=" ".join(authorization.scopes),
        challenge=authorization.code_challenge,
        nonce=authorization.nonce,
        audience=authorization.resource,
        auth_time=session.auth_time,
        claims=session.claims,
        issued_at=visit.now,
    )


async def _back(
    visit: Visit, authorization: Authorization, client: Client, grant: Grant, code: str, headers: Headers
) -> Response:
    """To the app, with the code in the query; or with the tokens in the fragment, in Cognito's order."""
    state = {"state": authorization.state} if authorization.state else {}
    end = {**state, "iss": visit.issuer}
    if authorization.response_type == "code":
        address = answers.with_parameters(authorization.redirect_uri, {"code": code, **end})
        return answers.redirect(address, headers)
    result = await granted.tokens(visit.ctx("InitiateAuth", client), grant, refreshable=False)
    found = {"id_token": result["IdToken"]} if "IdToken" in result else {}
    found |= {
        "access_token": result["AccessToken"],
        "expires_in": str(result["ExpiresIn"]),
        "token_type": "Bearer",
    }
    address = answers.with_parameters(authorization.redirect_uri, found | end, fragment=True)
    return answers.redirect(address, headers)
