"""Which of the twelve languages a page speaks (UI guide, 8). Pure."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

# In the order of the menu, each by its own name.
LANGUAGES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pt-BR": "Português (Brasil)",
    "zh-CN": "简体中文",
    "zh-TW": "繁體中文",
}
COMPLETE = ("de", "en", "es", "fr", "ja", "pt-BR")
DEFAULT = "en"
FIELD = "lang"
_MOST_RANGES = 20  # of an Accept-Language header; what comes after them is not read
_LOOKUP = {lang.lower(): lang for lang in LANGUAGES} | {
    "pt": "pt-BR",
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-sg": "zh-CN",
    "zh-hant": "zh-TW",
    "zh-hk": "zh-TW",
    "zh-mo": "zh-TW",
    "in": "id",  # as Java still says it
}


def chosen(lang: str = "", ui_locales: str = "", cookie: str = "", accept: str = "") -> str:
    """The first that is one of ours: `lang`, `ui_locales`, the cookie, `Accept-Language`; else English."""
    wanted = (lang, *ui_locales.split(), cookie, *_accepted(accept))
    return next((known for tag in wanted if (known := _known(tag))), DEFAULT)


def menu(query: str) -> tuple[tuple[str, str, str], ...]:
    """(tag, own name, address) of each language: the page with the same query, in that language."""
    return tuple((lang, name, f"?{asked_for(query, lang)}") for lang, name in LANGUAGES.items())


def asked_for(query: str, lang: str) -> str:
    """The query of a page, with this language in it."""
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != FIELD]
    return urlencode([*kept, (FIELD, lang)])


def _known(tag: str) -> str:
    """RFC 4647, 3.4 (lookup): the tag, then the tag less its last part, until one is known; else ""."""
    parts = tag.strip().lower().replace("_", "-").split("-")[:4]
    while parts:
        if found := _LOOKUP.get("-".join(parts)):
            return found
        parts.pop()
    return ""


def _accepted(header: str) -> Iterable[str]:
    """The language ranges of an `Accept-Language` header (RFC 9110, 12.5.4), the most wanted first."""
    ranges = [_weighed(entry) for entry in header.split(",")[:_MOST_RANGES]]
    ranges.sort(key=lambda weighed: -weighed[1])  # stable: among equals the first stays first
    return [tag for tag, weight in ranges if weight > 0]


def _weighed(entry: str) -> tuple[str, float]:
    tag, _, parameter = entry.partition(";")
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return tag.strip(), 1.0
    try:
        return tag.strip(), min(float(value), 1.0)
    except ValueError:
        return tag.strip(), 0.0
