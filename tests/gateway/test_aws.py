"""kind = "aws": who signed, what reaches the upstream, with whose signature, and what is not let through."""

import base64
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.authorizer.signing import (
    CODED,
    CODED_TRAILER,
    OWN,
    TEMPORARY_ID,
    UNSIGNED_TRAILER,
    bundle,
    chunked,
    header,
    signed,
    token,
    with_header,
)
from tests.gateway.aws_doors import (
    ENVIRON,
    MODELS,
    OWN_ID,
    OWN_SECRET,
    OWN_TOKEN,
    S3,
    Door,
    of_models,
    opened,
)
from tests.gateway.gateways import Asked
from tests.gateway.operators import is_signed

from poolhouse.authorizer.sigv4 import Request
from poolhouse.errors import SettingsError, UpstreamDown, UpstreamLate

CRC = "x-amz-checksum-crc32"
KEY = (OWN_ID, OWN_SECRET)


def only(door: Door) -> Asked:
    (asked,) = door.upstreams.asked
    return asked


def is_ours(asked: Asked, **options: str) -> bool:
    options = {"region": "eu-central-1"} | options
    return is_signed(asked.method, asked.url, dict(asked.headers), asked.body, key=KEY, **options)


async def test_what_a_caller_signed_goes_on_with_the_gateways_own_signature(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = signed("PUT", f"{OWN}/a%20b.png", {"Content-Type": "image/png", "x-amz-meta-a": "b"}, b"a cat")

    got = await door.ask(request, ("if-none-match", "*"), ("cookie", "a=b"), ("x-forwarded-for", "1.2.3.4"))

    asked = only(door)
    assert (got.status, got.body) == (200, b"hello")
    assert asked.url == f"https://store.internal:9000{OWN}/a%20b.png"
    assert (asked.body, asked.header("content-length")) == (b"a cat", "5")
    assert is_ours(asked)
    assert (asked.header("if-none-match"), asked.header("x-amz-meta-a")) == ("*", "b")
    assert asked.header("cookie") is asked.header("x-forwarded-for") is None


async def test_nothing_of_the_callers_signature_reaches_the_upstream(tmp_path: Path) -> None:
    for presigned in (False, True):
        door = opened(tmp_path)
        request = signed("GET", f"{OWN}/a?response-expires=x", presigned=presigned)

        await door.ask(request)

        asked = only(door)
        shown = f"{asked.url} {asked.headers}"
        assert is_ours(asked)
        assert token() not in shown
        assert TEMPORARY_ID not in shown
        assert asked.url.endswith("/a?response-expires=x")
        assert asked.header("x-amz-security-token") is None


async def test_a_token_of_the_gateways_own_goes_along(tmp_path: Path) -> None:
    door = opened(tmp_path, environ=ENVIRON | {"AWS_SESSION_TOKEN": OWN_TOKEN})

    await door.ask(signed())

    assert only(door).header("x-amz-security-token") == OWN_TOKEN
    assert is_ours(only(door))


async def test_credentials_may_be_in_a_file(tmp_path: Path) -> None:
    text = f"[store]\naws_access_key_id = {OWN_ID}\naws_secret_access_key = {OWN_SECRET}\n"
    (tmp_path / "keys").write_text(text)
    routes = S3 + 'credentials_file = "keys"\ncredentials_profile = "store"\n'

    door = opened(tmp_path, routes, environ={})
    await door.ask(signed())

    assert is_ours(only(door))
    with pytest.raises(SettingsError, match="finds no credentials in keys") as told:
        opened(tmp_path, routes.replace('"store"', '"other"'), environ={})
    assert OWN_SECRET not in str(told.value)


def test_without_credentials_of_its_own_there_is_no_gateway(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match="the environment variable AWS_SECRET_ACCESS_KEY, which is not set"
    ):
        opened(tmp_path, environ={"AWS_ACCESS_KEY_ID": OWN_ID})


async def test_a_request_that_may_not_be_made_does_not_reach_the_upstream(tmp_path: Path) -> None:
    door = opened(tmp_path)
    other = signed("PUT", "/photos/private/other/a", body=b"a cat")

    for request, status, code in (
        (other, 403, "AccessDenied"),
        (with_header(signed(), "Authorization", None), 403, "AccessDenied"),
        (replace(signed(), path=f"{OWN}/dog.png"), 403, "SignatureDoesNotMatch"),
        (signed(session_token=None), 403, "InvalidAccessKeyId"),
        (signed(session_token=token(expires_at=1_000_000)), 400, "ExpiredToken"),
        (signed(target="/photos?policy"), 501, "NotImplemented"),
    ):
        got = await door.ask(request)
        assert (got.status, got.header("content-type")) == (status, "application/xml")
        assert f"<Code>{code}</Code>".encode() in got.body
        assert got.header("x-amz-request-id").encode() in got.body
    assert door.upstreams.asked == []
    assert (await door.ask(signed())).status == 200


async def test_a_body_that_was_changed_is_never_sent_whole(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = signed("PUT", f"{OWN}/a", body=b"a cat")

    got = await door.ask(replace(request, body=b"a dog"))

    assert got.status == 400
    assert b"XAmzContentSHA256Mismatch" in got.body
    assert door.upstreams.asked == []  # the stand-in notes what it has been sent to the end
    await door.ask(request)
    assert only(door).body == b"a cat"


async def test_signed_chunks_go_on_decoded(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = chunked([b"first", b"second"])

    await door.ask(request)

    asked = only(door)
    assert (asked.body, asked.header("content-length")) == (b"firstsecond", "11")
    assert (asked.header("x-amz-content-sha256"), asked.header("content-encoding")) == (
        "UNSIGNED-PAYLOAD",
        None,
    )
    assert asked.header("x-amz-decoded-content-length") is None
    assert is_ours(asked)


async def test_a_wrong_chunk_breaks_the_request_off(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = chunked([b"first", b"second"])

    got = await door.ask(replace(request, body=request.body.replace(b"second", b"sec0nd")))

    assert (got.status, door.upstreams.asked) == (403, [])
    assert b"SignatureDoesNotMatch" in got.body


@pytest.mark.parametrize("kind", [CODED_TRAILER, UNSIGNED_TRAILER])
@pytest.mark.parametrize("pieces", [[b"first", b"second"], []])
async def test_a_checksum_behind_the_body_reaches_the_store(
    tmp_path: Path, kind: str, pieces: list[bytes]
) -> None:
    door, content = opened(tmp_path), b"".join(pieces)
    checksum = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()

    got = await door.ask(chunked(pieces, kind, (CRC, checksum)))

    asked = only(door)
    data = b"b\r\nfirstsecond\r\n" if pieces else b""
    assert got.status == 200
    assert asked.body == data + f"0\r\n{CRC}:{checksum}\r\n\r\n".encode()
    assert asked.header("content-length") == str(len(asked.body))
    assert asked.header("x-amz-decoded-content-length") == str(len(content))
    assert (asked.header("x-amz-trailer"), asked.header("content-encoding")) == (CRC, "aws-chunked")
    assert asked.header("x-amz-content-sha256") == UNSIGNED_TRAILER
    assert is_ours(asked)


async def test_other_codings_of_a_body_stay(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = signed("PUT", f"{OWN}/a", {"Content-Encoding": "gzip"}, b"zipped")

    await door.ask(request)

    assert only(door).header("content-encoding") == "gzip"


async def test_a_copy_names_its_source_in_one_form(tmp_path: Path) -> None:
    door = opened(tmp_path)

    await door.ask(signed("PUT", f"{OWN}/copy", {"x-amz-copy-source": f"{OWN[1:]}/a%20b%2Bc"}))

    assert only(door).header("x-amz-copy-source") == f"{OWN}/a%20b%2Bc"
    assert is_ours(only(door))


async def test_a_body_without_a_length_is_not_taken(tmp_path: Path) -> None:
    door = opened(tmp_path)
    request = signed("PUT", f"{OWN}/a", body=b"a cat")

    got = await door.ask(request, ("transfer-encoding", "chunked"), length=False)
    coded = await door.ask(chunked([b"a cat"]), ("transfer-encoding", "chunked"), length=False)

    assert (got.status, coded.status) == (411, 200)
    assert only(door).body == b"a cat"


async def test_answers_come_as_they_are(tmp_path: Path) -> None:
    door = opened(tmp_path)
    door.upstreams.status = 206
    door.upstreams.headers = [
        (b"etag", b'"1"'),
        (b"content-range", b"bytes 0-1/9"),
        (b"content-length", b"2"),
    ]
    door.upstreams.pieces = [b"a", b"b"]

    got = await door.ask(signed(), ("range", "bytes=0-1"))

    assert only(door).header("range") == "bytes=0-1"
    assert (got.status, got.body, got.header("etag")) == (206, b"ab", '"1"')
    assert got.header("content-range") == "bytes 0-1/9"
    assert door.upstreams.left == 1


async def test_errors_of_the_store_pass_but_those_about_the_gateways_credentials(tmp_path: Path) -> None:
    door = opened(tmp_path)
    door.upstreams.status = 403

    door.upstreams.pieces = [b"<Error><Code>AccessDenied</Code></Error>"]
    passed = await door.ask(signed())
    door.upstreams.pieces = [b"<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>", OWN_ID.encode()]
    own = await door.ask(signed())

    assert (passed.status, passed.body) == (403, b"<Error><Code>AccessDenied</Code></Error>")
    assert (own.status, b"<Code>InternalError</Code>" in own.body) == (500, True)
    assert OWN_ID.encode() not in own.body
    assert [line.get("code") for line in door.lines if "code" in line] == ["InvalidAccessKeyId"]


@pytest.mark.parametrize(("error", "status"), [(UpstreamDown(), 503), (UpstreamLate(), 504)])
async def test_a_store_that_is_away_is_told_in_s3s_form(
    tmp_path: Path, error: Exception, status: int
) -> None:
    door = opened(tmp_path)
    door.upstreams.error = error

    got = await door.ask(signed())

    assert got.status == status
    assert b"<Code>ServiceUnavailable</Code>" in got.body


async def test_revocations_are_seen_when_the_file_is_written_anew(tmp_path: Path) -> None:
    door = opened(tmp_path, document=bundle(roles=[]))

    got = await door.ask(signed())

    assert (got.status, door.upstreams.asked) == (400, [])
    assert b"ExpiredToken" in got.body


# Other services


def invoking(model: str = "small%3A1", service: str = "bedrock") -> Request:
    headers = {"Content-Type": "application/json"}
    return signed("POST", f"/model/{model}/invoke", headers, b'{"a": 1}', service=service)


async def test_another_service_is_asked_with_its_own_rules(tmp_path: Path) -> None:
    door = opened(tmp_path, MODELS, document=of_models())
    door.upstreams.pieces = [b"data: 1\n\n", b"data: 2\n\n"]

    got = await door.ask(invoking())

    asked = only(door)
    assert (got.status, got.body) == (200, b"data: 1\n\ndata: 2\n\n")
    assert (asked.url, asked.body) == ("https://models.internal/model/small%3A1/invoke", b'{"a": 1}')
    assert is_ours(asked, service="bedrock", region="us-east-1")


async def test_refusals_of_another_service_are_json(tmp_path: Path) -> None:
    door = opened(tmp_path, MODELS, document=of_models())

    for request, code in (
        (invoking("large"), "AccessDeniedException"),
        (replace(invoking(), body=b"{}"), "InvalidSignatureException"),
        (with_header(invoking(), "Authorization", None), "MissingAuthenticationTokenException"),
        (invoking(service="sts"), "InvalidSignatureException"),
    ):
        got = await door.ask(request)
        assert (got.status, got.json()["__type"], got.header("x-amzn-errortype")) == (403, code, code)
    assert door.upstreams.asked == []


async def test_the_policy_is_asked_about_the_model_of_the_path(tmp_path: Path) -> None:
    door = opened(tmp_path, MODELS, document=of_models())

    got = await door.ask(invoking("large"))

    assert (
        'bedrock:InvokeModel on resource: "arn:aws:bedrock:us-east-1::foundation-model/large"'
        in got.json()["message"]
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("https://store.internal:9000", "ftp://store", "write https:// and a host"),
        ("https://store.internal:9000", "https://store/below", "leave its path out"),
        ("verifier.json", "nothing.json", "cannot read its verifier"),
        ('service = "s3"', 'service = "s3"\naction = "s3:GetObject"', "leave them out, of S3 they are known"),
        ('service = "s3"', 'service = "bedrock"', "needs an action such as bedrock:InvokeModel"),
        ('service = "s3"', 'service = "s3"\nauthorizer = "users"', "unknown field `authorizer`"),
    ],
)
def test_a_route_that_is_not_good_is_told_in_one_sentence(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    opened(tmp_path)

    with pytest.raises(SettingsError, match=told):
        opened(tmp_path, S3.replace(old, new))


def test_a_resource_may_have_no_variable_that_the_path_does_not_have(tmp_path: Path) -> None:
    opened(tmp_path, MODELS)

    with pytest.raises(SettingsError, match="needs an action"):
        opened(tmp_path, MODELS.replace('model/{model}"', 'model/{other}"'))


def test_the_requests_of_these_tests_are_what_they_say() -> None:
    assert header(chunked([b"a"]), "X-Amz-Content-SHA256") == CODED


async def test_a_client_that_waits_to_be_asked_for_its_body_gets_a_new_connection(tmp_path: Path) -> None:
    """It sends the body yet, or never: what comes next on the connection could be either."""
    door, waits = opened(tmp_path), ("expect", "100-continue")

    refused = await door.ask(signed("PUT", "/photos/private/other/a", body=b"a cat"), waits)
    told = await door.ask(signed("PUT", f"{OWN}/a", body=b"a cat"), waits)

    assert (refused.status, refused.header("connection")) == (403, "close")
    assert (told.status, told.header("connection")) == (200, "")
    assert only(door).header("expect") is None


async def test_a_signature_hidden_in_an_encoding_goes_no_further(tmp_path: Path) -> None:
    door = opened(tmp_path, MODELS, document=of_models())
    path = "/model/small%3A1/invoke?a=b&X-Amz-Signature=x&x-amz-security-token=y"
    request = signed("POST", path, body=b"{}", service="bedrock")

    await door.ask(replace(request, query=request.query.replace("X-Amz-", "%58-Amz-")))

    assert only(door).url == "https://models.internal/model/small%3A1/invoke?a=b"
    assert is_ours(only(door), service="bedrock", region="us-east-1")


async def test_bodies_of_other_services_keep_their_coding_and_have_a_limit(tmp_path: Path) -> None:
    door = opened(tmp_path, MODELS.replace("[[routes]]", "[[routes]]\nbody_limit = 10"), document=of_models())
    headers = {"Content-Encoding": "gzip"}
    small = signed("POST", "/model/small%3A1/invoke", headers, b"0123456789", service="bedrock")
    large = signed("POST", "/model/small%3A1/invoke", headers, b"0123456789a", service="bedrock")

    assert (await door.ask(small)).status == 200
    assert (await door.ask(large)).status == 413
    assert (only(door).header("content-encoding"), only(door).body) == ("gzip", b"0123456789")


async def test_a_request_for_another_host_may_be_refused(tmp_path: Path) -> None:
    door = opened(tmp_path, S3 + 'hosts = ["files.example.com"]\n')

    assert (await door.ask(signed(host="s3.example.com"))).status == 400
    assert (await door.ask(signed(host="files.example.com"))).status == 200
