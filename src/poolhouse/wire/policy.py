"""IAM identity policies: may the holder of an access key do this?

The part of the IAM policy language that admin calls need: Effect, Action or NotAction, Resource or
NotResource, with `*` and `?`. What is not understood is refused when the policy is compiled, so that
no policy ever means less than its author reads in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

MAX_STATEMENTS = 100
MAX_PATTERNS = 1000  # in one statement
MAX_PATTERN = 512  # characters

_VERSIONS = ("2012-10-17", "2008-10-17")
_POLICY_MEMBERS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_MEMBERS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"})


class Decision(Enum):
    ALLOWED = "allowed"
    DENIED_EXPLICITLY = "a statement denies it"
    DENIED_IMPLICITLY = "no statement allows it"


@dataclass(frozen=True, slots=True)
class Statement:
    denies: bool
    actions: tuple[str, ...]  # patterns, in lower case: action names ignore case
    except_actions: bool  # NotAction
    resources: tuple[str, ...]  # patterns
    except_resources: bool  # NotResource

    def covers(self, action: str, resource: str) -> bool:
        """`action` in lower case."""
        return self.except_actions != any(matches(pattern, action) for pattern in self.actions) and (
            self.except_resources != any(matches(pattern, resource) for pattern in self.resources)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    statements: tuple[Statement, ...]


def compile(document: Mapping[str, Any]) -> Policy:  # noqa: A001 - read as policy.compile, like re.compile
    """Check a policy document and make it ready. Raises `ValueError` with one sentence for its author."""
    if not isinstance(document, Mapping):
        raise ValueError("A policy must be a JSON object.")
    _refuse_unknown("A policy", document, _POLICY_MEMBERS)
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        raise ValueError("The Version of a policy must be 2012-10-17 or 2008-10-17.")
    statements = document.get("Statement")
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list) or not 1 <= len(statements) <= MAX_STATEMENTS:
        raise ValueError(f"A policy must have from 1 to {MAX_STATEMENTS} statements in Statement.")
    return Policy(tuple(_statement(statement) for statement in statements))


def decide(policy: Policy, action: str, resource: str) -> Decision:
    """Whether `action` (`cognito-idp:AdminGetUser`) is allowed on `resource` (an ARN, or `*`).

    A statement that denies wins over all that allow.
    """
    covering = [statement for statement in policy.statements if statement.covers(action.lower(), resource)]
    if any(statement.denies for statement in covering):
        return Decision.DENIED_EXPLICITLY
    return Decision.ALLOWED if covering else Decision.DENIED_IMPLICITLY


def allows(policy: Policy, action: str, resource: str) -> bool:
    return decide(policy, action, resource) is Decision.ALLOWED


def matches(pattern: str, text: str) -> bool:
    """Whether `pattern`, in which `*` is any text and `?` any character, is the whole of `text`.

    It remembers only the last `*`, so the time is bounded by the product of the lengths.
    """
    place = star = resume = 0
    at = 0
    after_star = False
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            after_star, star, resume = True, place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            place += 1
            at += 1
        elif after_star:
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return not pattern[place:].strip("*")


def _statement(statement: Any) -> Statement:
    if not isinstance(statement, Mapping):
        raise ValueError("Each statement of a policy must be a JSON object.")
    if "Condition" in statement:
        raise ValueError("Poolhouse does not support Condition in a policy yet.")
    _refuse_unknown("A statement", statement, _STATEMENT_MEMBERS)
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("The Effect of a statement must be Allow or Deny.")
    except_actions, actions = _either(statement, "Action")
    except_resources, resources = _either(statement, "Resource")
    for pattern in actions:
        _check_action(pattern)
    for pattern in resources:
        _check_resource(pattern)
    return Statement(
        denies=statement["Effect"] == "Deny",
        actions=tuple(pattern.lower() for pattern in actions),
        except_actions=except_actions,
        resources=resources,
        except_resources=except_resources,
    )


def _either(statement: Mapping[str, Any], name: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the statement has the Not... form of a member, and its patterns."""
    negated = f"Not{name}" in statement
    if negated == (name in statement):
        raise ValueError(f"A statement must have either {name} or Not{name}.")
    member = f"Not{name}" if negated else name
    patterns = statement[member]
    if isinstance(patterns, str):
        patterns = [patterns]
    if not isinstance(patterns, list) or not 1 <= len(patterns) <= MAX_PATTERNS:
        raise ValueError(f"{member} must be a text or a list of 1 to {MAX_PATTERNS} texts.")
    if not all(isinstance(pattern, str) and 1 <= len(pattern) <= MAX_PATTERN for pattern in patterns):
        raise ValueError(f"{member} must hold texts of 1 to {MAX_PATTERN} characters.")
    return negated, tuple(patterns)


def _check_action(pattern: str) -> None:
    service, colon, name = pattern.partition(":")
    if pattern != "*" and not (service and colon and name and ":" not in name and pattern.isascii()):
        raise ValueError(
            f"The action '{pattern}' must be * or a service and a name, such as cognito-idp:List*."
        )


def _check_resource(pattern: str) -> None:
    if "${" in pattern:
        raise ValueError(f"Poolhouse does not support policy variables yet: '{pattern}'.")
    if pattern != "*" and (not pattern.startswith("arn:") or pattern.count(":") < 5):
        raise ValueError(f"The resource '{pattern}' must be * or an ARN with six parts.")


def _refuse_unknown(what: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise ValueError(f"{what} cannot have the member {unknown[0]}.")
