"""The attributes of an assertion as the mapping reads them: one text each (behaviour file, 6.8)."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus


def flattened(attributes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """One value stays as it is; several become `[a, b]`, each form-encoded [D23]; none: it is left out."""
    return {name: _one_text(values) for name, values in attributes.items() if values}


def _one_text(values: Sequence[str]) -> str:
    if len(values) == 1:
        return values[0]
    return f"[{', '.join(_form_encoded(value) for value in values)}]"


def _form_encoded(value: str) -> str:
    """As Java's URLEncoder does it: only letters, digits and `. - * _` stay, a blank becomes `+`."""
    return quote_plus(value, safe="*").replace("~", "%7E")
