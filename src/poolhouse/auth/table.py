"""Sign-in on one screen: which step may follow which (behaviour file, section 2).

`decision.next_step` decides; an architecture test walks every combination of pool, user and proof and
shows that it never leaves this table. docs/architecture.md shows the diagram made from it.

A step has the name of its challenge, but for EMAIL_MFA: there EMAIL_OTP is asked as a second factor.
DEFINE is a step that no client sees: the DefineAuthChallenge function answers it.
"""

from collections.abc import Mapping

TOKENS = "TOKENS"
DEFINE = "DEFINE"

# What a step proves when it is answered rightly; a choice proves nothing.
PROVES: Mapping[str, str] = {
    "PASSWORD": "PASSWORD",
    "PASSWORD_SRP": "",
    "PASSWORD_VERIFIER": "PASSWORD",
    "NEW_PASSWORD_REQUIRED": "NEW_PASSWORD",
    "SELECT_CHALLENGE": "",
    "EMAIL_OTP": "EMAIL_OTP",
    "SMS_OTP": "SMS_OTP",
    "WEB_AUTHN": "PASSKEY",
    "SELECT_MFA_TYPE": "",
    "MFA_SETUP": "TOTP",
    "SOFTWARE_TOKEN_MFA": "TOTP",
    "SMS_MFA": "SMS_MFA",
    "EMAIL_MFA": "EMAIL_MFA",
    "DEVICE_SRP_AUTH": "",
    "DEVICE_PASSWORD_VERIFIER": "DEVICE",
    "CUSTOM_CHALLENGE": "",
    DEFINE: "CUSTOM",
}

# Any of the first opens the door, unless the pool and the user want one of the second as well.
# SIGNED_UP is the code of ConfirmSignUp, which signs in once; PASSKEY_MFA a passkey that is both.
FIRST_FACTORS = frozenset({"PASSWORD", "EMAIL_OTP", "SMS_OTP", "PASSKEY", "SIGNED_UP"})
SECOND_FACTORS = frozenset({"TOTP", "SMS_MFA", "EMAIL_MFA", "DEVICE", "PASSKEY_MFA"})

# Proofs that were compared with a secret: the ledger counted each as a try before that.
COUNTED = (FIRST_FACTORS | SECOND_FACTORS) - {"SIGNED_UP"}

# What the wire calls a step.
CHALLENGE_NAMES: Mapping[str, str] = {"EMAIL_MFA": "EMAIL_OTP"}

# The first step of a flow. PASSWORD is answered in the call that begins the flow.
BEGINS: Mapping[str, str] = {
    "USER_SRP_AUTH": "PASSWORD_VERIFIER",
    "USER_PASSWORD_AUTH": "PASSWORD",
    "ADMIN_USER_PASSWORD_AUTH": "PASSWORD",
    "USER_AUTH": "SELECT_CHALLENGE",
    "CUSTOM_AUTH": DEFINE,
}

_FACTORS = frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_MFA", "SELECT_MFA_TYPE", "MFA_SETUP"})
_SECOND = _FACTORS | {"DEVICE_SRP_AUTH"}
_AFTER_PASSWORD = _SECOND | {"NEW_PASSWORD_REQUIRED", TOKENS}
_AFTER_FIRST = _SECOND | {TOKENS}
_CHOICES = frozenset({"PASSWORD", "PASSWORD_SRP", "PASSWORD_VERIFIER", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"})

FOLLOWS: Mapping[str, frozenset[str]] = {
    "PASSWORD": _AFTER_PASSWORD,
    "PASSWORD_SRP": frozenset({"PASSWORD_VERIFIER"}),
    "PASSWORD_VERIFIER": _AFTER_PASSWORD | {DEFINE},
    "NEW_PASSWORD_REQUIRED": _AFTER_FIRST | {DEFINE},
    "SELECT_CHALLENGE": _CHOICES,
    "EMAIL_OTP": _AFTER_FIRST,
    "SMS_OTP": _AFTER_FIRST,
    "WEB_AUTHN": _AFTER_FIRST,
    "SELECT_MFA_TYPE": frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_MFA"}),
    "MFA_SETUP": frozenset({"EMAIL_MFA", DEFINE, TOKENS}),
    "SOFTWARE_TOKEN_MFA": frozenset({DEFINE, TOKENS}),
    "SMS_MFA": frozenset({DEFINE, TOKENS}),
    "EMAIL_MFA": frozenset({DEFINE, TOKENS}),
    "DEVICE_SRP_AUTH": frozenset({"DEVICE_PASSWORD_VERIFIER"}),
    "DEVICE_PASSWORD_VERIFIER": frozenset({DEFINE, TOKENS}),
    "CUSTOM_CHALLENGE": frozenset({DEFINE}),
    # Second factors only where a risk demands one (auth/protection.py).
    DEFINE: frozenset({"CUSTOM_CHALLENGE", "PASSWORD_VERIFIER", TOKENS}) | _FACTORS,
}
