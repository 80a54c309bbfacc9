"""Managed login: the rules of a brand's sheet, for tokens that the house's own sheet does not have.

A rule is written where a mode has its token. Its selector outranks that of the house.
"""

from collections.abc import Iterator, Mapping, Set

from poolhouse.directory.managed_colors import USUAL

_FIELDS = ":where(input:not([type=checkbox], [type=radio]), select)"
_PROVIDERS = ":is(.idpButton-customizable, .socialButton-customizable)"


def _button_rules(selector: str, token: str) -> tuple[tuple[str, str, str], ...]:
    """Named thrice, a part goes before each rule of the house's sheet."""
    states = ((":active", "-active"), (":hover", "-hover"), ("", ""))
    parts = (("background", ""), ("border-color", "-edge"), ("color", "-text"))
    return tuple(
        (f"{selector * 3}{state}", name, f"{token}{end}{suffix}")
        for state, suffix in reversed(states)
        for name, end in parts
    )


# Selector, property, token; a rule is written where a mode has the token.
_RULES: tuple[tuple[str, str, str], ...] = (
    *_button_rules(".primary", "primary"),
    *_button_rules(".secondary", "secondary"),
    *_button_rules(_PROVIDERS, "idp"),
    (":is(label, .label, legend)", "color", "label"),
    (".hint", "color", "hint"),
    (_FIELDS, "background-color", "input"),
    ("::placeholder", "color", "placeholder"),
    (".foot details ul", "background", "menu"),
    (".foot details li [aria-current]", "background", "menu-chosen"),
    (".foot details li [aria-current]", "color", "menu-chosen-text"),
    (".foot details li :is(a, button):hover", "background", "menu-hover"),
    (".foot details li :is(a, button):hover", "border-color", "menu-hover-edge"),
    (".foot details li :is(a, button):hover", "color", "menu-hover-text"),
    (":is(.check, .choice) input", "accent-color", "option"),
    (".rules i", "color", "pending"),
    (".alert:not(.good, .note)", "border-color", "alert-edge"),
    (".alert.good", "border-color", "good-edge"),
    (".alert.note", "border-color", "note-edge"),
)

# A checkbox or radio button that the browser draws has one colour only. Where the brand has colours of other
# parts, the sheet draws it; not with forced colours, which a person has chosen for all pages.
_DRAWN = frozenset({"option-off", "option-edge", "option-mark"})
_OPTION = ":is(.check, .choice) input"
_DRAWING = (
    f"{_OPTION} {{ appearance: none; display: grid; place-items: center; border-radius: 5px; "
    "border: 1.5px solid var(--option-edge, var(--control)); background: var(--option-off, var(--surface)) }",
    f"{_OPTION}[type=radio] {{ border-radius: 50% }}",
    f"{_OPTION}:checked {{ border-color: var(--option, var(--accent)); "
    "background: var(--option, var(--accent)) }",
    f'{_OPTION}:checked::before {{ content: ""; inline-size: 60%; block-size: 60%; '
    "background: var(--option-mark, var(--on-accent)); "
    "clip-path: polygon(14% 44%, 0 60%, 40% 100%, 100% 20%, 84% 6%, 38% 70%) }",
    f"{_OPTION}[type=radio]:checked::before {{ clip-path: circle(45%) }}",
)


def written(named: Set[str], sizes: Mapping[str, str]) -> Iterator[str]:
    for selector, name, token in _RULES:
        if token in named:
            usual = USUAL[token]
            yield f"{selector} {{ {name}: var(--{token}, var(--{usual})) }}"
    if "card-edge" in named:
        yield "@media (min-width: 600px) { .page > main { border: 1px solid var(--card-edge, var(--line)) } }"
    if "--radius-input" in sizes:
        yield f"{_FIELDS} {{ border-radius: var(--radius-input) }}"
    if named & _DRAWN:
        yield f"@media (forced-colors: none) {{ {' '.join(_DRAWING)} }}"
