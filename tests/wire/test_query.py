import xml.etree.ElementTree as ET
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.errors import (
    ApiError,
    InternalError,
    InvalidSignature,
    MissingAuthenticationToken,
    RequestTooLarge,
    Serialization,
    UnknownOperation,
    UnrecognizedClient,
)
from poolhouse.wire import query, validate
from poolhouse.wire.operations import by_action

VERSION = {"Version": "2011-06-15"}
NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"


def read(xml):
    return ET.fromstring(xml)  # noqa: S314 - our own output


def form(action, **parameters):
    return urlencode({"Action": action, **VERSION, **parameters}).encode()


def test_a_form_names_its_operation():
    operation, request = query.parse(form("GetCallerIdentity"))

    assert (operation.service, operation.name, request) == ("sts", "GetCallerIdentity", {})


def test_lists_structures_and_numbers_are_put_together():
    body = form(
        "AssumeRole",
        **{
            "RoleArn": "arn:aws:iam::000000000000:role/r",
            "RoleSessionName": "s",
            "DurationSeconds": "900",
            "Tags.member.2.Key": "b",
            "Tags.member.2.Value": "2",
            "Tags.member.1.Key": "a",
            "Tags.member.1.Value": "1 +",
            "TransitiveTagKeys.member.1": "a",
            "PolicyArns": "",
            "Unknown.member.1": "x",
        },
    )

    operation, request = query.parse(body)

    assert request == {
        "RoleArn": "arn:aws:iam::000000000000:role/r",
        "RoleSessionName": "s",
        "DurationSeconds": 900,
        "Tags": [{"Key": "a", "Value": "1 +"}, {"Key": "b", "Value": "2"}],
        "TransitiveTagKeys": ["a"],
        "PolicyArns": [],
    }
    with pytest.raises(ApiError, match="'roleSessionName' failed to satisfy constraint"):
        validate.check(operation, request)


def test_the_signature_of_a_presigned_query_is_not_a_parameter():
    presigned = form("GetCallerIdentity", **{"X-Amz-Signature": "a", "X-Amz-Date": "b"})

    assert query.parse(presigned)[1] == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Action",
        b"Action=GetCallerIdentity",
        b"Version=2011-06-15",
        form("GetCallerIdentity") + b"&Action=GetCallerIdentity",
        form("GetCallerIdentity") + b"&a=%ff",
        form("GetCallerIdentity") + "&a=\u00e9".encode(),
        form("GetCallerIdentity") + b"&a=1&a.b=2",
        form("GetCallerIdentity") + b"&a.b=1&a=2",
        form("GetCallerIdentity") + b"&Action.x=1",
        form("GetCallerIdentity") + b"&" + b"a." * 20 + b"b=1",
        form("GetCallerIdentity") + b"".join(b"&p%d=1" % number for number in range(1000)),
        form("AssumeRole", DurationSeconds="9e2"),
        form("AssumeRole", DurationSeconds="9" * 5000),
        form("AssumeRole", Tags="x"),
        form("AssumeRole", **{"Tags.member.x.Key": "a"}),
        form("AssumeRole", **{"Tags.member.0.Key": "a"}),
        form("AssumeRole", **{"Tags.member.1": "a"}),
        form("AssumeRole", **{"RoleArn.a": "a"}),
    ],
)
def test_a_malformed_form_is_refused(body):
    with pytest.raises(Serialization):
        query.parse(body)


def test_an_unknown_action_and_a_large_body_are_refused():
    with pytest.raises(UnknownOperation):
        query.parse(form("Nothing"))
    with pytest.raises(RequestTooLarge):
        query.parse(form("GetCallerIdentity") + b"&a=" + b"x" * 2**20)


@given(
    st.binary()
    | st.lists(
        st.tuples(st.text(alphabet="ab.1", max_size=6) | st.just("Tags.member.1.Key"), st.text(max_size=3))
    ).map(lambda pairs: form("AssumeRole") + b"&" + urlencode(pairs).encode())
)
def test_no_bytes_raise_anything_but_an_answer(body):
    try:
        answer = validate.check(*query.parse(body))
    except ApiError as refusal:
        answer = refusal

    assert isinstance(answer, dict | ApiError)


def test_a_success_is_the_documented_envelope():
    result = {"UserId": "AIDA", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:user/a&<b>"}

    assert query.render(by_action("GetCallerIdentity", "2011-06-15"), result, "r-1") == (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        b"<GetCallerIdentityResult><UserId>AIDA</UserId><Account>000000000000</Account>"
        b"<Arn>arn:aws:iam::000000000000:user/a&amp;&lt;b&gt;</Arn></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )


def test_timestamps_and_structures_are_rendered():
    result = {
        "Credentials": {
            "AccessKeyId": "ASIA",
            "SecretAccessKey": "s",
            "SessionToken": "t",
            "Expiration": 1470957431965999,
        },
        "PackedPolicySize": 6,
        "SourceIdentity": None,
    }

    root = read(query.render(by_action("AssumeRole", "2011-06-15"), result, "r"))

    assert root.findtext(f".//{NAMESPACE}Expiration") == "2016-08-11T23:17:11Z"
    assert root.findtext(f".//{NAMESPACE}PackedPolicySize") == "6"
    assert root.find(f".//{NAMESPACE}SourceIdentity") is None


def test_a_member_that_the_model_does_not_have_is_an_error_of_ours():
    with pytest.raises(TypeError):
        query.render(by_action("GetCallerIdentity", "2011-06-15"), {"Secret": "x"}, "r")


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        (InvalidSignature(), 403, "Sender", "SignatureDoesNotMatch"),
        (UnrecognizedClient(), 403, "Sender", "InvalidClientTokenId"),
        (MissingAuthenticationToken(), 403, "Sender", "MissingAuthenticationToken"),
        (UnknownOperation(), 400, "Sender", "InvalidAction"),
        (InternalError(request_id="r"), 500, "Receiver", "InternalFailure"),
    ],
)
def test_an_error_has_its_name_and_status_of_the_query_protocol(error, status, kind, code):
    answered, headers, body = query.render_error(error, "r-1")
    root = read(body)

    assert (answered, headers) == (status, {"content-type": "text/xml"})
    assert root.tag == f"{NAMESPACE}ErrorResponse"
    assert root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Type") == kind
    assert root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Code") == code
    assert root.findtext(f"{NAMESPACE}Error/{NAMESPACE}Message") == error.message
    assert root.findtext(f"{NAMESPACE}RequestId") == "r-1"


@given(st.text(st.characters(codec=None)))
def test_any_text_is_good_xml(text):
    error = read(query.render_error(ApiError(text), "r")[2])
    success = read(query.render(by_action("GetCallerIdentity", "2011-06-15"), {"Arn": text}, "r"))

    assert error.find(f".//{NAMESPACE}Message") is not None
    assert success.find(f".//{NAMESPACE}Arn") is not None
