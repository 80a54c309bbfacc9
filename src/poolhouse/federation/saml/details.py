"""ProviderDetails of the type SAML (6.8): the metadata is read before anything is stored."""

from collections.abc import Mapping

from poolhouse.context import Ctx
from poolhouse.crypto import certificates
from poolhouse.directory.providers import SAML
from poolhouse.errors import ProviderDetailWrong, SamlMetadataAmbiguous
from poolhouse.federation.details import METADATA_FILE, METADATA_URL, Details, check_address, check_names
from poolhouse.federation.saml import metadata, provider
from poolhouse.federation.saml.metadata import POST, REDIRECT, ProviderMetadata
from poolhouse.store import saml_keys

SIGN_OUT, PROVIDER_BEGINS, ENCRYPTED = "IDPSignout", "IDPInit", "EncryptedResponses"
ALGORITHM = "RequestSigningAlgorithm"

_FLAGS = (SIGN_OUT, PROVIDER_BEGINS, ENCRYPTED)
_FOUND = frozenset({"ActiveEncryptionCertificate", "SSORedirectBindingURI", "SLORedirectBindingURI"})
_KNOWN = frozenset({METADATA_URL, METADATA_FILE, ALGORITHM, *_FLAGS, *_FOUND})


async def checked(ctx: Ctx, given: Mapping[str, str]) -> Details:
    """Raises `InvalidParameter`.

    What Describe shows beside the details may be sent back with them, as Terraform does; it is found anew.
    """
    details = {name: value for name, value in given.items() if value and name not in _FOUND}
    check_names(SAML, {**given, **details}, needed=(), known=_KNOWN)
    for name in _FLAGS:
        if details.get(name, "false").lower() not in ("true", "false"):
            raise ProviderDetailWrong(name=name, form="true or false")
    if details.get(ALGORITHM, "rsa-sha256") != "rsa-sha256":
        raise ProviderDetailWrong(name=ALGORITHM, form="rsa-sha256")
    read = await _metadata(ctx, details)
    read.check_certificates(ctx.now)
    return Details(details, await _found(ctx, details, read))


def says(details: Mapping[str, str], flag: str) -> bool:
    """Whether one of the flags is set."""
    return details.get(flag, "false").lower() == "true"


async def _metadata(ctx: Ctx, details: Mapping[str, str]) -> ProviderMetadata:
    if (METADATA_URL in details) == (METADATA_FILE in details):
        raise SamlMetadataAmbiguous
    if METADATA_FILE in details:
        return metadata.read(details[METADATA_FILE], ctx.now)
    check_address(ctx, METADATA_URL, details[METADATA_URL])
    return await provider.fetched(ctx, details[METADATA_URL])


async def _found(ctx: Ctx, details: Mapping[str, str], read: ProviderMetadata) -> dict[str, str]:
    """What Describe shows beside them: where browsers are sent, and the certificate to encrypt to."""
    found = {"SSORedirectBindingURI": read.sign_in.get(REDIRECT, read.sign_in.get(POST, ""))}
    sign_out = read.sign_out.get(REDIRECT, read.sign_out.get(POST, ""))
    if sign_out:
        found["SLORedirectBindingURI"] = sign_out
    if says(details, ENCRYPTED):
        key = await saml_keys.of_pool(ctx, saml_keys.ENCRYPTION)
        found["ActiveEncryptionCertificate"] = certificates.body(key.certificate)
    return found
