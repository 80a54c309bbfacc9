"""Links to terms of use and privacy policies, by language (behaviour file, 1.12)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from poolhouse.errors import TermsLinksRefused

DEFAULT = "cognito:default"
NAMES = ("terms-of-use", "privacy-policy")

# The languages of the pages, as Cognito names them here.
_LANGUAGES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}


def check(links: Mapping[str, str]) -> None:
    """Raises `TermsLinksRefused`."""
    if DEFAULT not in links:
        raise TermsLinksRefused(why=f"{DEFAULT} must be there.")
    for language, address in links.items():
        if not _is_https(address):
            raise TermsLinksRefused(why=f"that of {language} must be an address that begins with https://.")


def link(links: Mapping[str, str], language: str) -> str:
    """For the readers of a page in this language."""
    return links.get(f"cognito:{_LANGUAGES.get(language, '')}") or links[DEFAULT]


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = "@" not in parts.netloc and "\\" not in address and '"' not in address
    return parts.scheme == "https" and bool(parts.hostname) and plain and port_is_one
