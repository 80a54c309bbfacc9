"""botocore, which made the clients, understands what we write, and we understand what it writes."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from poolhouse.errors import ApiError, CodeMismatch, InvalidSignature
from poolhouse.wire import json11, query, validate
from poolhouse.wire.operations import by_target, operations

POOL_ID = "us-east-1_AbCdEf123"


@pytest.fixture(scope="module")
def service_model():
    session = botocore.session.Session()
    return {name: session.get_service_model(name) for name in ("cognito-idp", "cognito-identity", "sts")}


def sent(service_model, service, name, parameters):
    operation = service_model[service].operation_model(name)
    return create_serializer(operation.metadata["protocol"]).serialize_to_request(parameters, operation)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        (
            "InitiateAuth",
            {
                "AuthFlow": "USER_SRP_AUTH",
                "ClientId": "c",
                "AuthParameters": {"USERNAME": "\u00e9\U0001f600", "SRP_A": "ab"},
            },
        ),
        ("SetUICustomization", {"UserPoolId": POOL_ID, "ImageFile": b"\x00\xff"}),
        (
            "CreateUserPool",
            {
                "PoolName": "p",
                "Schema": [{"Name": "a", "Mutable": False}],
                "Policies": {"PasswordPolicy": {"MinimumLength": 8}},
            },
        ),
        ("CompleteWebAuthnRegistration", {"AccessToken": "t", "Credential": {"id": [1, {"a": True}]}}),
    ],
)
def test_a_json_request_of_botocore_is_read_as_it_was_meant(service_model, name, parameters):
    request = sent(service_model, "cognito-idp", name, parameters)

    operation = by_target(request["headers"]["X-Amz-Target"])

    assert operation.name == name
    assert validate.check(operation, json11.parse(request["body"])) == parameters


def test_a_query_request_of_botocore_is_read_as_it_was_meant(service_model):
    parameters = {
        "RoleArn": "arn:aws:iam::000000000000:role/r",
        "RoleSessionName": "session",
        "DurationSeconds": 900,
        "Tags": [{"Key": "a", "Value": "1 +"}, {"Key": "b", "Value": "2"}],
        "PolicyArns": [{"arn": "arn:aws:iam::000000000000:policy/p"}],
    }

    operation, request = query.parse(
        urlencode(sent(service_model, "sts", "AssumeRole", parameters)["body"]).encode()
    )

    assert validate.check(operation, request) == parameters


def read(service_model, service, name, status, headers, body):
    operation = service_model[service].operation_model(name)
    parser = create_parser(operation.metadata["protocol"])
    response = {"status_code": status, "headers": headers, "body": body}
    return parser.parse(response, operation.output_shape)


def test_botocore_reads_a_json_success(service_model):
    result = {
        "Username": "ada",
        "UserAttributes": [{"Name": "email", "Value": "\u00e9"}],
        "UserCreateDate": 1470957431965000,
        "Enabled": True,
    }

    body = json11.render(operations()["cognito-idp", "AdminGetUser"], result)
    understood = read(service_model, "cognito-idp", "AdminGetUser", 200, {}, body)

    assert understood["UserAttributes"] == result["UserAttributes"]
    assert understood["UserCreateDate"] == datetime(2016, 8, 11, 23, 17, 11, 965000, tzinfo=UTC)


def test_botocore_reads_the_empty_outputs(service_model):
    for name in ("AdminDeleteUser", "AdminEnableUser"):
        body = json11.render(operations()["cognito-idp", name], {})

        assert read(service_model, "cognito-idp", name, 200, {}, body).keys() == {"ResponseMetadata"}


def test_botocore_reads_a_json_error(service_model):
    understood = read(service_model, "cognito-idp", "ConfirmSignUp", *json11.render_error(CodeMismatch()))

    assert understood["Error"] == {"Code": "CodeMismatchException", "Message": CodeMismatch.message}


def test_botocore_reads_an_xml_success_and_error(service_model):
    result = {"UserId": "u", "Account": "000000000000", "Arn": "a<&>"}
    success = query.render(operations()["sts", "GetCallerIdentity"], result, "r-1")

    understood = read(service_model, "sts", "GetCallerIdentity", 200, {}, success)
    refused = read(service_model, "sts", "GetCallerIdentity", *query.render_error(InvalidSignature(), "r-2"))

    assert {name: understood[name] for name in result} == result
    assert understood["ResponseMetadata"]["RequestId"] == "r-1"
    assert refused["Error"]["Code"] == "SignatureDoesNotMatch"
    assert refused["ResponseMetadata"]["RequestId"] == "r-2"


def test_every_operation_that_botocore_has_is_found_by_its_own_target(service_model):
    for service in ("cognito-idp", "cognito-identity"):
        prefix = service_model[service].metadata["targetPrefix"]
        for name in service_model[service].operation_names:
            assert by_target(f"{prefix}.{name}").name == name


def test_an_error_with_any_text_is_read_as_it_was_written(service_model):
    text = "1 validation error detected: Value '\u4e2d\r\n\"' at 'x'"

    assert (
        read(service_model, "cognito-idp", "SignUp", *json11.render_error(ApiError(text)))["Error"]["Message"]
        == text
    )
