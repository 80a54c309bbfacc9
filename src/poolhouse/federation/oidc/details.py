"""ProviderDetails of the type OIDC: by discovery, or with explicit addresses (6.8)."""

from collections.abc import Mapping

from poolhouse.context import Ctx
from poolhouse.directory.providers import OIDC
from poolhouse.errors import ProviderDetailWrong
from poolhouse.federation.details import Details, check_address, check_names
from poolhouse.federation.oidc import discovery

ADDRESSES = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
_NEEDED = ("client_id", "oidc_issuer", "authorize_scopes")
_ADDS = "attributes_url_add_attributes"
_METHOD = "attributes_request_method"
_KNOWN = frozenset({*_NEEDED, *ADDRESSES, _METHOD, "client_secret", _ADDS})


async def checked(ctx: Ctx, given: Mapping[str, str]) -> Details:
    """Addresses that are not given are discovered now, so that an issuer which does not answer is refused.

    Raises `InvalidParameter`.
    """
    details = {name: value for name, value in given.items() if value}
    check_names(OIDC, details, needed=_NEEDED, known=_KNOWN)
    if details.setdefault(_METHOD, "GET") not in ("GET", "POST"):
        raise ProviderDetailWrong(name=_METHOD, form="GET or POST")
    if details.pop(_ADDS, "false") != "false":
        raise ProviderDetailWrong(name=_ADDS, form="false")
    if "openid" not in details["authorize_scopes"].split():
        raise ProviderDetailWrong(name="authorize_scopes", form="a list with spaces in which openid is")
    _check_addresses(ctx, details)
    return Details(details, {**await _found(ctx, details), _ADDS: "false"})


def _check_addresses(ctx: Ctx, details: Mapping[str, str]) -> None:
    for name in ("oidc_issuer", *ADDRESSES):
        if name in details:
            check_address(ctx, name, details[name])
    if "?" in details["oidc_issuer"]:
        raise ProviderDetailWrong(name="oidc_issuer", form="an address without a query")


async def _found(ctx: Ctx, details: Mapping[str, str]) -> dict[str, str]:
    """The addresses that the operator left to discovery."""
    missing = [name for name in ADDRESSES if name not in details]
    if not missing:
        return {}
    found = await discovery.of_issuer(ctx.env, details["oidc_issuer"])
    return {name: address for name in missing if (address := getattr(found, name))}
