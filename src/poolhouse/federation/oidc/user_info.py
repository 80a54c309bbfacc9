"""What a provider says of somebody beside the ID token: userinfo, Graph, People (6.8)."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import UserInfoRefused, UserInfoTimeout
from poolhouse.federation.oidc import calls
from poolhouse.federation.oidc.upstream import Upstream

# Where Google's People API has the value of an entry; the names are its own.
_VALUES = ("value", "displayName", "formattedValue", "url", "text", "date")


async def claims(ctx: Ctx, upstream: Upstream, access_token: str, subject: str) -> dict[str, Any]:
    """Nothing where the provider has no such endpoint. Raises `ApiError`.

    subject  as the ID token names it, which it must name too; empty: there is no ID token
    """
    if not upstream.attributes_url:
        return {}
    url = upstream.attributes_url + ",".join(upstream.fields)
    headers = {"authorization": f"Bearer {access_token}"}
    answer = await calls.send(ctx.env, upstream.attributes_method, url, headers, b"", late=UserInfoTimeout)
    found = calls.document(upstream.name, answer)
    if upstream.fields and subject:
        return {name: person(found.get(name)) for name in upstream.fields if name in found}
    if subject and found.get("sub") != subject:
        raise UserInfoRefused
    return found


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
