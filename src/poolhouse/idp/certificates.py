"""GetSigningCertificate: the certificate that SAML identity providers check our requests with (1.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.crypto import certificates
from poolhouse.store import saml_keys
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import GetSigningCertificateRequest

Response = dict[str, Any]


@operation("GetSigningCertificate")
async def get_signing_certificate(ctx: Ctx, req: GetSigningCertificateRequest) -> Response:
    """The body of the PEM, on one line. The pool has an RSA key of its own for this; it is made here."""
    key = await saml_keys.of_pool(ctx, saml_keys.SIGNING)
    return {"Certificate": certificates.body(key.certificate)}
