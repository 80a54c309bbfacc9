"""Session policies: whoever asks for a session may make it weaker than its role, never stronger."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import session_tokens
from poolhouse.errors import (
    MalformedPolicyDocument,
    NoSuchPolicy,
    PackedPolicyTooLarge,
    TooManyPolicies,
)
from poolhouse.policies.document import SESSION, Policy, parse
from poolhouse.policies.reading import MalformedPolicy
from poolhouse.store import managed_policies

PACKED_LIMIT = 2_048  # bytes of session policies and tags, packed
MOST_ARNS = 10

_LARGEST = 65_536  # characters of a document, which must be small when it is packed
_NOTHING = Policy(SESSION, "", 0, (), ())  # what a policy allows that is no longer there


class SessionPolicies(Struct, frozen=True):
    """A session may do what its role may, and at least one of these allows.

    documents  JSON texts
    arns       of managed policies
    """

    documents: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()


NONE = SessionPolicies()


async def checked(env: Env, given: SessionPolicies, tags: Mapping[str, str]) -> tuple[SessionPolicies, int]:
    """The policies without their white space, and how much of the limit they and the tags take, in percent.

    Raises `MalformedPolicyDocument`, `NoSuchPolicy`, `TooManyPolicies`, `PackedPolicyTooLarge`.
    """
    documents = tuple(_shortened(document) for document in given.documents)
    if len(given.arns) > MOST_ARNS:
        raise TooManyPolicies
    for arn in given.arns:
        if await managed_policies.living(env, arn) is None:
            raise NoSuchPolicy(arn=arn)
    return SessionPolicies(documents, given.arns), _packed(documents, given.arns, tags)


async def opened(env: Env, documents: Sequence[str], arns: Sequence[str]) -> tuple[Policy, ...]:
    """The policies of a session, ready to be asked. Empty: it has none.

    A managed policy that is gone since allows nothing: it must not be as if there had been none.
    """
    inline = tuple(_parsed(document) for document in documents)
    managed = [await managed_policies.living(env, arn) or _NOTHING for arn in arns]
    return inline + tuple(managed)


def _shortened(document: str) -> str:
    try:
        _parsed(document)
    except MalformedPolicy as error:
        raise MalformedPolicyDocument(str(error)) from error
    return msgspec.json.format(document, indent=-1)


def _parsed(document: str) -> Policy:
    return parse(document, SESSION, "", _LARGEST)


def _packed(documents: Sequence[str], arns: Sequence[str], tags: Mapping[str, str]) -> int:
    """Rounded up. AWS packs in a way of its own: the figures are alike, not the same."""
    if not (documents or arns or tags):
        return 0
    size = len(session_tokens.deflated(msgspec.json.encode([documents, arns, tags])))
    percent = -(-size * 100 // PACKED_LIMIT)
    if percent > 100:
        raise PackedPolicyTooLarge(percent=percent)
    return percent
