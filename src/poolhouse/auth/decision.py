"""What comes next in a sign-in: the one decision, from what is proven and never from a request. Pure."""

from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.table import BEGINS, DEFINE, FIRST_FACTORS, SECOND_FACTORS, TOKENS
from poolhouse.directory import assurance, factors
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus
from poolhouse.risk.actions import DEMANDS_FACTOR

# Gotcha 38 has it the other way for pools that always remember devices: adaptive MFA is passed over there. It
# would let in whoever holds the device and knows the password, which is what the risk was about [K].
DEVICES_ANSWER_RISKS = False


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
    second = _second_factor(pool, user, sign_in, proven)
    if second:
        return second
    return DEFINE if custom and "CUSTOM" not in proven else TOKENS


def _must_choose_password(user: User, proven: frozenset[str]) -> bool:
    return user.status is UserStatus.FORCE_CHANGE_PASSWORD and "NEW_PASSWORD" not in proven


def _second_factor(pool: Pool, user: User, sign_in: SignIn, proven: frozenset[str]) -> str | None:
    """The table of 2.5. A remembered device stands for the factor where the pool says so (2.2).

    Where a risk demands a factor, who was let in by the pool's functions is asked too, and a remembered
    device does not stand for it.
    """
    demanded = sign_in.risk is not None and sign_in.risk.action in DEMANDS_FACTOR
    by_device = DEVICES_ANSWER_RISKS or not demanded
    begun = proven & FIRST_FACTORS or (demanded and "CUSTOM" in proven)
    if not begun or proven & (SECOND_FACTORS if by_device else SECOND_FACTORS - {"DEVICE"}):
        return None
    asked = factors.asked(pool, user)
    if not asked:
        return None
    if sign_in.device_key and pool.devices and pool.devices.challenge and by_device:
        return "DEVICE_SRP_AUTH"
    if len(asked) > 1:
        return "SELECT_MFA_TYPE"
    return factors.STEPS[asked[0]]
