"""boto3 with an identity's credentials, through `poolhouse gateway`, to a store that knows the operator."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.authorizer.signing import BUCKET, IDENTITY, REGION, TEMPORARY_ID, TEMPORARY_SECRET, bundle, token
from tests.gateway.s3_stand_in import Store
from tests.server import Gateway, gateway_server

from poolhouse.ports import HOUR, SECOND

OPERATOR = ("AKIAOPERATOR", "operators-secret-of-forty-characters-000")
OWN = f"private/{IDENTITY}"
ROUTES = """
[[routes]]
path = "$default"
kind = "aws"
url = "{url}"
service = "s3"
region = "us-east-1"
verifier = "verifier.json"
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store(OPERATOR) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder: Path = tmp_path_factory.mktemp("aws")
    (folder / "verifier.json").write_bytes(bundle())
    own = {"AWS_ACCESS_KEY_ID": OPERATOR[0], "AWS_SECRET_ACCESS_KEY": OPERATOR[1]}
    with gateway_server(folder, ROUTES.format(url=store.url), **own) as running:
        yield running


def session_token(**changes: Any) -> str:
    now = time.time_ns() // 1_000
    times = {"issued_at": now - SECOND, "expires_at": (now + HOUR) // SECOND * SECOND}
    return token(**times | changes)


def client(gateway: Gateway, secret: str = TEMPORARY_SECRET, session: str | None = "") -> Any:
    return boto3.client(
        "s3",
        endpoint_url=gateway.endpoint,
        region_name=REGION,
        aws_access_key_id=TEMPORARY_ID,
        aws_secret_access_key=secret,
        aws_session_token=session_token() if session == "" else session,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )


def code(call: Any, **options: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**options)
    return str(refused.value.response["Error"]["Code"])


def test_an_identity_has_its_own_prefix_and_nothing_else(gateway: Gateway, store: Store) -> None:
    mine, at = client(gateway), {"Bucket": BUCKET, "Key": f"{OWN}/a b+c/ü.png"}

    mine.put_object(**at, Body=b"a cat", ContentType="image/png", Metadata={"a": "b"})
    got = mine.get_object(**at)
    listed = mine.list_objects_v2(Bucket=BUCKET, Prefix=f"{OWN}/a")

    assert got["Body"].read() == b"a cat"
    assert [each["Key"] for each in listed["Contents"]] == [at["Key"]]
    assert mine.head_object(**at)["ETag"] == got["ETag"]
    assert mine.get_object(**at, Range="bytes=2-")["Body"].read() == b"cat"
    assert code(mine.get_object, **at, IfNoneMatch=got["ETag"]) == "304"
    assert code(mine.put_object, **at, Body=b"other", IfNoneMatch="*") == "PreconditionFailed"
    assert code(mine.get_object, Bucket=BUCKET, Key=f"{OWN}/none") == "NoSuchKey"
    before = dict(store.objects)
    assert code(mine.put_object, Bucket=BUCKET, Key="private/other/a", Body=b"x") == "AccessDenied"
    assert code(mine.get_object, Bucket=BUCKET, Key="private/other/a") == "AccessDenied"
    assert code(mine.list_objects_v2, Bucket=BUCKET) == "AccessDenied"
    assert code(mine.delete_object, **at) == "AccessDenied"  # the policy does not grant it
    assert (store.objects, store.refused) == (before, [])


def test_only_living_credentials_are_good(gateway: Gateway) -> None:
    at = {"Bucket": BUCKET, "Key": f"{OWN}/living"}
    client(gateway).put_object(**at, Body=b"x")

    expired = session_token(expires_at=1_000_000)
    assert code(client(gateway, session=expired).get_object, **at) == "ExpiredToken"
    assert code(client(gateway, session=None).get_object, **at) == "InvalidAccessKeyId"
    assert code(client(gateway, secret="x" * 40).get_object, **at) == "SignatureDoesNotMatch"
    assert client(gateway).get_object(**at)["Body"].read() == b"x"


def test_large_files_go_in_parts_and_come_back_whole(gateway: Gateway, store: Store) -> None:
    content = bytes(range(256)) * 48_000  # 12 MB: two parts

    client(gateway).upload_fileobj(io.BytesIO(content), BUCKET, f"{OWN}/large")
    got = client(gateway).get_object(Bucket=BUCKET, Key=f"{OWN}/large")["Body"].read()

    assert len(store.parts) == 2
    assert got == content


def test_a_presigned_address_is_good_for_whoever_has_it(gateway: Gateway) -> None:
    mine, at = client(gateway), {"Bucket": BUCKET, "Key": f"{OWN}/shared"}
    put = mine.generate_presigned_url("put_object", Params=at, ExpiresIn=60)
    get = mine.generate_presigned_url("get_object", Params=at, ExpiresIn=60)

    assert httpx2.put(put, content=b"from a browser").status_code == 200
    assert httpx2.get(get).content == b"from a browser"
    assert httpx2.get(get.replace("shared", "large")).status_code == 403
    assert httpx2.put(get, content=b"x").status_code == 403


def test_the_store_never_sees_what_callers_sign_with(gateway: Gateway, store: Store) -> None:
    client(gateway).put_object(Bucket=BUCKET, Key=f"{OWN}/seen", Body=b"x")

    assert TEMPORARY_ID not in store.values
    assert "x-amz-security-token" not in store.headers
    assert OPERATOR[0] in store.values
