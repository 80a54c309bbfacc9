"""What the operations that assume roles answer alike, and refuse alike."""

from collections.abc import Mapping
from typing import Any

from poolhouse.errors import NotSupportedInSts
from poolhouse.tokens.assume import Assumed
from poolhouse.tokens.credentials import Credentials
from poolhouse.tokens.session_policies import SessionPolicies

DEFAULT_SECONDS = 3_600

# What the model has without a word of documentation, and what only AWS's own services can give.
_UNSUPPORTED = ("MinimumSessionTokenSize", "ProvidedContexts")


def refuse_unsupported(request: Mapping[str, Any]) -> None:
    for member in _UNSUPPORTED:
        if member in request:
            raise NotSupportedInSts(member=member)


def session_policies(request: Mapping[str, Any]) -> SessionPolicies:
    documents = (request["Policy"],) if "Policy" in request else ()
    arns = tuple(descriptor.get("arn", "") for descriptor in request.get("PolicyArns", ()))
    return SessionPolicies(documents, arns)


def assumed(made: Assumed) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Credentials": credentials(made.credentials),
        "AssumedRoleUser": {"AssumedRoleId": made.assumed_role_id, "Arn": made.arn},
    }
    if made.packed_size:
        answer["PackedPolicySize"] = made.packed_size
    return answer


def credentials(made: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "SessionToken": made.session_token,
        "Expiration": made.expiration,
    }
