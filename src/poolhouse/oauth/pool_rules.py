"""What the pages say of a pool: what its people sign in with, and what a new password must be."""

from collections.abc import Callable

from poolhouse.directory import assurance, passwords, plans
from poolhouse.directory.pools import PasswordPolicy, Pool
from poolhouse.oauth.pages.parts import Identity, Rule
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.visit import Visit

_LONGEST = 256  # characters (service model, PasswordType)


def identity(pool: Pool) -> Identity:
    """The field that a person is asked for by name; aliases go into the field of the user name (3.2)."""
    named = frozenset(pool.username_attributes)
    if named == {"email"}:
        return "email"
    if named == {"phone_number"}:
        return "phone"
    return "email_or_phone" if named else "username"


def levels(visit: Visit, text: str) -> list[int]:
    """The levels that `acr_values` names; where the tier has no step-up it is passed over (6.2)."""
    in_tier = plans.has(visit.env.settings, visit.pool.config, plans.STEP_UP)
    return assurance.wanted(visit.pool, text) if in_tier else []


def password_rules(policy: PasswordPolicy, tried: str | None = None) -> tuple[Rule, ...]:
    """The policy's lines in the order of the pages. `tried`: a password, which meets each or not."""
    return tuple(
        Rule(kind, least, None if tried is None else meets(tried))  # type: ignore[arg-type]
        for kind, least, meets in _lines(policy)
    )


def broken(policy: PasswordPolicy, password: str) -> tuple[Said, ...]:
    """What is wrong with a new password, all at once (UI guide, 6): the policy, and what none may be."""
    weak = tuple(
        Said(f"password.weak.{kind}", {"n": least} if least else {})
        for kind, least, meets in _lines(policy)
        if not meets(password)
    )
    too_long = (Said("password.long", {"n": _LONGEST}),) if len(password) > _LONGEST else ()
    edged = (Said("password.edge"),) if password != password.strip() else ()
    return weak + too_long + edged


def _lines(policy: PasswordPolicy) -> list[tuple[str, int, Callable[[str], bool]]]:
    """Kind, characters (of `length`), and whether a password meets it; those that the policy has."""
    least = policy.minimum_length
    lines: list[tuple[bool, str, int, Callable[[str], bool]]] = [
        (True, "length", least, lambda password: len(password) >= least),
        (policy.numbers, "number", 0, passwords.has_digit),
        (policy.uppercase, "upper", 0, passwords.has_upper),
        (policy.lowercase, "lower", 0, passwords.has_lower),
        (policy.symbols, "symbol", 0, passwords.has_symbol),
    ]
    return [(kind, least, meets) for asked, kind, least, meets in lines if asked]
