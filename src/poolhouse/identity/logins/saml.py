"""SAML assertions of the providers that the account has registered (behaviour file, 1.18).

They are made for AWS's own sign-in, as IAM's documentation tells providers to: audience and recipient are
AWS's. No request of ours came before, so an assertion that answers one is not for us [K].
"""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import Login
from poolhouse.errors import InvalidSamlMetadata, LoginProviderNotSupported, SamlLoginRefused, SamlRefused
from poolhouse.federation.saml import metadata, response
from poolhouse.federation.saml.assertion import Assertion, Expected
from poolhouse.federation.saml.metadata import ProviderMetadata
from poolhouse.federation.saml.response import Trust
from poolhouse.store import iam_providers

AUDIENCE = "urn:amazon:webservices"
RECIPIENT = "https://signin.aws.amazon.com/saml"
# Pairs of a role and the provider's ARN, as IAM documents the attribute.
ROLE_ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/Role"


async def verified(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    """Checked: form, signature by a certificate of the metadata, issuer, audience, recipient, time.

    An app shows the same assertion for an identity and then for credentials, so it is not used up.
    Raises `SamlLoginRefused`, and `LoginProviderNotSupported` where the registration is gone.
    """
    registered = await iam_providers.living(ctx.env, provider.source)
    if registered is None:
        raise LoginProviderNotSupported
    try:
        known = metadata.read(registered.metadata, ctx.now, outdated=True)
        assertion = _believed(ctx, known, token)
    except SamlRefused as refused:
        raise SamlLoginRefused(why=f"{refused.message.removesuffix('.')}.") from refused
    except InvalidSamlMetadata as refused:
        raise LoginProviderNotSupported from refused
    claims = _claims(provider.name, assertion)
    return Login(provider.name, assertion.subject, known.entity_id, claims=claims)


def _believed(ctx: Ctx, known: ProviderMetadata, token: str) -> Assertion:
    expected = Expected(known.entity_id, RECIPIENT, AUDIENCE, None, ctx.now)
    return response.verify(token, Trust(known.certificates), expected)


def _claims(arn: str, assertion: Assertion) -> dict[str, Any]:
    """The attributes, one value as itself and several as a list; of the roles those of this provider."""
    found = {
        name: values[0] if len(values) == 1 else list(values) for name, values in assertion.attributes.items()
    }
    pairs = [value.replace(" ", "").split(",") for value in assertion.attributes.get(ROLE_ATTRIBUTE, ())]
    roles = [part for pair in pairs if arn in pair and len(pair) == 2 for part in pair if part != arn]
    return {**found, "sub": assertion.subject, "cognito:roles": roles}
