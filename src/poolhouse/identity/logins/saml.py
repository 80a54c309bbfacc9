"""SAML assertions of the providers that the account has registered (behaviour file, 1.18).

They are made for AWS's own sign-in, as IAM's documentation tells providers to: audience and recipient are
AWS's. No request of ours came before, so an assertion that answers one is not for us [K].
"""

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
    claims = {name: list(values) for name, values in assertion.attributes.items()}
    return Login(provider.name, assertion.subject, known.entity_id, "", {**claims, "sub": assertion.subject})


def _believed(ctx: Ctx, known: ProviderMetadata, token: str) -> Assertion:
    expected = Expected(known.entity_id, RECIPIENT, AUDIENCE, None, ctx.now)
    return response.verify(token, Trust(known.certificates), expected)
