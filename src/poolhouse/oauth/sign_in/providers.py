"""The app client's identity providers on the sign-in page (behaviour file, 6.2 and 6.8; UI guide, 7.1)."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from poolhouse.directory import providers
from poolhouse.directory.providers import Provider
from poolhouse.errors import OptionNotAvailable
from poolhouse.http.response import Response
from poolhouse.oauth import answers, federate
from poolhouse.oauth.pages import parts
from poolhouse.oauth.sign_in.turn import Turn

_LABELS: Mapping[str, str] = {"LoginWithAmazon": "Amazon", "SignInWithApple": "Apple"}
_DESTINATIONS = ("authorize_url", "SSORedirectBindingURI")
_AUTHORIZE = "/oauth2/authorize"
_LONGEST_IDENTIFIER = 40  # characters (6.8)


def of(turn: Turn) -> list[Provider]:
    return federate.enabled(turn.visit, turn.client)


def buttons(turn: Turn) -> tuple[parts.Provider, ...]:
    """A way in each; directories of companies have none where an address says whose they are."""
    hidden = single_sign_on(turn)
    return tuple(
        parts.Provider(one.name, _LABELS.get(one.name, one.name), company=_of_company(one))
        for one in of(turn)
        if not (hidden and _of_company(one))
    )


def single_sign_on(turn: Turn) -> bool:
    """There are company directories, and each of them has identifiers (6.8)."""
    companies = [one for one in of(turn) if _of_company(one)]
    return bool(companies) and all(one.identifiers for one in companies)


def _of_company(provider: Provider) -> bool:
    return provider.provider_type == providers.SAML


def targets(turn: Turn) -> tuple[str, ...]:
    """Where a post of the page may lead in the end: browsers hold a form to all redirects that follow."""
    known = [{**one.details, **one.found} for one in of(turn)]
    return tuple(found[name] for found in known for name in _DESTINATIONS if found.get(name))


def by_address(turn: Turn, address: str) -> str:
    """The identifier of the provider that has the domain of this address; "": none has."""
    domain = address.rpartition("@")[2].strip().lower() if "@" in address else ""
    if not domain or len(domain) > _LONGEST_IDENTIFIER:
        return ""
    found = [text for one in of(turn) for text in one.identifiers if text.lower() == domain]
    return found[0] if found else ""


def gone_to(turn: Turn, name: str) -> Response:
    """Off to a provider by its name. Raises `OptionNotAvailable` for one that the app does not have."""
    if name not in (one.name for one in of(turn)):
        raise OptionNotAvailable(client_id=turn.client.client_id)
    return _off(turn, "identity_provider", name)


def gone_by_identifier(turn: Turn, identifier: str) -> Response:
    return _off(turn, "idp_identifier", identifier)


def _off(turn: Turn, parameter: str, value: str) -> Response:
    chosen = ("identity_provider", "idp_identifier")
    kept = {name: text for name, text in parse_qsl(turn.authorization.query) if name not in chosen}
    return answers.redirect(turn.visit.url(_AUTHORIZE, {**kept, parameter: value}))
