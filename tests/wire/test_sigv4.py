"""Our signatures are botocore's, and a request that was changed in any part is refused."""

from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from poolhouse.errors import IncompleteSignature, InvalidSignature, MissingAuthenticationToken
from poolhouse.ports import DAY, MINUTE, SECOND
from poolhouse.wire.sigv4 import Credentials, Request, parse_authorization, sign, verify

NOW = int(datetime(2026, 1, 1, 0, 6, tzinfo=UTC).timestamp()) * SECOND
KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TARGET = "AWSCognitoIdentityProviderService.AdminGetUser"
HEADERS = {"X-Amz-Target": TARGET, "Content-Type": "application/x-amz-json-1.1"}


def boto_signed(
    signer=botocore.auth.SigV4Auth,
    *,
    method="POST",
    url="http://localhost:8400/",
    headers=None,
    body=b'{"UserPoolId":"p"}',
    service="cognito-idp",
    region="us-east-1",
    token=None,
    at=NOW,
    **options,
):
    """What a server would receive of a request that botocore signed."""
    request = AWSRequest(method=method, url=url, headers=HEADERS if headers is None else headers, data=body)
    moment = datetime.fromtimestamp(at // SECOND, UTC).replace(tzinfo=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda **_: moment)
        signer(BotoCredentials(KEY, SECRET, token), service, region, **options).add_auth(request)
    parts = urlsplit(request.url)
    sent = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return Request(method, parts.path or "/", parts.query, (("Host", parts.netloc), *sent.items()), body)


def presigned(**options):
    options = {
        "method": "GET",
        "headers": {},
        "body": b"",
        "url": "http://localhost:8400/?Action=A&Version=1",
    } | options
    return boto_signed(botocore.auth.SigV4QueryAuth, **options)


def accept(request, *, secret=SECRET, service="cognito-idp", now=NOW):
    signed = parse_authorization(request)
    verify(signed, secret, service, now)
    return signed


def with_header(request, name, value):
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


def header(request, name):
    return next(value for given_name, value in request.headers if given_name.lower() == name.lower())


def test_a_request_that_botocore_signed_is_accepted():
    signed = accept(boto_signed(token="session/token+="))

    assert (signed.kind, signed.access_key_id, signed.region, signed.service) == (
        "header",
        KEY,
        "us-east-1",
        "cognito-idp",
    )
    assert signed.session_token == "session/token+="


def test_a_request_that_botocore_presigned_is_accepted():
    signed = accept(presigned(token="a/b+c=", expires=900))

    assert (signed.kind, signed.access_key_id, signed.expires_in) == ("presigned", KEY, 900)
    assert signed.session_token == "a/b+c="


TEXT = st.text(alphabet="aZ09-_.~ /+=%&\u00e9\u4e2d", max_size=8)
NAMES = st.sampled_from(["a", "b", "Action", "a b", "\u00e9", "X-Amz", "a-b"])
QUERIES = st.lists(st.tuples(NAMES, TEXT), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
UNIQUE_QUERIES = st.dictionaries(NAMES, TEXT, max_size=4).map(
    lambda pairs: "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs.items()
    )
)
PATHS = st.lists(st.sampled_from(["v2", "e mail", "..", ".", "", "a%2Fb", "~x", "$:@"]), max_size=5).map(
    lambda parts: "/" + quote("/".join(parts), safe="/%~")
)
EXTRA = st.dictionaries(
    st.sampled_from(["X-Amz-Target", "Content-Type", "X-Other", "Amz-Sdk-Request"]),
    st.text(alphabet="aB1 \t;,/=", max_size=10),
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    path=PATHS,
    query=QUERIES,
    headers=EXTRA,
    body=st.binary(max_size=40),
    region=st.sampled_from(["us-east-1", "eu-central-2"]),
    token=st.none() | st.just("tok/en+="),
)
def test_header_signatures_are_those_of_botocore(method, path, query, headers, body, region, token):
    url = f"https://host.example{path}?{query}"
    request = boto_signed(
        method=method, url=url, headers=headers, body=body, region=region, service="ses", token=token
    )
    unsigned = Request(method, path, query, (("host", "host.example"), *headers.items()), body)

    added = sign(unsigned, Credentials(KEY, SECRET, token), region, "ses", NOW)

    assert accept(request, service="ses").region == region
    assert added["authorization"] == header(request, "Authorization")
    assert added["x-amz-date"] == header(request, "X-Amz-Date") == "20260101T000600Z"
    assert added.get("x-amz-security-token") == token


@given(
    path=PATHS, query=UNIQUE_QUERIES, token=st.none() | st.just("tok/en+="), expires=st.integers(1, 604_800)
)
def test_presigned_requests_of_botocore_are_accepted(path, query, token, expires):
    request = presigned(
        url=f"https://host.example{path}?{query}", token=token, expires=expires, service="sts"
    )

    assert accept(request, service="sts").expires_in == expires


def tampered(request):
    return {
        "method": replace(request, method="PUT"),
        "path": replace(request, path="/other"),
        "query": replace(request, query=f"{request.query}&a=1" if request.query else "a=1"),
        "body": replace(request, body=request.body + b" "),
        "host": with_header(request, "Host", "elsewhere"),
    }


@pytest.mark.parametrize("part", ["method", "path", "query", "body", "host"])
@pytest.mark.parametrize("make", [boto_signed, presigned])
def test_a_change_of_any_part_is_refused(make, part):
    request = make()

    accept(request)
    with pytest.raises(InvalidSignature, match="The request signature we calculated does not match"):
        accept(tampered(request)[part])


def test_a_change_of_a_signed_header_is_refused():
    request = boto_signed()

    for name, value in (("X-Amz-Target", "Other.DeleteUser"), ("Content-Type", "text/plain")):
        with pytest.raises(InvalidSignature, match="does not match"):
            accept(with_header(request, name, value))


def test_the_wrong_secret_is_refused():
    with pytest.raises(InvalidSignature, match="does not match"):
        accept(boto_signed(), secret=SECRET + "x")


@pytest.mark.parametrize("position", [0, 63])
def test_a_change_of_the_signature_is_refused(position):
    request = boto_signed()
    value = header(request, "Authorization")
    start = len(value) - 64 + position
    digit = "0" if value[start] != "0" else "1"

    with pytest.raises(InvalidSignature, match="does not match"):
        accept(with_header(request, "Authorization", value[:start] + digit + value[start + 1 :]))


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("20260101/", "20260102/", "Date in Credential scope does not match"),
        ("us-east-1", "us-east-2", "does not match"),
        ("us-east-1", "US_EAST", "Credential should be scoped to a valid region, not 'US_EAST'. "),
        ("cognito-idp", "sts", "Credential should be scoped to correct service: 'cognito-idp'. "),
        (
            "aws4_request",
            "aws5_request",
            "Credential should be scoped with a valid terminator: 'aws4_request'",
        ),
    ],
)
def test_a_change_of_the_scope_is_refused(old, new, text):
    request = boto_signed()

    with pytest.raises(InvalidSignature, match=text):
        accept(with_header(request, "Authorization", header(request, "Authorization").replace(old, new)))


def test_a_payload_hash_that_is_not_the_payloads_is_refused():
    unsigned_payload = boto_signed(headers=HEADERS | {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    body = b"hello"
    right = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    with pytest.raises(InvalidSignature, match="does not match"):
        accept(unsigned_payload)
    accept(boto_signed(headers=HEADERS | {"X-Amz-Content-SHA256": right}, body=body))


# Time


def test_a_signature_is_good_for_five_minutes_either_way():
    request = boto_signed(at=NOW)

    for now in (NOW - 5 * MINUTE, NOW, NOW + 5 * MINUTE):
        accept(request, now=now)


def test_an_old_signature_is_refused_in_awss_words():
    with pytest.raises(InvalidSignature) as caught:
        accept(boto_signed(at=NOW - 6 * MINUTE))

    assert caught.value.message == (
        "Signature expired: 20260101T000000Z is now earlier than 20260101T000100Z (20260101T000600Z - 5 min.)"
    )


def test_a_signature_from_the_future_is_refused_in_awss_words():
    with pytest.raises(InvalidSignature) as caught:
        accept(boto_signed(at=NOW + 6 * MINUTE))

    assert caught.value.message == (
        "Signature not yet current: 20260101T001200Z is still later than 20260101T001100Z "
        "(20260101T000600Z + 5 min.)"
    )


def test_a_presigned_request_lives_as_long_as_it_says():
    request = presigned(expires=90, at=NOW)

    accept(request, now=NOW + 90 * SECOND)
    with pytest.raises(InvalidSignature, match=r"Signature expired: .* - 90 sec.\)"):
        accept(request, now=NOW + 91 * SECOND)
    with pytest.raises(InvalidSignature, match="Signature not yet current"):
        accept(request, now=NOW - DAY)


# Headers


def test_a_request_without_a_signature_is_refused():
    request = Request("POST", "/", "Action=x", (("host", "localhost"),), b"")

    with pytest.raises(MissingAuthenticationToken, match="Missing Authentication Token"):
        parse_authorization(request)


def test_an_x_amz_header_that_was_added_is_refused():
    with pytest.raises(InvalidSignature, match="'x-amz-target' must be a 'SignedHeader'"):
        accept(with_header(boto_signed(headers={}), "X-Amz-Target", TARGET))
    with pytest.raises(InvalidSignature, match="'x-amz-target' must be a 'SignedHeader'"):
        accept(with_header(presigned(), "X-Amz-Target", TARGET))


def test_a_header_that_need_not_be_signed_may_be_added():
    accept(with_header(boto_signed(), "X-Forwarded-For", "192.0.2.1"))


def test_the_host_must_be_signed():
    request = boto_signed()
    value = header(request, "Authorization").replace("content-type;host;", "content-type;")

    with pytest.raises(InvalidSignature, match="'Host' or ':authority' must be a 'SignedHeader'"):
        accept(with_header(request, "Authorization", value))


@pytest.mark.parametrize("name", ["Host", "X-Amz-Target", "x-amz-date", "Authorization", "content-type"])
def test_a_header_that_comes_twice_is_refused(name):
    request = boto_signed()
    doubled = replace(request, headers=(*request.headers, (name, header(request, name))))

    with pytest.raises(IncompleteSignature, match="must not come twice"):
        accept(doubled)


def test_an_unsigned_header_may_come_twice():
    request = boto_signed()

    accept(replace(request, headers=(*request.headers, ("Via", "a"), ("Via", "b"))))


def test_white_space_of_latin_1_is_part_of_a_value():
    request = Request("POST", "/", "", (("host", "h"), ("x-amz-meta", "caf\u00c3\u00a0\u0085b")), b"")
    added = sign(request, Credentials(KEY, SECRET), "us-east-1", "ses", NOW)
    sent = replace(request, headers=(*request.headers, *added.items()))

    accept(sent, service="ses")
    with pytest.raises(InvalidSignature):
        accept(with_header(sent, "x-amz-meta", "caf\u00c3 b"), service="ses")


def test_a_secret_is_not_in_the_text_form_of_credentials():
    assert SECRET not in repr(Credentials(KEY, SECRET))
