"""Sign-in on one screen: which step may follow which (behaviour file, section 2).

`engine.next_step` decides; an architecture test walks every combination of pool, user and proof and
shows that it never leaves this table. docs/architecture.md shows the diagram made from it.
"""

from collections.abc import Mapping

TOKENS = "TOKENS"

# What a step proves when it is answered rightly.
PROVES: Mapping[str, str] = {
    "PASSWORD": "PASSWORD",
    "PASSWORD_VERIFIER": "PASSWORD",
    "NEW_PASSWORD_REQUIRED": "NEW_PASSWORD",
}

# The first step of a flow. PASSWORD is answered in the call that begins the flow.
BEGINS: Mapping[str, str] = {
    "USER_SRP_AUTH": "PASSWORD_VERIFIER",
    "USER_PASSWORD_AUTH": "PASSWORD",
    "ADMIN_USER_PASSWORD_AUTH": "PASSWORD",
}

FOLLOWS: Mapping[str, frozenset[str]] = {
    "PASSWORD": frozenset({"NEW_PASSWORD_REQUIRED", TOKENS}),
    "PASSWORD_VERIFIER": frozenset({"NEW_PASSWORD_REQUIRED", TOKENS}),
    "NEW_PASSWORD_REQUIRED": frozenset({TOKENS}),
}
