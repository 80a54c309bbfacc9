"""What OAuth scopes let a client see (behaviour file, 6.5). Pure."""

from collections.abc import Collection

API = "aws.cognito.signin.user.admin"
OPENID = "openid"
EMAIL, PHONE, PROFILE = "email", "phone", "profile"

# Scopes that every pool has; the others are of its resource servers.
STANDARD = frozenset({API, OPENID, EMAIL, PHONE, PROFILE})

# They say which claims an ID token has, so they are nothing without one.
NEED_OPENID = frozenset({EMAIL, PHONE, PROFILE})

_EMAIL_CLAIMS = frozenset({"email", "email_verified"})
_PHONE_CLAIMS = frozenset({"phone_number", "phone_number_verified"})
_ALWAYS = frozenset({"sub", "identities"})


def split(scopes: str) -> tuple[str, ...]:
    """The scopes of a parameter, in its order, each once (RFC 6749, section 3.3)."""
    return tuple(dict.fromkeys(scopes.split(" "))) if scopes else ()


def visible(attributes: Collection[str], scopes: Collection[str]) -> frozenset[str]:
    """The attributes, of those that the client may read, that these scopes show.

    `openid` alone shows all of them [D26]. Where `aws.cognito.signin.user.admin` stands beside it, it
    still is the only one that says anything of claims [K].
    """
    named = NEED_OPENID.intersection(scopes)
    if not named:
        return frozenset(attributes)
    return frozenset(name for name in attributes if name in _ALWAYS or _scope_of(name) in named)


def unreadable(readable: Collection[str], scopes: Collection[str]) -> frozenset[str]:
    """Attributes that these scopes name and the client may not read: such a grant fails (6.4).

    `profile` names whatever the client may read, so it names nothing else.
    """
    wanted = (_EMAIL_CLAIMS if EMAIL in scopes else frozenset()) | (
        _PHONE_CLAIMS if PHONE in scopes else frozenset()
    )
    return wanted.difference(readable)


def _scope_of(attribute: str) -> str:
    if attribute in _EMAIL_CLAIMS:
        return EMAIL
    return PHONE if attribute in _PHONE_CLAIMS else PROFILE
