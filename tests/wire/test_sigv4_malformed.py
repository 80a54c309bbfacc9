"""What is not a well-formed signature is refused, without repeating what was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from poolhouse.errors import IncompleteSignature, InvalidSignature
from poolhouse.wire.sigv4 import Request, Signed, parse_authorization

KEY = "AKIDEXAMPLE"
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/cognito-idp/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
)
QUERY = (
    "Action=A&X-Amz-Algorithm=AWS4-HMAC-SHA256"
    f"&X-Amz-Credential={KEY}%2F20260101%2Fus-east-1%2Fsts%2Faws4_request"
    f"&X-Amz-Date=20260101T000600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
)


def with_authorization(value, date="20260101T000600Z"):
    return Request("POST", "/", "", (("host", "h"), ("x-amz-date", date), ("authorization", value)), b"")


def with_query(query):
    return Request("GET", "/", query, (("host", "h"),), b"")


def test_the_malformed_ones_are_variations_of_two_that_are_well_formed():
    assert parse_authorization(with_authorization(AUTHORIZATION)).signed_headers == ("host", "x-amz-date")
    assert parse_authorization(with_query(QUERY)).expires_in == 3600


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer eyJ.secret.token",
        AUTHORIZATION.replace("SHA256", "SHA1"),
        AUTHORIZATION.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        "AWS4-HMAC-SHA256",
        AUTHORIZATION.replace(", Signature=", ", Other="),
        AUTHORIZATION.rpartition(",")[0],
        AUTHORIZATION + ", Signature=" + "0" * 64,
        AUTHORIZATION[:-1],
        AUTHORIZATION[:-1] + "G",
        AUTHORIZATION[:-1] + "\u0660",
        AUTHORIZATION.replace("/aws4_request", ""),
        AUTHORIZATION.replace(KEY, f"x/{KEY}"),
        AUTHORIZATION.replace(KEY, ""),
        AUTHORIZATION.replace(KEY, "a b"),
        AUTHORIZATION.replace("x-amz-date", "x-amz-other"),
        AUTHORIZATION.replace("host", "Host"),
        AUTHORIZATION.replace("host;", "host;;"),
    ],
)
def test_a_malformed_authorization_header_is_refused_and_not_repeated(value):
    with pytest.raises(IncompleteSignature) as caught:
        parse_authorization(with_authorization(value))

    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "date",
    [
        "",
        "2026-01-01T00:06:00Z",
        "20261301T000000Z",
        "20260101T250000Z",
        "00000101T000000Z",
        "20260101T000600Z\n",
    ],
)
def test_a_malformed_date_is_refused(date):
    with pytest.raises(IncompleteSignature):
        parse_authorization(with_authorization(AUTHORIZATION, date))


def test_a_missing_date_is_refused():
    with pytest.raises(IncompleteSignature, match="requires existence of a 'X-Amz-Date' header"):
        parse_authorization(Request("POST", "/", "", (("host", "h"), ("authorization", AUTHORIZATION)), b""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Expires=3600", "X-Amz-Expires=0"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=604801"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=-1"),
        ("&X-Amz-Expires=3600", ""),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4-HMAC-SHA1"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders="),
        ("X-Amz-Date=2026", "X-Amz-Date=x026"),
        ("Action=A", "X-Amz-Signature=" + "0" * 64),
        ("Action=A", "%58-Amz-Signature=" + "0" * 64),
    ],
)
def test_malformed_presigned_parameters_are_refused(old, new):
    assert old in QUERY

    with pytest.raises(IncompleteSignature):
        parse_authorization(with_query(QUERY.replace(old, new)))


def test_a_request_signed_in_both_ways_is_refused():
    with pytest.raises(IncompleteSignature, match="not in both"):
        parse_authorization(replace(with_authorization(AUTHORIZATION), query=QUERY))


@given(
    value=st.text(max_size=40)
    | st.lists(st.sampled_from(AUTHORIZATION.split(" ")), max_size=6).map(" ".join),
    query=st.text(max_size=20) | st.text(max_size=20).map(lambda text: f"X-Amz-Signature={text}&X-Amz-Date"),
)
def test_no_text_raises_anything_but_an_answer(value, query):
    request = replace(with_authorization(value), query=query)

    try:
        answer = parse_authorization(request)
    except (IncompleteSignature, InvalidSignature) as refusal:
        answer = refusal

    assert isinstance(answer, Signed | IncompleteSignature | InvalidSignature)
