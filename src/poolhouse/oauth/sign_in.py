"""/login: the page, and what is typed there (behaviour file, 6.7)."""

from html import escape

from poolhouse.auth import engine
from poolhouse.errors import ApiError
from poolhouse.http.response import Response
from poolhouse.http.site import html
from poolhouse.oauth import checks, finish, forms
from poolhouse.oauth.visit import Visit

_POLICY = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


async def page(visit: Visit) -> Response:
    authorization, _ = await checks.authorization(visit)
    return _form(visit, authorization.query, 200, "")


async def post(visit: Visit) -> Response:
    authorization, client = await checks.authorization(visit)
    form = forms.posted(visit)
    ctx = visit.ctx("InitiateAuth", client)
    answer = {"USERNAME": form.get("username", ""), "PASSWORD": form.get("password", "")}
    try:
        result = await engine.begin(ctx, "USER_PASSWORD_AUTH", answer)
    except ApiError as error:
        return _form(visit, authorization.query, 400, error.message)
    return await finish.finished(visit, authorization, client, result["Authenticated"])


def _form(visit: Visit, query: str, status: int, message: str) -> Response:
    csrf, headers = forms.token(visit)
    text = (
        f"<!doctype html><title>Signin</title><p>{escape(message)}</p>"
        f'<form name="cognitoSignInForm" method="post" action="{escape(visit.url("/login", query))}">'
        f'<input type="hidden" name="_csrf" value="{csrf}"><input name="username"><input name="password" '
        'type="password"><input type="submit" name="signInSubmitButton" value="Sign in"></form>'
    )
    found = html(status, text, _POLICY)
    return Response(found.status, (*found.headers, *headers), found.body)
