"""Why a signed request is not let through: one tree, with what S3 says of each and what other services say.

Codes and texts are those of the Amazon S3 API Reference, "Error responses", and of the AWS services that
speak JSON ("Common errors"). Nothing of a secret, a token or a signature is repeated.
"""

from typing import ClassVar

from poolhouse import errors as wire


class Refused(Exception):
    """
    status, code       in an answer of S3
    json_status, json_code   in an answer of any other service
    """

    status: ClassVar[int] = 403
    code: ClassVar[str] = "AccessDenied"
    json_status: ClassVar[int] = 403
    json_code: ClassVar[str] = "AccessDeniedException"
    message: str = "Access Denied"
    json_message: str = ""

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class MissingSignature(Refused):
    json_code = "MissingAuthenticationTokenException"
    json_message = "Missing Authentication Token"


class MalformedSignature(Refused):
    status = 400
    code = "AuthorizationHeaderMalformed"
    json_code = "IncompleteSignatureException"
    message = "The authorization that you provided is malformed."


class WrongSignature(Refused):
    code = "SignatureDoesNotMatch"
    json_code = "InvalidSignatureException"
    message = (
        "The request signature we calculated does not match the signature you provided. Check your key and "
        "signing method."
    )


class NotSigned(WrongSignature):
    """A header that must be signed is not."""

    code = "AccessDenied"
    message = "There were headers present in the request which were not signed"


class ForeignScope(WrongSignature):
    """Signed for another service or Region."""

    status = 400
    code = "AuthorizationHeaderMalformed"


class OutOfTime(WrongSignature):
    """A clock differs too much, or the request is sent again later."""

    code = "RequestTimeTooSkewed"
    message = "The difference between the request time and the current time is too large."


class UrlExpired(WrongSignature):
    code = "AccessDenied"
    message = "Request has expired"


class UnknownKey(Refused):
    """No such access key, or a temporary one without its session token."""

    code = "InvalidAccessKeyId"
    json_code = "UnrecognizedClientException"
    message = "The AWS Access Key Id you provided does not exist in our records."
    json_message = "The security token included in the request is invalid."


class BadToken(UnknownKey):
    """A session token that the house did not make, or made for another access key."""

    status = 400
    code = "InvalidToken"
    message = "The provided token is malformed or otherwise invalid."


class ExpiredToken(Refused):
    """Its time is over, or its role or its sessions were revoked."""

    status = 400
    code = "ExpiredToken"
    json_code = "ExpiredTokenException"
    message = "The provided token has expired."
    json_message = "The security token included in the request is expired"


class Denied(Refused):
    """The policies do not allow it; the message says which kind of them."""


class NotUnderstood(Refused):
    """Nobody can say which action it is, so nobody can allow it."""

    status = 501
    code = "NotImplemented"
    json_status = 404
    json_code = "UnknownOperationException"
    message = "A header or query you provided implies functionality that is not implemented."


class UnreadablePath(Refused):
    """A path that servers are known to read in more than one way."""

    status = 400
    code = "InvalidURI"
    json_status = 400
    json_code = "ValidationException"
    message = "Couldn't parse the specified URI."


class BadBody(Refused):
    """Of the body; nobody has been given the whole of it."""

    status = 400
    code = "InvalidRequest"
    json_status = 400
    json_code = "ValidationException"
    message = "The body is not what its head says."


class WrongHash(BadBody):
    code = "XAmzContentSHA256Mismatch"
    json_status = 403
    json_code = "InvalidSignatureException"
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."


class WrongChecksum(BadBody):
    code = "BadDigest"
    message = "The checksum you specified did not match the calculated checksum."


class WrongLength(BadBody):
    code = "IncompleteBody"
    message = "You did not provide the number of bytes specified by the request's head."


class TooLarge(BadBody):
    status = 400
    code = "EntityTooLarge"
    json_status = 413
    message = "Your proposed upload exceeds the maximum allowed size."


class MalformedCoding(BadBody):
    code = "MalformedTrailerError"
    message = "A chunk or a trailer of the body is malformed."


_TRANSLATED: tuple[tuple[type[wire.ApiError], type[Refused], bool], ...] = (
    (wire.MissingAuthenticationToken, MissingSignature, False),
    (wire.IncompleteSignature, MalformedSignature, True),
    (wire.HeaderNotSigned, NotSigned, False),
    (wire.WrongScope, ForeignScope, True),
    (wire.SignatureNotYetValid, OutOfTime, False),
    (wire.SignatureExpired, OutOfTime, False),
    (wire.InvalidSignature, WrongSignature, False),
    (wire.WrongChecksum, WrongChecksum, False),
    (wire.IncompleteBody, WrongLength, False),
    (wire.MalformedChunk, MalformedCoding, False),
)


def of(error: wire.ApiError) -> Refused:
    """The refusal for what `wire` found; its own text where that helps and holds no secret."""
    for kind, refusal, speaks in _TRANSLATED:
        if isinstance(error, kind):
            return refusal(error.message if speaks else "")
    return Refused()
