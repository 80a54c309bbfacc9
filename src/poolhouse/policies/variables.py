"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}`.

A variable stands for the value that the request has under a context key. Source: AWS IAM User Guide, "IAM
policy elements: Variables and tags".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from poolhouse.policies.globs import Tokens, Wild
from poolhouse.policies.reading import MalformedPolicy, shown

Context = Mapping[str, tuple[str, ...]]  # keys in lower case; at least one value each

_VARIABLE = re.compile(r"\$\{([^\s${}',*?]+)(?:\s*,\s*'([^']*)')?\}")
_PLAIN = re.compile(r"[^$*?]+")
_SPECIAL = ("${*}", "${?}", "${$}")


@dataclass(frozen=True, slots=True)
class Language:
    """What a statement's texts mean.

    denies     its Effect: where AWS's documents leave a reading open, an Allow covers less and a Deny more
    variables  its document has policy variables (Version 2012-10-17)
    """

    denies: bool
    variables: bool


@dataclass(frozen=True, slots=True)
class Variable:
    key: str  # in lower case
    default: str | None


Part = str | Wild | Variable
Parts = tuple[Part, ...]


def read(text: str, *, wildcards: bool, variables: bool) -> Parts:
    """What a text of a policy is made of. Raises `MalformedPolicy` for a `${` that begins no variable.

    wildcards  `*` and `?` are wildcards, not themselves
    variables  the language of the document has variables (Version 2012-10-17)
    """
    parts: list[Part] = []
    at = 0
    while at < len(text):
        part, at = _next(text, at, wildcards, variables)
        parts.append(part)
    return tuple(parts)


def _next(text: str, at: int, wildcards: bool, variables: bool) -> tuple[Part, int]:
    """The part that begins at `at`, and where it ends."""
    plain = _PLAIN.match(text, at)
    if plain:
        return plain.group(), plain.end()
    if variables and text.startswith("${", at):
        return _variable(text, at)
    if wildcards and text[at] != "$":
        return Wild(text[at]), at + 1
    return text[at], at + 1


def _variable(text: str, at: int) -> tuple[Part, int]:
    if text.startswith(_SPECIAL, at):
        return text[at + 2], at + 4
    found = _VARIABLE.match(text, at)
    if found is None:
        raise MalformedPolicy(
            f"The variable at {shown(text[at:])} is not written as ${{key}} or ${{key, 'default'}}."
        )
    return Variable(found[1].lower(), found[2]), found.end()


def has_variables(parts: Sequence[Part]) -> bool:
    return any(isinstance(part, Variable) for part in parts)


def known(parts: Parts) -> Tokens:
    """The parts of a text that has no variables."""
    return tuple(part for part in parts if not isinstance(part, Variable))


def resolve(parts: Parts, context: Context) -> Tokens | None:
    """The parts with the request's values in place of the variables; None where one has no value.

    No value: the key is missing, its value is empty [K], or there are several (a key of several values is
    no variable); then its default counts, if there is one. Both are literal, whatever is in them.
    """
    tokens: list[str | Wild] = []
    for part in parts:
        if isinstance(part, Variable):
            values = context.get(part.key, ())
            value = values[0] if len(values) == 1 else ""
            text = value or part.default
            if text is None:
                return None
            tokens.append(text)
        else:
            tokens.append(part)
    return tuple(tokens)
