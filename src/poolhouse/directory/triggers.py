"""Which functions a pool calls: LambdaConfig as a table of kinds (behaviour file, 5.2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Trigger:
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
