"""Where signing in begins for an app client, when no request of the app says so."""

from poolhouse.directory.clients import Client
from poolhouse.oauth.visit import Visit


def address(visit: Visit, client: Client, path: str = "/login") -> str:
    """The sign-in page, if the client has one place only to come back to; else empty.

    path  of the page where it is to begin instead
    """
    if not client.oauth_enabled or "code" not in client.oauth_flows or len(client.callback_urls) != 1:
        return ""
    asked = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": client.callback_urls[0],
    }
    return visit.url(path, asked)
