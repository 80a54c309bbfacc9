import json
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.errors import ApiError, CodeMismatch, InternalError, RequestTooLarge, Serialization
from poolhouse.wire import json11
from poolhouse.wire.operations import operations


def operation(name, service="cognito-idp"):
    return operations()[service, name]


def test_an_object_is_parsed():
    body = b' {"a": "\\u00e9 \\ud83d\\ude00", "b": [1, -2.5, true, null, {"a": {}}]} '

    assert json11.parse(body) == {"a": "\u00e9 \U0001f600", "b": [1, -2.5, True, None, {"a": {}}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"nonsense",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 01}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00x"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xff"}',
        b'{"a": "\n"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": 1} {"b": 2}',
        b'{"a": 1,}',
        b"{'a': 1}",
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_not_strict_json_is_refused(body):
    with pytest.raises(Serialization, match="The request body is not valid JSON"):
        json11.parse(body)


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null", b"true"])
def test_what_is_not_an_object_is_refused(body):
    with pytest.raises(Serialization, match="must be a JSON object"):
        json11.parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"x": [{"y": {"a": "1:2", "a" : 2}}]}',
        b'{"a": "::::", "b": 1, "b": 2}',
    ],
)
def test_a_member_that_comes_twice_is_refused(body):
    with pytest.raises(Serialization, match="the same member twice"):
        json11.parse(body)


def test_one_name_in_two_objects_and_colons_in_texts_are_fine():
    body = b'{"a": {"a": "urn:a:b"}, "b": [{"a": 1}, {"a": "\\":"}], "c:d": 1}'

    assert json11.parse(body) == json.loads(body)


def test_nesting_is_accepted_to_the_limit_and_refused_below_it():
    def nested(depth):
        return b'{"a":' * depth + b"1" + b"}" * depth

    assert json11.parse(nested(json11.MAX_DEPTH))
    for body in (
        nested(json11.MAX_DEPTH + 1),
        b'{"a":' * 150_000,
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a":' + b"[" * 900_000,
    ):
        with pytest.raises(Serialization, match="nested more than 32 levels deep"):
            json11.parse(body)


def test_a_body_over_one_megabyte_is_refused():
    body = b'{"a":"' + b"x" * (json11.MAX_BODY - 8) + b'"}'

    assert json11.parse(body)
    with pytest.raises(RequestTooLarge):
        json11.parse(body + b" ")


@given(st.binary() | st.text(alphabet='{}[]":,\\ud80tfn1e+-. ').map(str.encode))
def test_no_bytes_raise_anything_but_an_answer(body):
    try:
        answer = json11.parse(body)
    except ApiError as refusal:
        answer = refusal

    assert isinstance(answer, dict | Serialization)


KEYS = st.text(alphabet='a:"\\', max_size=3)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text(alphabet="a:\u00e9\U0001f600", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES))
def test_every_object_is_parsed_as_it_was_written(value):
    assert json11.parse(json.dumps(value).encode()) == value


@given(st.lists(st.tuples(KEYS, st.text(alphabet=':"', max_size=3)), max_size=4))
def test_duplicates_are_found_whatever_the_texts_hold(pairs):
    body = "{" + ",".join(f"{json.dumps(key)} :{json.dumps(value)}" for key, value in pairs) + "}"

    if len({key for key, _ in pairs}) == len(pairs):
        assert json11.parse(body.encode()) == dict(pairs)
    else:
        with pytest.raises(Serialization):
            json11.parse(body.encode())


def test_an_instant_becomes_epoch_seconds_with_milliseconds():
    body = json11.render(operation("AdminGetUser"), {"Username": "ada", "UserCreateDate": 1470957431965999})

    assert json.loads(body) == {"Username": "ada", "UserCreateDate": 1470957431.965}
    assert b"1470957431.965" in body


def test_instants_are_converted_inside_lists_and_structures():
    group = {"GroupName": "g", "CreationDate": 1_000_000}
    user = {"Username": "ada", "UserLastModifiedDate": 2_500_000}

    assert json.loads(json11.render(operation("ListGroups"), {"Groups": [group]})) == {
        "Groups": [{"GroupName": "g", "CreationDate": 1.0}]
    }
    assert json.loads(json11.render(operation("ListUsers"), {"Users": [user]})) == {
        "Users": [{"Username": "ada", "UserLastModifiedDate": 2.5}]
    }


def test_a_map_of_structures_is_checked_and_rendered():
    mapped = {"facebook": {"Type": "Token"}}

    assert json.loads(
        json11.render(operation("GetIdentityPoolRoles", "cognito-identity"), {"RoleMappings": mapped})
    ) == {"RoleMappings": mapped}
    with pytest.raises(TypeError, match="RoleMapping has no member 'Kind'"):
        json11.render(
            operation("GetIdentityPoolRoles", "cognito-identity"),
            {"RoleMappings": {"facebook": {"Kind": "x"}}},
        )


def test_a_blob_becomes_base64_and_a_document_stays_as_it_is():
    branding = {
        "Assets": [{"Category": "LOGO", "Bytes": b"\x00\xff"}],
        "Settings": {"any": [1, {"thing": None}]},
    }

    rendered = json.loads(
        json11.render(operation("DescribeManagedLoginBranding"), {"ManagedLoginBranding": branding})
    )

    assert rendered["ManagedLoginBranding"] == {
        "Assets": [{"Category": "LOGO", "Bytes": "AP8="}],
        "Settings": {"any": [1, {"thing": None}]},
    }


def test_the_empty_output_rule():
    assert json11.render(operation("AdminDeleteUser"), {}) == b""
    assert json11.render(operation("AdminEnableUser"), {}) == b"{}"


def test_members_that_are_none_are_left_out():
    assert json11.render(operation("InitiateAuth"), {"Session": None, "ChallengeParameters": {}}) == (
        b'{"ChallengeParameters":{}}'
    )


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("AdminDeleteUser", {"Username": "ada"}),
        ("AdminGetUser", {"UserName": "ada"}),
        ("ListUsers", {"Users": [{"Username": "ada", "Password": "x"}]}),
    ],
)
def test_a_result_that_the_model_does_not_have_is_an_error_of_ours(name, result):
    with pytest.raises(TypeError):
        json11.render(operation(name), result)


def test_an_error_has_its_status_headers_and_body():
    status, headers, body = json11.render_error(CodeMismatch())

    assert status == 400
    assert json.loads(body) == {"__type": "CodeMismatchException", "message": CodeMismatch.message}
    assert headers == {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": "CodeMismatchException:",
        "x-amzn-errormessage": CodeMismatch.message,
    }
    assert json11.render_error(InternalError(request_id="r"))[0] == 500


def test_further_members_of_an_error_are_in_its_body():
    class ReasonedError(ApiError):
        code: ClassVar[str] = "InvalidParameterException"

        def members(self):
            return {"reasonCode": "x"}

    assert json.loads(json11.render_error(ReasonedError("text"))[2])["reasonCode"] == "x"


@given(st.text())
def test_an_error_header_is_one_short_latin_line(text):
    header = json11.render_error(ApiError(text))[1]["x-amzn-errormessage"]

    header.encode("latin-1")
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in header)
    assert len(header) <= 1024


def test_a_line_break_in_an_error_text_cannot_begin_a_header():
    header = json11.render_error(ApiError("a\r\nSet-Cookie: b\u20ac"))[1]["x-amzn-errormessage"]

    assert header == "a  Set-Cookie: b?"
