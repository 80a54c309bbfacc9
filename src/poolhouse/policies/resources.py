"""The Resource and NotResource elements: what a statement is about.

`*` and `?` match any characters, `/` and `:` too; case counts. A variable may stand in the sixth part of an
ARN. Source: AWS IAM User Guide, "IAM JSON policy elements: Resource" and "NotResource".
"""

from collections.abc import Callable, Sequence

from poolhouse.policies import globs, variables
from poolhouse.policies.globs import Match, Tokens
from poolhouse.policies.reading import MalformedPolicy, shown
from poolhouse.policies.variables import Context, Language, Parts, Variable

Reach = Callable[[str, Context], bool]  # is the statement about this resource?

_ARN_PARTS = 6


def read(patterns: Sequence[str], language: Language, *, excepted: bool) -> Reach:
    """Raises `MalformedPolicy`.

    excepted  the patterns are those of NotResource
    """
    known: list[Tokens] = []
    templates: list[Parts] = []
    for pattern in patterns:
        parts = _parts(pattern, language)
        if variables.has_variables(parts):
            templates.append(parts)
        else:
            known.append(variables.known(parts))
    always = globs.any_of(known)
    if excepted:
        return _all_but(always, templates, language.denies)
    return _covered(always, templates)


def _covered(always: Match, templates: Sequence[Parts]) -> Reach:
    """A pattern whose variable has no value matches nothing."""
    if not templates:
        return lambda resource, _context: always(resource)
    begun = [(_beginning(parts), parts) for parts in templates]

    def covers(resource: str, context: Context) -> bool:
        if always(resource):
            return True
        for beginning, parts in begun:
            if resource.startswith(beginning):
                tokens = variables.resolve(parts, context)
                if tokens is not None and globs.matcher(tokens)(resource):
                    return True
        return False

    return covers


def _beginning(parts: Parts) -> str:
    """The text that every match begins with: most resources are told apart by it, and cheaply."""
    return parts[0] if isinstance(parts[0], str) else ""


def _all_but(always: Match, templates: Sequence[Parts], denies: bool) -> Reach:
    """Where a variable has no value nobody knows what is excepted: an Allow covers nothing then [K]."""

    def covers(resource: str, context: Context) -> bool:
        resolved = [variables.resolve(parts, context) for parts in templates]
        if None in resolved and not denies:
            return False
        return not always(resource) and not any(
            globs.matcher(tokens)(resource) for tokens in resolved if tokens is not None
        )

    return covers


def _parts(pattern: str, language: Language) -> Parts:
    parts = variables.read(pattern, wildcards=True, variables=language.variables)
    colons = 0
    for part in parts:
        if isinstance(part, Variable) and colons < _ARN_PARTS - 1:
            raise MalformedPolicy(f"The resource {shown(pattern)} has a variable before its sixth part.")
        colons += part.count(":") if isinstance(part, str) else 0
    if pattern != "*" and (not pattern.startswith("arn:") or colons < _ARN_PARTS - 1):
        raise MalformedPolicy(f"The resource {shown(pattern)} must be * or an ARN with six parts.")
    return parts
