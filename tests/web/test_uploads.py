"""PUT of the file of a user import at a real server: what S3 would say, and that nothing else was widened."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.imports.importing import ENCRYPTED, created
from tests.server import Server, dev_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dev_server(tmp_path_factory.mktemp("uploads"), "--no-demo") as running:
        yield running


@pytest.fixture(scope="module")
def job(server: Server) -> dict[str, Any]:
    idp = server.boto3("cognito-idp")
    pool = idp.create_user_pool(PoolName="uploads", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    return created(idp, pool)


def test_a_file_is_taken_with_the_header_of_s3_or_without(job: dict[str, Any]) -> None:
    with_header = httpx2.put(job["PreSignedUrl"], content=b"a,b\n", headers=ENCRYPTED)
    without = httpx2.put(job["PreSignedUrl"], content=b"a,b\n")

    assert (with_header.status_code, with_header.content) == (200, b"")
    assert without.status_code == 200


def test_another_encryption_is_refused(job: dict[str, Any]) -> None:
    refused = httpx2.put(
        job["PreSignedUrl"], content=b"a,b\n", headers={"x-amz-server-side-encryption": "AES256"}
    )

    assert (refused.status_code, "<Code>SignatureDoesNotMatch</Code>" in refused.text) == (403, True)
    assert httpx2.put(job["PreSignedUrl"], content=b"a,b\n", headers=ENCRYPTED).status_code == 200


def test_an_address_that_was_changed_is_refused_in_the_form_of_s3(job: dict[str, Any]) -> None:
    refused = httpx2.put(job["PreSignedUrl"][:-1] + "x", content=b"a,b\n")

    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/xml")
    assert (refused.headers["connection"], refused.headers["cache-control"]) == ("close", "no-store")
    assert "<Code>AccessDenied</Code>" in refused.text


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PATCH"])
def test_no_other_method_takes_or_gives_a_file(job: dict[str, Any], method: str) -> None:
    assert httpx2.request(method, job["PreSignedUrl"]).status_code == 404
    assert httpx2.put(job["PreSignedUrl"], content=b"").status_code == 200


@pytest.mark.parametrize("where", ["/", "/_dev/inbox", "/imports/x"])
def test_a_large_body_is_refused_everywhere_else(server: Server, job: dict[str, Any], where: str) -> None:
    large = b"x" * 1_048_577

    assert httpx2.put(server.endpoint + where, content=large).status_code == 413
    assert httpx2.post(server.endpoint + where, content=large).status_code == 413
    assert httpx2.put(job["PreSignedUrl"], content=large).status_code == 200
