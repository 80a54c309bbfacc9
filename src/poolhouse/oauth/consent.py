"""/consent: may this app use the account (UI guide, 7.14)?

Asked for by `prompt=consent`, and for clients that registered themselves, each time that they want more
than they were given before.
"""

from urllib.parse import urlsplit

from poolhouse.directory.clients import Client
from poolhouse.directory.users import User
from poolhouse.errors import AccessDeniedByUser
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, checks, faces, finish, forms
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.pages.parts import Scope
from poolhouse.oauth.pages.views import Consent
from poolhouse.oauth.visit import Visit
from poolhouse.ports import Tx
from poolhouse.store import consents


async def page(visit: Visit) -> Response:
    authorization, client = await checks.authorization(visit)
    _, user = await browser.signed_in(visit)
    if user is None:
        return answers.redirect(visit.url("/login", authorization.query))
    view = _view(visit, authorization, client, user)
    return await faces.shown(visit, view, client=client, authorization=authorization)


async def post(visit: Visit) -> Response:
    authorization, client = await checks.authorization(visit)
    form = forms.posted(visit)
    session, user = await browser.signed_in(visit)
    if session is None or user is None:
        return answers.redirect(visit.url("/login", authorization.query))
    if form.get("answer") != "allow":
        raise checks.to_app(authorization, AccessDeniedByUser())
    key = (visit.pool.pool_id, user.sub, client.client_id)

    async def give(tx: Tx) -> None:
        await consents.give(tx, *key, authorization.scopes, visit.now)

    await visit.env.db.run_singly(give)
    return await finish.again(visit, authorization, client, session, consented=True)


def _view(visit: Visit, authorization: Authorization, client: Client, user: User) -> Consent:
    parts = urlsplit(authorization.redirect_uri)
    return Consent(
        client=client.name,
        username=user.attributes.get("email") or user.username,
        scopes=tuple(Scope(name, _description(visit, name)) for name in authorization.scopes),
        host=parts.netloc or f"{parts.scheme}:",
    )


def _description(visit: Visit, scope: str) -> str:
    """Of the resource server that has the scope; empty: the page has words of its own, or the raw scope."""
    identifier, _, name = scope.rpartition("/")
    found = [server.scopes for server in visit.snapshot.resource_servers if server.identifier == identifier]
    return found[0].get(name, "") if found else ""
