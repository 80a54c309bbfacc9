"""Whether a role's trust policy lets somebody in who comes from an identity provider."""

from collections.abc import Mapping
from typing import Any

from poolhouse.policies import principals
from poolhouse.policies.document import LARGEST_TRUST, TRUST, parse
from poolhouse.policies.evaluate import request, trusts
from poolhouse.policies.reading import MalformedPolicy


def allows(
    document: Mapping[str, Any], action: str, federated: str, context: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether a provider's principal may do `action` (`sts:AssumeRoleWithWebIdentity`) under `context`.

    A document that is no trust policy lets nobody in.
    """
    try:
        policy = parse(document, TRUST, limit=LARGEST_TRUST)
    except MalformedPolicy:
        return False
    return trusts(request(action, context=context, caller=principals.federated(federated)), policy).allowed
