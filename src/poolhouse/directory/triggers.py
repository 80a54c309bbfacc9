"""Which functions a pool calls: LambdaConfig as a table of kinds (behaviour file, 5.2). Pure."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.errors import InvalidParameter

# The kinds whose member of LambdaConfig is an ARN, and those where it is an ARN with a version.
PLAIN = (
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "UserMigration",
    "CustomMessage",
)
VERSIONED = ("CustomEmailSender", "CustomSMSSender", "InboundFederation")
PRE_TOKEN = "PreTokenGeneration"  # an ARN (V1_0), or PreTokenGenerationConfig with the version
PRE_TOKEN_CONFIG = "PreTokenGenerationConfig"
KMS_KEY = "KMSKeyID"

_SENDERS = ("CustomEmailSender", "CustomSMSSender")
_FUNCTION = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,140}(:[\w$-]{1,128})?", re.ASCII
)


class Trigger(Struct, frozen=True):
    """One function of a pool.

    kind      of LambdaConfig; PreTokenGeneration for both of its members
    version   V1_0, V2_0 or V3_0
    kms_key   the ARN of the key under which CustomEmailSender and CustomSMSSender get codes
    """

    kind: str
    arn: str
    version: str = "V1_0"
    kms_key: str = ""


def from_config(config: Mapping[str, Any]) -> dict[str, Trigger]:
    """The functions by kind."""
    key = config.get(KMS_KEY, "")
    found = {kind: Trigger(kind, config[kind]) for kind in (*PLAIN, PRE_TOKEN) if config.get(kind)}
    for kind in VERSIONED:
        if config.get(kind):
            found[kind] = Trigger(kind, config[kind]["LambdaArn"], config[kind]["LambdaVersion"], key)
    given = config.get(PRE_TOKEN_CONFIG)
    if given:
        found[PRE_TOKEN] = Trigger(PRE_TOKEN, given["LambdaArn"], given["LambdaVersion"])
    return found


def checked(config: Mapping[str, Any]) -> dict[str, Any]:
    """LambdaConfig as it may be stored. Raises `InvalidParameter`; the words of its rules are [K]."""
    given = {member: value for member, value in config.items() if value}
    for trigger in from_config(given).values():
        _check_function(trigger.kind, trigger.arn)
    pre_token = given.get(PRE_TOKEN, "")
    if PRE_TOKEN_CONFIG in given and pre_token not in ("", given[PRE_TOKEN_CONFIG]["LambdaArn"]):
        raise InvalidParameter(f"{PRE_TOKEN} and {PRE_TOKEN_CONFIG} must name the same function.")
    for kind in _SENDERS:
        if kind in given and KMS_KEY not in given:
            raise InvalidParameter(f"{kind} needs a {KMS_KEY}.")
    return given


def _check_function(kind: str, arn: str) -> None:
    if not _FUNCTION.fullmatch(arn):
        raise InvalidParameter(f"The value of {kind} is not the ARN of a Lambda function.")


def changes_access_tokens(config: Mapping[str, Any]) -> bool:
    """Does LambdaConfig have V2_0 or V3_0 of the pre-token function (4.7)?"""
    return bool(config.get(PRE_TOKEN_CONFIG, {}).get("LambdaVersion", "V1_0") != "V1_0")
