"""The e-mail domains whose people sign in to a pool, as its tags say (docs/guides/multi-tenancy.md). Pure.

Two tags that need each other: the domains, and the app client that an application begins a sign-in with.
"""

from collections.abc import Mapping

from poolhouse.directory.domains import is_host_name
from poolhouse.errors import InvalidParameter

DOMAINS_TAG = "poolhouse:email-domains"  # separated by blanks
CLIENT_TAG = "poolhouse:tenant-client"  # the id of an app client of the pool
TAGS = (DOMAINS_TAG, CLIENT_TAG)


def check(tags: Mapping[str, str]) -> None:
    """All tags that the pool would have. Raises `InvalidParameter`.

    That the client is there and the domains are free is for the store to say (store/email_domains.py).
    """
    if (DOMAINS_TAG in tags) != (CLIENT_TAG in tags):
        raise InvalidParameter(f"The tags {DOMAINS_TAG} and {CLIENT_TAG} need each other: set both, or none.")
    if DOMAINS_TAG not in tags:
        return
    named = of_tags(tags)
    if not named or not all(is_host_name(domain) for domain in named):
        raise InvalidParameter(
            f"The tag {DOMAINS_TAG} must be domains such as acme.example, in lower case and separated by "
            "blanks; one with other letters is written as DNS has it (xn--...)."
        )
    if len(set(named)) < len(named):
        raise InvalidParameter(f"The tag {DOMAINS_TAG} has a domain twice.")


def of_tags(tags: Mapping[str, str]) -> tuple[str, ...]:
    """The domains of a pool with these tags, in the operator's order."""
    return tuple(tags.get(DOMAINS_TAG, "").split())


def client_of(tags: Mapping[str, str]) -> str:
    """The id of the app client; empty where the pool has no domains."""
    return tags.get(CLIENT_TAG, "")
