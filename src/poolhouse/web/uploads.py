"""PUT of the file of a user import job: the one request whose body is not read whole, and may have 100 MB.

It answers as S3 does, whose pre-signed addresses clients expect here.
"""

from collections.abc import AsyncIterator
from html import escape

from poolhouse.context import Env
from poolhouse.directory.user_csv import LARGEST_FILE
from poolhouse.http.response import Response
from poolhouse.imports import uploads
from poolhouse.imports.uploads import TOO_LARGE, UploadRefused
from poolhouse.web.request import ClientGone, Receive, Scope, values_by_name

NAME = "PutUserImportFile"  # in logs and metrics
_ENCRYPTION = "x-amz-server-side-encryption"


def is_upload(scope: Scope) -> bool:
    return bool(scope["method"] == "PUT" and scope["path"].startswith(uploads.PREFIX))


async def answer(env: Env, scope: Scope, receive: Receive) -> Response:
    """Take the file. Raises `UploadRefused` and `ClientGone`."""
    headers = values_by_name(
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    )
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    to = await uploads.target(env, path, scope["query_string"].decode("latin-1"))
    if headers.get(_ENCRYPTION, "aws:kms") != "aws:kms":
        raise UploadRefused(403, "SignatureDoesNotMatch", f"{_ENCRYPTION} must be aws:kms.")
    if int(headers.get("content-length", 0)) > LARGEST_FILE:
        raise TOO_LARGE
    await uploads.receive(env, to, _parts(receive))
    return Response(200, ((b"cache-control", b"no-store"),), b"")


def refused(error: UploadRefused, request_id: str) -> Response:
    """What is left of the body is not read: the connection ends with the answer."""
    headers = (
        (b"content-type", b"application/xml"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    )
    code, message = escape(error.code), escape(error.message)
    body = (
        f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
    )
    return Response(error.status, headers, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode())


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        yield event.get("body", b"")
        if not event.get("more_body"):
            return
