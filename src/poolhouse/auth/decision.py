"""What comes next in a sign-in: the one decision, from what is proven and never from a request. Pure."""

from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.table import BEGINS, DEFINE, FIRST_FACTORS, SECOND_FACTORS, TOKENS
from poolhouse.directory import assurance, factors
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus


def next_step(pool: Pool, user: User | None, sign_in: SignIn) -> str:
    """The step of auth/table.py that has to follow; `user` is None for the decoy of an unknown name."""
    if sign_in.chosen:
        return sign_in.chosen
    proven = frozenset(sign_in.proven)
    custom = sign_in.flow == "CUSTOM_AUTH"
    if user is None or not (custom or proven & FIRST_FACTORS):
        return BEGINS[sign_in.flow]
    if "PASSWORD" in proven and _must_choose_password(user, proven):
        return "NEW_PASSWORD_REQUIRED"
    needed = assurance.next_factor(pool, user, proven, sign_in.goal)
    if needed:
        return factors.STEPS[needed]
    if proven & FIRST_FACTORS and not proven & SECOND_FACTORS:
        second = _second_factor(pool, user, sign_in)
        if second:
            return second
    return DEFINE if custom and "CUSTOM" not in proven else TOKENS


def _must_choose_password(user: User, proven: frozenset[str]) -> bool:
    return user.status is UserStatus.FORCE_CHANGE_PASSWORD and "NEW_PASSWORD" not in proven


def _second_factor(pool: Pool, user: User, sign_in: SignIn) -> str | None:
    """The table of 2.5. A remembered device stands for the factor where the pool says so (2.2)."""
    asked = factors.asked(pool, user)
    if not asked:
        return None
    if sign_in.device_key and pool.devices and pool.devices.challenge:
        return "DEVICE_SRP_AUTH"
    if len(asked) > 1:
        return "SELECT_MFA_TYPE"
    return factors.STEPS[asked[0]]
