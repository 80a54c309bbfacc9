"""What a provider says of somebody beside the ID token: userinfo, signed or not, Graph, People (6.8)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import UserInfoRefused, UserInfoTimeout
from poolhouse.federation.oidc import calls, signed
from poolhouse.federation.oidc.upstream import Upstream
from poolhouse.ports import Fetched

_JWT = "application/jwt"

# Where Google's People API has the value of an entry; the names are its own.
_VALUES = ("value", "displayName", "formattedValue", "url", "text", "date")


async def claims(ctx: Ctx, upstream: Upstream, access_token: str, subject: str) -> dict[str, Any]:
    """Nothing where the provider has no such endpoint. Raises `ApiError`.

    subject  as the ID token names it, which it must name too; empty: there is no ID token
    """
    if not upstream.attributes_url:
        return {}
    url = upstream.attributes_url + ",".join(upstream.fields)
    headers = {"authorization": f"Bearer {access_token}", "accept": f"application/json, {_JWT}"}
    answer = await calls.send(ctx.env, upstream.attributes_method, url, headers, b"", late=UserInfoTimeout)
    found = await _said(ctx, upstream, answer)
    if upstream.fields and subject:
        return {name: person(found.get(name)) for name in upstream.fields if name in found}
    if subject and found.get("sub") != subject:
        raise UserInfoRefused(why="it is about somebody else")
    return found


async def _said(ctx: Ctx, upstream: Upstream, answer: Fetched) -> dict[str, Any]:
    """JSON, which TLS vouches for; or a token that the provider must have signed, for us (Core, 5.3.2)."""
    if answer.status != HTTPStatus.OK or _media_type(answer) != _JWT:
        return calls.document(upstream.name, answer)
    token = answer.body.decode("ascii", "replace")
    found, _ = await signed.content(ctx.env, upstream, token, UserInfoRefused)
    signed.check_parties(found, upstream, UserInfoRefused)
    signed.check_times(found, ctx.env.clock.now(), UserInfoRefused)
    return found


def _media_type(answer: Fetched) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def person(entries: Any) -> Any:
    """An entry of the People API as one value: of the primary one, else the first [K]."""
    if not isinstance(entries, list) or not entries:
        return entries
    listed = [entry for entry in entries if isinstance(entry, dict)]
    primary = [entry for entry in listed if _is_primary(entry)]
    for entry in (*primary, *listed):
        for name in _VALUES:
            if name in entry:
                return entry[name]
    return None


def _is_primary(entry: Mapping[str, Any]) -> bool:
    metadata = entry.get("metadata")
    return isinstance(metadata, dict) and metadata.get("primary") is True
