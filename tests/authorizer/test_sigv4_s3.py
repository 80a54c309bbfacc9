"""Which actions a request of S3's REST API is, and which nobody can name."""

import posixpath
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st
from tests.authorizer.signing import HOST

from poolhouse.authorizer.sigv4 import NotUnderstood, Refused, Request, UnreadablePath, s3
from poolhouse.wire import canonical

ARN = "arn:aws:s3:::photos"


def request(method: str, target: str, *headers: tuple[str, str]) -> Request:
    path, _, query = target.partition("?")
    return Request(method, path, query, (("host", HOST), *headers), b"")


def asked(method: str, target: str, *headers: tuple[str, str]) -> set[tuple[str, str]]:
    return {(one.action, one.resource) for one in s3.actions(request(method, target, *headers))}


@pytest.mark.parametrize(
    ("method", "target", "action", "resource"),
    [
        ("GET", "/", "ListAllMyBuckets", "arn:aws:s3:::*"),
        ("HEAD", "/photos", "ListBucket", ARN),
        ("GET", "/photos/", "ListBucket", ARN),
        ("GET", "/photos?prefix=a&delimiter=%2F&max-keys=2&marker=b&encoding-type=url", "ListBucket", ARN),
        ("GET", "/photos?list-type=2&prefix=a&start-after=b&fetch-owner=true", "ListBucket", ARN),
        ("GET", "/photos?versions&prefix=a", "ListBucketVersions", ARN),
        ("GET", "/photos?uploads", "ListBucketMultipartUploads", ARN),
        ("GET", "/photos?location", "GetBucketLocation", ARN),
        ("GET", "/photos?versioning=", "GetBucketVersioning", ARN),
        ("PUT", "/photos", "CreateBucket", ARN),
        ("DELETE", "/photos", "DeleteBucket", ARN),
        ("GET", "/photos/a/b.png", "GetObject", f"{ARN}/a/b.png"),
        ("GET", "/photos/folder/", "GetObject", f"{ARN}/folder/"),
        ("GET", "/photos/a%20b%C3%A9", "GetObject", f"{ARN}/a bé"),
        ("GET", "/photos/%2A", "GetObject", f"{ARN}/*"),
        ("HEAD", "/photos/a?partNumber=1", "GetObject", f"{ARN}/a"),
        ("GET", "/photos/a?versionId=1&response-expires=b&x-id=GetObject", "GetObjectVersion", f"{ARN}/a"),
        ("GET", "/photos/a?tagging", "GetObjectTagging", f"{ARN}/a"),
        ("GET", "/photos/a?tagging&versionId=1", "GetObjectVersionTagging", f"{ARN}/a"),
        ("GET", "/photos/a?acl", "GetObjectAcl", f"{ARN}/a"),
        ("GET", "/photos/a?uploadId=u&max-parts=3", "ListMultipartUploadParts", f"{ARN}/a"),
        ("PUT", "/photos/a", "PutObject", f"{ARN}/a"),
        ("PUT", "/photos/a?x-amz-checksum-crc32=x&x-amz-user-agent=y", "PutObject", f"{ARN}/a"),
        ("PUT", "/photos/a?partNumber=1&uploadId=u", "PutObject", f"{ARN}/a"),
        ("PUT", "/photos/a?tagging", "PutObjectTagging", f"{ARN}/a"),
        ("PUT", "/photos/a?acl", "PutObjectAcl", f"{ARN}/a"),
        ("POST", "/photos/a?uploads", "PutObject", f"{ARN}/a"),
        ("POST", "/photos/a?uploadId=u", "PutObject", f"{ARN}/a"),
        ("DELETE", "/photos/a", "DeleteObject", f"{ARN}/a"),
        ("DELETE", "/photos/a?versionId=1", "DeleteObjectVersion", f"{ARN}/a"),
        ("DELETE", "/photos/a?tagging", "DeleteObjectTagging", f"{ARN}/a"),
        ("DELETE", "/photos/a?uploadId=u", "AbortMultipartUpload", f"{ARN}/a"),
    ],
)  # fmt: skip
def test_a_request_is_an_action(method: str, target: str, action: str, resource: str) -> None:
    assert asked(method, target) == {(f"s3:{action}", resource)}


def test_some_requests_are_several_actions() -> None:
    put, acl = ("s3:PutObject", f"{ARN}/a"), ("s3:PutObjectAcl", f"{ARN}/a")
    source = "x-amz-copy-source"

    assert asked("GET", "/photos/a?attributes") == {
        ("s3:GetObject", f"{ARN}/a"),
        ("s3:GetObjectAttributes", f"{ARN}/a"),
    }
    assert asked("PUT", "/photos/a", ("x-amz-acl", "public-read")) == {put, acl}
    assert asked("POST", "/photos/a?uploads", ("x-amz-grant-read", "id=x")) == {put, acl}
    assert asked("PUT", "/photos/a", ("X-Amz-Tagging", "a=b")) == {put, ("s3:PutObjectTagging", f"{ARN}/a")}
    assert asked("PUT", "/photos/a", (source, "/other/x%20y")) == {
        put,
        ("s3:GetObject", "arn:aws:s3:::other/x y"),
    }
    assert asked("PUT", "/photos/a?partNumber=1&uploadId=u", (source, "other/x?versionId=3")) == {
        put,
        ("s3:GetObjectVersion", "arn:aws:s3:::other/x"),
    }


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/photos?policy"),
        ("PUT", "/photos?policy"),
        ("POST", "/photos?delete"),
        ("GET", "/photos/a?torrent"),
        ("GET", "/photos/a?unknown=1"),
        ("GET", "/photos/a?Tagging"),
        ("GET", "/photos/a?tagging&acl"),
        ("GET", "/photos/a?versionId=1&versionId=2"),
        ("GET", "/photos?prefix=a+b"),
        ("GET", "/photos?prefix=%ff"),
        ("PUT", "/photos/a?uploadId=u"),
        ("PUT", "/photos/a?x-amz-acl=public-read"),
        ("DELETE", "/photos?prefix=a"),
        ("PATCH", "/photos/a"),
        ("POST", "/photos/a"),
        ("PUT", "/"),
    ],
)
def test_what_the_table_does_not_have_is_refused(method: str, target: str) -> None:
    with pytest.raises(NotUnderstood):
        asked(method, target)


@pytest.mark.parametrize(
    ("method", "target", "header"),
    [
        ("PUT", "/photos/a", ("x-amz-rename-source", "b")),
        ("GET", "/photos/a", ("x-amz-acl", "public-read")),
        ("PUT", "/photos", ("x-amz-acl", "public-read")),
        ("GET", "/photos/a", ("x-amz-copy-source", "/other/x")),
        ("PUT", "/photos/a?acl", ("x-amz-copy-source", "/other/x")),
        ("PUT", "/photos/a", ("x-amz-copy-source", "/other/x?versionId=1&a=b")),
        ("PUT", "/photos/a", ("x-amz-copy-source", "arn:aws:s3:us-east-1:1:accesspoint/x/object/y")),
        ("PUT", "/photos/a", ("x-amz-copy-source", "/other/../photos/y")),
        ("PUT", "/photos/a", ("x-amz-copy-source", "/other/a+b")),
        ("PUT", "/photos/a", ("x-amz-copy-source", "/other")),
    ],
)  # fmt: skip
def test_headers_that_could_mean_anything_are_refused(
    method: str, target: str, header: tuple[str, str]
) -> None:
    with pytest.raises((NotUnderstood, UnreadablePath)):
        asked(method, target, header)


@pytest.mark.parametrize(
    "path",
    [
        "/photos/private/me/../other/x",
        "/photos/./a",
        "/photos//a",
        "/photos/a//b",
        "/photos/%2e%2e/a",
        "/photos/a%2F..%2Fb",
        "/photos/a/..",
        "/photos/a%5Cb",
        "/photos/a%00",
        "/photos/a%0Ab",
        "/photos/a%252e%252e%252fb",
        "/photos/%FF",
        "/photos/%zz",
        "/photos/%2",
        "/PHOTOS/a",
        "/..",
        "/a",
        "//photos/a",
        "photos/a",
        "/photos/é",
        "/photos/" + "a" * 1_025,
    ],
)
def test_paths_of_more_than_one_reading_are_refused(path: str) -> None:
    with pytest.raises(UnreadablePath):
        asked("GET", path)


def test_conditions_see_what_is_asked_for() -> None:
    listed = s3.actions(
        request("GET", "/photos?list-type=2&prefix=private%2Fme%2F&delimiter=%2F&max-keys=5")
    )[0]
    stored = s3.actions(
        request("PUT", "/photos/a", ("x-amz-acl", "private"), ("x-amz-storage-class", "GLACIER"))
    )[0]

    assert dict(listed.keys) == {"s3:prefix": ("private/me/",), "s3:delimiter": ("/",), "s3:max-keys": ("5",)}
    assert dict(stored.keys) == {"s3:x-amz-acl": ("private",), "s3:x-amz-storage-class": ("GLACIER",)}


def test_what_boto3_sends_is_known() -> None:
    """Every request of everyday use, as boto3 makes it."""
    client = boto3.client(
        "s3",
        endpoint_url=f"https://{HOST}",
        region_name="us-east-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )
    found: list[set[str]] = []

    def stop(request, **_):
        path, _, query = request.url.removeprefix(f"https://{HOST}").partition("?")
        headers = tuple(
            (name, value if isinstance(value, str) else value.decode())
            for name, value in request.headers.items()
        )
        try:
            actions = s3.actions(Request(request.method, path or "/", query, headers, b""))
            found.append({one.action for one in actions})
        except Refused as refused:
            found.append({repr(refused)})
        raise StopIteration

    client.meta.events.register("before-send.s3", stop)
    at = {"Bucket": "photos", "Key": "a b/ü.png"}
    for call, options in (
        (client.put_object, at | {"Body": b"x"}),
        (client.get_object, at | {"Range": "bytes=0-1", "IfNoneMatch": '"x"'}),
        (client.head_object, at),
        (client.copy_object, at | {"CopySource": {"Bucket": "other", "Key": "ä+b"}}),
        (client.list_objects_v2, {"Bucket": "photos", "Prefix": "a b/"}),
        (client.create_multipart_upload, at),
        (client.upload_part, at | {"UploadId": "u", "PartNumber": 1, "Body": b"x"}),
        (client.complete_multipart_upload, at | {"UploadId": "u", "MultipartUpload": {"Parts": []}}),
        (client.abort_multipart_upload, at | {"UploadId": "u"}),
        (client.delete_object, at),
        (client.list_buckets, {}),
    ):  # fmt: skip
        with pytest.raises(StopIteration):
            call(**options)

    assert found == [
        {"s3:PutObject"},
        {"s3:GetObject"},
        {"s3:GetObject"},
        {"s3:PutObject", "s3:GetObject"},
        {"s3:ListBucket"},
        {"s3:PutObject"},
        {"s3:PutObject"},
        {"s3:PutObject"},
        {"s3:AbortMultipartUpload"},
        {"s3:DeleteObject"},
        {"s3:ListAllMyBuckets"},
    ]


@given(
    st.lists(
        st.sampled_from(["a", "Z", ".", "..", "%2e", "%2F", "%25", "%c3%a9", "%FF", "+", "/", "b c", "*"])
    )
)
def test_whoever_reads_the_path_that_goes_on_reads_the_key_that_was_allowed(parts: list[str]) -> None:
    path = "/photos/" + "".join(parts)
    try:
        place = s3.place_of(path)
    except UnreadablePath:
        return

    sent = canonical.path(path, "s3")

    assert s3.place_of(sent) == place
    assert unquote(sent) == f"/photos/{place.key}"
    assert posixpath.normpath(unquote(sent)) == unquote(sent).rstrip("/")
