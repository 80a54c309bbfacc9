"""How much a sign-in proves: the four levels of step-up, `acr` and `amr` (behaviour file, 2.7 and 4.1). Pure.

Proofs are those of auth/table.py. What satisfies a level is fixed; a pool may only name the levels.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.directory import factors, first_factors
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User

NOT_ASKED = -1
NONE_REACHABLE = 0
LEVELS = (1, 2, 3, 4)

_DEFAULT = "urn:cognito:loa:"  # service model, AcrConfiguration
_ONE_TIME = frozenset({"EMAIL_OTP", "SMS_OTP", "SIGNED_UP"})
_CODES = frozenset({"SMS_MFA", "EMAIL_MFA"})

# That a code of an authenticator app is `otp`, and that the code of ConfirmSignUp is too, is [K].
_METHODS: Mapping[str, str] = {
    "PASSWORD": "pwd",
    "EMAIL_OTP": "email_otp",
    "SMS_OTP": "sms",
    "SIGNED_UP": "otp",
    "PASSKEY": "swk",
    "TOTP": "otp",
    "SMS_MFA": "sms",
    "EMAIL_MFA": "email_otp",
}
_SECOND = frozenset({"TOTP", "SMS_MFA", "EMAIL_MFA", "PASSKEY_MFA"})


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a sign-in leaves in `token_families.claims`.

    proven  what was proven, for a later step-up
    acr     the level that was reached; empty where none was asked for, and then no token shows it
    amr     how
    vouched  the level that an identity provider vouches for; 0: none
    """

    proven: tuple[str, ...] = ()
    acr: str = ""
    amr: tuple[str, ...] = ()
    vouched: int = 0


_RECORD = msgspec.json.Decoder(Record)


def names(config: Mapping[str, Any]) -> dict[int, str]:
    """The name of each level: the pool's own or the default."""
    own = config.get("AcrConfiguration") or {}
    return {level: own.get(f"Level{level}", {}).get("AcrValue") or f"{_DEFAULT}{level}" for level in LEVELS}


def level(proven: Iterable[str]) -> int:
    """The level that these proofs reach; 0: none."""
    found = frozenset(proven)
    if "PASSWORD" in found and "TOTP" in found:
        return 4
    if "PASSKEY" in found or ("PASSWORD" in found and found & _CODES):
        return 3
    if found & _ONE_TIME:
        return 2
    return 1 if "PASSWORD" in found else 0


def wanted(pool: Pool, text: str) -> list[int]:
    """The levels that TARGET_ACR_VALUES names, best first; names that the pool does not know are ignored."""
    known = {name: number for number, name in names(pool.config).items()}
    return [known[name] for name in text.split() if name in known]


def goal(pool: Pool, user: User | None, targets: Sequence[int], offered: Sequence[str]) -> int:
    """The first target that the user can reach with the first factors that are offered.

    NONE_REACHABLE: the sign-in goes on as usual, and its `acr` says what it reached [K].
    """
    reachable = {number for number in LEVELS if _ways(pool, user, number, offered)}
    return next((number for number in targets if number in reachable), NONE_REACHABLE)


def beginnings(pool: Pool, user: User | None, number: int, offered: Sequence[str]) -> tuple[str, ...]:
    """Of the first factors that are offered, those that lead to this level; all, where no level is asked."""
    return _ways(pool, user, number, offered) if number > 0 else tuple(offered)


def _ways(pool: Pool, user: User | None, number: int, offered: Sequence[str]) -> tuple[str, ...]:
    passwords = {first_factors.PASSWORD, first_factors.PASSWORD_SRP}
    leads = {
        1: passwords,
        2: set(first_factors.ADDRESS_OF),
        3: {first_factors.PASSKEY} | (passwords if _second(pool, user, 3) else set()),
        4: passwords if _second(pool, user, 4) else set(),
    }[number]
    return tuple(factor for factor in offered if factor in leads)


def next_factor(pool: Pool, user: User, proven: frozenset[str], number: int) -> str | None:
    """The second factor that this level still needs, turned on by the user or not. None: nothing."""
    if number <= 0 or "PASSWORD" not in proven or level(proven) >= number:
        return None
    return _second(pool, user, number)


def _second(pool: Pool, user: User | None, number: int) -> str | None:
    """The factor that makes a password this level: the preferred one, else the first that is usable [K]."""
    if user is None or pool.mfa == "OFF":
        return None
    fit = {3: (factors.SMS, factors.EMAIL), 4: (factors.TOTP,)}.get(number, ())
    able = [factor for factor in factors.usable(pool, user) if factor in fit]
    preferred = user.factors.preferred
    return preferred if preferred in able else next(iter(able), None)


def record(pool: Pool, proven: Sequence[str], number: int) -> str:
    """What to keep of a sign-in, as JSON. `acr` and `amr` only where levels were asked for [K]."""
    kept = tuple(proof for proof in proven if proof)
    if number == NOT_ASKED:
        return _json(Record(kept))
    methods = dict.fromkeys(_METHODS[proof] for proof in kept if proof in _METHODS)
    several = ("mfa",) if _SECOND & set(kept) else ()
    return _json(Record(kept, names(pool.config).get(level(kept), ""), (*methods, *several)))


def _json(found: Record) -> str:
    return msgspec.json.encode(found).decode()


def vouched(pool: Pool, mapping: Mapping[str, str], acr: object) -> str:
    """What to keep of a sign-in with a provider that has an AcrMapping, as JSON, where levels were asked for.

    acr  of its ID token; one that is not mapped is the lowest level (service model), and so is none at all
         [K]. Of two levels with one value it is the lower [K].
    """
    meant = [each for each in LEVELS if (acr or "") == mapping.get(f"Level{each}")]
    number = min(meant, default=LEVELS[0])
    return _json(Record(acr=names(pool.config)[number], amr=("fed",), vouched=number))


def reached(claims: str) -> int:
    """The level of a sign-in of before; 0: none."""
    found = _RECORD.decode(claims)
    return max(level(found.proven), found.vouched)


def proven_by(claims: str) -> tuple[str, ...]:
    """What a sign-in of before has proven."""
    return _RECORD.decode(claims).proven


def claims_of(claims: str) -> dict[str, Any]:
    """`acr` and `amr` of every token of a sign-in; empty where it was not asked for a level."""
    found = _RECORD.decode(claims)
    return {"acr": found.acr, "amr": list(found.amr)} if found.acr else {}
