"""Every path of a pool's pages and endpoints, and what answers it (behaviour file, 6.1)."""

from collections.abc import Awaitable, Callable, Mapping

from poolhouse.http.response import Response
from poolhouse.oauth import authorize, sign_in, token
from poolhouse.oauth.visit import Visit

Handler = Callable[[Visit], Awaitable[Response]]

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/oauth2/authorize": {"GET": authorize.authorize},
    "/oauth2/token": {"POST": token.token},
    "/login": {"GET": sign_in.page, "POST": sign_in.post},
}

# Other names of the same.
ALIASES: Mapping[str, str] = {
    "/authorize": "/oauth2/authorize",
    "/token": "/oauth2/token",
    "/userInfo": "/oauth2/userInfo",
    "/revoke": "/oauth2/revoke",
}
