"""Refusals of the wire: before an operation is known, or whoever may call it."""

from poolhouse.errors.answers import ApiError


class Serialization(ApiError):
    code = "SerializationException"
    message = "The request body is not valid JSON."


class RequestTooLarge(Serialization):
    status = 413
    message = "The request body is larger than {megabytes} MB."


class UnknownOperation(ApiError):
    code = "UnknownOperationException"
    message = "The X-Amz-Target header names no operation of this service."


class UnsupportedHere(ApiError):
    """An operation of the AWS model that Poolhouse does not have yet."""

    code = "UnsupportedOperationException"
    message = "Poolhouse does not support {operation} yet. {reason}"


class ValidationFailed(ApiError):
    code = "ValidationException"


class MissingAuthenticationToken(ApiError):
    code = "MissingAuthenticationTokenException"
    message = "Missing Authentication Token"


class IncompleteSignature(ApiError):
    code = "IncompleteSignatureException"
    message = "The request signature is incomplete."


class InvalidSignature(ApiError):
    code = "InvalidSignatureException"
    message = (
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret Access Key and signing method. Consult the service documentation for details."
    )


class HeaderNotSigned(InvalidSignature):
    message = "A header that must be signed is not."


class WrongScope(InvalidSignature):
    message = "Credential should be scoped to this service and region."


class SignatureExpired(InvalidSignature):
    message = "Signature expired."


class SignatureNotYetValid(InvalidSignature):
    message = "Signature not yet current."


class MalformedChunk(ApiError):
    """Of a body in S3's `aws-chunked` coding."""

    code = "InvalidChunk"
    message = "The body is not what its head says: a chunk or a trailer is malformed."


class IncompleteBody(ApiError):
    code = "IncompleteBody"
    message = "The body has not the number of bytes that its head says."


class WrongChecksum(ApiError):
    code = "BadDigest"
    message = "The checksum you specified did not match the calculated checksum."


class UnrecognizedClient(ApiError):
    code = "UnrecognizedClientException"
    message = "The security token included in the request is invalid."


class AccessDenied(ApiError):
    """`because` says which kind of policy decided, as AWS says it (policies/evaluate.py)."""

    code = "AccessDeniedException"
    message = "User: {user} is not authorized to perform: {action} on resource: {resource} {because}"


class LoopbackOnly(AccessDenied):
    message = (
        "This server does not check signatures, so it answers requests from this computer only. "
        "Start it with --sigv4 verify to serve others."
    )


class ForeignPage(AccessDenied):
    message = (
        "This server does not check signatures, so a web page of another computer may not administer it. "
        "Start it with --sigv4 verify to allow that."
    )
