"""Logins that were proven: what a provider said of somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

# In `amr`, what stands for the app client of a user pool's login (behaviour file, 1.19).
USER_POOL_SIGN_IN = "CognitoSignIn"

GUEST = ("unauthenticated",)


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody, as a provider of the pool knows him.

    provider  the key in Logins, in its one form
    subject   who it is there; with `provider` it names one identity of the pool
    source    what stands between the two in `amr`: the audience of the token, for most
    client    the app client that the token is for; empty: none is known
    """

    provider: str
    subject: str
    source: str
    client: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def digest(self) -> str:
        """Of the subject: the key of the store."""
        return sha256(self.subject.encode()).hexdigest()


def amr(logins: Iterable[Login]) -> tuple[str, ...]:
    """How somebody proved who it is (behaviour file, 1.19); a guest did not."""
    listed = [text for login in logins for text in (login.provider, _triple(login))]
    return ("authenticated", *listed) if listed else GUEST


def _triple(login: Login) -> str:
    return f"{login.provider}:{login.source}:{login.subject}"
