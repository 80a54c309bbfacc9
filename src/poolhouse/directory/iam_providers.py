"""Identity providers that the account trusts (IAM's OIDC and SAML providers): whose tokens STS looks at."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

OIDC, SAML = "oidc", "saml"
MOST_CLIENTS = 100
LONGEST_NAME = 2_048

_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,255}")
_SAML_NAME = re.compile(r"[\w._-]{1,128}", re.ASCII)


class IamProvider(msgspec.Struct, frozen=True):
    """
    name        what follows the account in its ARN: `oidc-provider/idp.example.com/realm`
    kind        OIDC | SAML
    url         OIDC: the issuer, to the letter
    client_ids  OIDC: the audiences whose tokens are good
    metadata    SAML: the document
    """

    name: str
    kind: str
    url: str = ""
    client_ids: tuple[str, ...] = ()
    metadata: str = ""

    def arn(self, account: str) -> str:
        return f"arn:aws:iam::{account}:{self.name}"

    @property
    def prefix(self) -> str:
        """What condition keys of its tokens begin with: the issuer without its scheme."""
        return self.name.partition("/")[2]


def oidc_name(issuer: str) -> str:
    """`oidc-provider/` and the issuer without its scheme, as in AWS's ARNs."""
    return "oidc-provider/" + issuer.partition("://")[2].removesuffix("/")


def named(arn: str, account: str) -> str | None:
    """The name in the ARN of a provider of this account; None for any other ARN."""
    prefix = f"arn:aws:iam::{account}:"
    name = arn.removeprefix(prefix)
    known = name.startswith(("oidc-provider/", "saml-provider/"))
    return name if arn.startswith(prefix) and known else None


def oidc(issuer: str, client_ids: tuple[str, ...]) -> IamProvider:
    """Raises `ValueError` with one sentence."""
    url = urlsplit(issuer)
    plain = not (url.query or url.fragment or "@" in url.netloc) and len(issuer) <= LONGEST_NAME
    if url.scheme not in ("https", "http") or not url.hostname or not plain:
        raise ValueError(
            "An issuer must be an address such as https://idp.example.com, without query or user."
        )
    if not 1 <= len(set(client_ids)) <= MOST_CLIENTS:
        raise ValueError(f"An OIDC provider must have from 1 to {MOST_CLIENTS} client ids.")
    if not all(_CLIENT_ID.fullmatch(client_id) for client_id in client_ids):
        raise ValueError("A client id must be of 1 to 255 characters without blanks.")
    return IamProvider(oidc_name(issuer), OIDC, url=issuer, client_ids=tuple(dict.fromkeys(client_ids)))


def saml(name: str, metadata: str) -> IamProvider:
    """`metadata` is a document that was read. Raises `ValueError` for the name."""
    if not _SAML_NAME.fullmatch(name):
        raise ValueError("A SAML provider's name must be of 1 to 128 letters, digits and the characters ._-.")
    return IamProvider(f"saml-provider/{name}", SAML, metadata=metadata)


def config(provider: IamProvider) -> Mapping[str, object]:
    """What the store keeps beside name and kind."""
    if provider.kind == OIDC:
        return {"url": provider.url, "client_ids": list(provider.client_ids)}
    return {"metadata": provider.metadata}
