"""The token of a request, out of its Authorization headers (RFC 6750, section 2.1)."""

from collections.abc import Sequence

from poolhouse.authorizer.errors import Malformed, MissingToken


def token(headers: Sequence[str]) -> str:
    """The bearer token. Only the header counts: an address ends up in logs, so no query is looked at.

    headers  the values of all Authorization headers

    Raises `MissingToken`, and `Malformed` for more than one.
    """
    if not headers:
        raise MissingToken
    if len(headers) > 1:
        raise Malformed("There is more than one Authorization header.")
    scheme, _, credentials = headers[0].partition(" ")
    if scheme.lower() != "bearer":
        raise MissingToken
    return credentials.strip(" ")
