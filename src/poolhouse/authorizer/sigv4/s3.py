"""Which actions of IAM a request of S3's REST API is: `s3:PutObject` on `arn:aws:s3:::bucket/key`.

A table: what it does not have is refused, because nobody could say which policy allows it. So is a path that
servers are known to read in more than one way.
Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; Amazon S3 API
Reference, "Required permissions for Amazon S3 API operations".
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from msgspec import Struct

from poolhouse.authorizer.sigv4.errors import NotUnderstood, UnreadablePath
from poolhouse.authorizer.sigv4.verifier import Asked
from poolhouse.wire.sigv4 import Request

_ARN = "arn:aws:s3:::"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_UNCLEAR = re.compile(r"[\x00-\x1f\x7f\\]|%(?:2[ef]|5c|00)", re.IGNORECASE)  # decoded, yet still encoded
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LONGEST_KEY = 1_024  # bytes
_VERSION = re.compile(r"[A-Za-z0-9._-]{1,1024}")


class Place(Struct, frozen=True):
    """What a path names. `key` is empty for a bucket; both are for the list of all buckets."""

    bucket: str
    key: str

    @property
    def kind(self) -> str:
        return "object" if self.key else "bucket" if self.bucket else "service"

    @property
    def arn(self) -> str:
        return f"{_ARN}{self.bucket}{'/' if self.key else ''}{self.key}" if self.bucket else f"{_ARN}*"


class Row(Struct, frozen=True):
    """
    needs    parameters that must be there
    may      parameters that may be
    actions  what is asked of the place
    """

    kind: str
    methods: str
    actions: str
    needs: str = ""
    may: str = ""


_ANSWER = (
    "response-cache-control response-content-disposition response-content-encoding "
    "response-content-language response-content-type response-expires"
)
_PARTS = "max-parts part-number-marker encoding-type"
_UPLOADED = "x-amz-checksum-crc32 x-amz-checksum-sha1 x-amz-checksum-sha256 x-amz-sdk-checksum-algorithm"

_TABLE = (
    Row("service", "GET", "ListAllMyBuckets", may="max-buckets continuation-token prefix bucket-region"),
    Row("bucket", "HEAD", "ListBucket"),
    Row("bucket", "GET", "ListBucket", may="prefix delimiter marker max-keys encoding-type"),
    Row(
        "bucket",
        "GET",
        "ListBucket",
        needs="list-type",
        may="prefix delimiter start-after continuation-token max-keys encoding-type fetch-owner",
    ),
    Row(
        "bucket",
        "GET",
        "ListBucketVersions",
        needs="versions",
        may="prefix delimiter key-marker version-id-marker max-keys encoding-type",
    ),
    Row(
        "bucket",
        "GET",
        "ListBucketMultipartUploads",
        needs="uploads",
        may="prefix delimiter key-marker upload-id-marker max-uploads encoding-type",
    ),
    Row("bucket", "GET", "GetBucketLocation", needs="location"),
    Row("bucket", "GET", "GetBucketVersioning", needs="versioning"),
    Row("bucket", "PUT", "CreateBucket"),
    Row("bucket", "DELETE", "DeleteBucket"),
    Row("object", "GET HEAD", "GetObject", may=f"partNumber versionId {_ANSWER}"),
    Row("object", "GET", "GetObject GetObjectAttributes", needs="attributes", may="versionId"),
    Row("object", "GET", "GetObjectTagging", needs="tagging", may="versionId"),
    Row("object", "GET", "GetObjectAcl", needs="acl", may="versionId"),
    Row("object", "GET", "ListMultipartUploadParts", needs="uploadId", may=_PARTS),
    Row("object", "PUT", "PutObject", may=_UPLOADED),
    Row("object", "PUT", "PutObject", needs="partNumber uploadId", may=_UPLOADED),
    Row("object", "PUT", "PutObjectTagging", needs="tagging", may="versionId"),
    Row("object", "PUT", "PutObjectAcl", needs="acl", may="versionId"),
    Row("object", "POST", "PutObject", needs="uploads"),
    Row("object", "POST", "PutObject", needs="uploadId"),
    Row("object", "DELETE", "DeleteObject", may="versionId"),
    Row("object", "DELETE", "DeleteObjectTagging", needs="tagging", may="versionId"),
    Row("object", "DELETE", "AbortMultipartUpload", needs="uploadId"),
)  # fmt: skip

# Of the signature, or without a meaning; an SDK's presigned addresses have them among the others.
_ANY = frozenset(
    {
        "X-Amz-Algorithm",
        "X-Amz-Content-Sha256",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "x-amz-user-agent",
        "x-id",
    }
)
_OF_VERSION = {
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}
# A header that does what is an action of its own.
_MORE = (
    ("x-amz-acl", "PutObjectAcl"),
    ("x-amz-grant-", "PutObjectAcl"),
    ("x-amz-tagging", "PutObjectTagging"),
    ("x-amz-object-lock-legal-hold", "PutObjectLegalHold"),
    ("x-amz-object-lock-", "PutObjectRetention"),
    ("x-amz-bypass-governance-retention", "BypassGovernanceRetention"),
)
_HEADERS = (
    "x-amz-checksum-",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-if-match-",
    "x-amz-max-parts",
    "x-amz-meta-",
    "x-amz-metadata-directive",
    "x-amz-mp-object-size",
    "x-amz-object-attributes",
    "x-amz-optional-object-attributes",
    "x-amz-part-number-marker",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-server-side-encryption",
    "x-amz-source-expected-bucket-owner",
    "x-amz-storage-class",
    "x-amz-tagging-directive",
    "x-amz-trailer",
    "x-amz-user-agent",
    "x-amz-website-redirect-location",
)
_KEYS = {
    "s3:x-amz-acl": "x-amz-acl",
    "s3:x-amz-copy-source": "x-amz-copy-source",
    "s3:x-amz-metadata-directive": "x-amz-metadata-directive",
    "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-storage-class": "x-amz-storage-class",
}
_QUERY_KEYS = {
    "s3:prefix": "prefix",
    "s3:delimiter": "delimiter",
    "s3:max-keys": "max-keys",
    "s3:VersionId": "versionId",
}


def actions(request: Request) -> tuple[Asked, ...]:
    """What a request with the bucket in its path does: all of it must be allowed.

    Raises `NotUnderstood` and `UnreadablePath`.
    """
    place = place_of(request.path)
    parameters = _parameters(request.query)
    headers = {name.lower(): value for name, value in request.headers}
    row = _row(request.method, place, frozenset(parameters) - _ANY)
    keys = _condition_keys(parameters, headers)
    names = [*row.actions.split(), *_of_headers(place, request.method, headers)]
    if "versionId" in parameters:
        names = [_OF_VERSION.get(name, name) for name in names]
    return (
        *(Asked(f"s3:{name}", place.arn, keys) for name in names),
        *_of_source(request.method, place, parameters, headers),
    )


def place_of(path: str) -> Place:
    """Bucket and key of a percent-encoded path. Raises `UnreadablePath`."""
    if not path.startswith("/") or not path.isascii() or _PERCENT.search(path):
        raise UnreadablePath
    try:
        bucket, slash, key = unquote(path[1:], errors="strict").partition("/")
    except UnicodeDecodeError:
        raise UnreadablePath from None
    if bucket == "" and not slash:
        return Place("", "")
    if not _BUCKET.fullmatch(bucket) or ".." in bucket or len(key.encode()) > _LONGEST_KEY:
        raise UnreadablePath
    if key and not _is_clear(key):
        raise UnreadablePath
    return Place(bucket, key)


def source_of(header: str) -> str:
    """x-amz-copy-source in its one form, so that whoever reads it reads what was allowed."""
    path, question, query = header.partition("?")
    place = place_of(path if path.startswith("/") else f"/{path}")
    return f"/{place.bucket}/{quote(place.key, safe='/~')}{question}{query}"


def _is_clear(key: str) -> bool:
    """Stores that keep files, and proxies, take dot segments and empty ones away: then it is another key."""
    segments = key.removesuffix("/").split("/")
    return not _UNCLEAR.search(key) and not any(part in ("", ".", "..") for part in segments)


def _parameters(query: str) -> Mapping[str, str]:
    """Decoded. One that comes twice has two meanings, and a plus sign, too."""
    found: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        try:
            name, value = unquote(name, errors="strict"), unquote(value, errors="strict")
        except UnicodeDecodeError:
            raise NotUnderstood from None
        if name in found or "+" in part:
            raise NotUnderstood
        found[name] = value
    return found


def _row(method: str, place: Place, names: frozenset[str]) -> Row:
    for row in _TABLE:
        needs, may = frozenset(row.needs.split()), frozenset(row.may.split())
        fits = needs <= names <= needs | may
        if fits and row.kind == place.kind and method in row.methods.split():
            return row
    raise NotUnderstood


def _of_headers(place: Place, method: str, headers: Mapping[str, str]) -> Iterator[str]:
    """The actions of headers. Raises `NotUnderstood` for one that could be any."""
    for name in headers:
        if not name.startswith("x-amz-"):
            continue
        more = next((action for prefix, action in _MORE if name.startswith(prefix)), "")
        if more and place.kind == "object" and method in ("PUT", "POST", "DELETE"):
            yield more
        elif more or not name.startswith(_HEADERS):
            raise NotUnderstood


def _of_source(
    method: str, place: Place, parameters: Mapping[str, str], headers: Mapping[str, str]
) -> Iterator[Asked]:
    """Copying reads another object."""
    source = headers.get("x-amz-copy-source")
    if source is None:
        return
    if method != "PUT" or place.kind != "object" or "tagging" in parameters or "acl" in parameters:
        raise NotUnderstood
    path, _, query = source.partition("?")
    if "+" in path:  # some stores read a blank
        raise UnreadablePath
    version = re.fullmatch(r"versionId=([^&]*)", query)
    if query and (version is None or not _VERSION.fullmatch(version[1])):
        raise NotUnderstood
    read = place_of(path if path.startswith("/") else f"/{path}")
    if read.kind != "object":
        raise UnreadablePath
    keys = {"s3:VersionId": (version[1],)} if version else {}
    yield Asked("s3:GetObjectVersion" if version else "s3:GetObject", read.arn, keys)


def _condition_keys(
    parameters: Mapping[str, str], headers: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    keys = {key: (headers[name],) for key, name in _KEYS.items() if name in headers}
    return keys | {key: (parameters[name],) for key, name in _QUERY_KEYS.items() if name in parameters}
