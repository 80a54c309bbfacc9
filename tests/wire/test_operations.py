import pytest

from poolhouse.errors import UnknownOperation
from poolhouse.wire import operations
from poolhouse.wire.operations import by_action, by_target
from poolhouse.wire.unsupported import UNSUPPORTED


@pytest.fixture
def no_handlers(monkeypatch):
    monkeypatch.setattr(operations, "_handlers", {})


async def handler(ctx, request):
    return {}


def test_a_target_header_names_its_operation():
    found = by_target("AWSCognitoIdentityProviderService.InitiateAuth")

    assert (found.service, found.name, found.input) == ("cognito-idp", "InitiateAuth", "InitiateAuthRequest")
    assert found.action == "cognito-idp:InitiateAuth"
    assert by_target("AWSCognitoIdentityService.GetId").service == "cognito-identity"


@pytest.mark.parametrize(
    "target",
    [
        "",
        "InitiateAuth",
        "AWSCognitoIdentityService.InitiateAuth",
        "AWSCognitoIdentityProviderService.initiateauth",
        "AWSCognitoIdentityProviderService.InitiateAuth ",
        "None.GetCallerIdentity",
    ],
)
def test_a_target_that_names_no_operation_is_refused(target):
    with pytest.raises(UnknownOperation):
        by_target(target)


def test_an_sts_action_is_found_by_action_and_version():
    assert by_action("GetCallerIdentity", "2011-06-15").service == "sts"


@pytest.mark.parametrize(
    ("action", "version"), [("GetCallerIdentity", "2012-01-01"), ("Nothing", "2011-06-15")]
)
def test_an_unknown_action_or_version_is_refused(action, version):
    with pytest.raises(UnknownOperation, match=f"Could not find operation {action} for version {version}"):
        by_action(action, version)


def test_the_model_says_who_signs():
    unsigned = [op for op in operations.operations().values() if not op.needs_signature]

    assert {service: sum(op.service == service for op in unsigned) for service in operations.SERVICES} == {
        "cognito-idp": 36,  # 34 of the model, and the two that app clients call with their secret
        "cognito-identity": 4,
        "sts": 2,
    }
    assert by_target("AWSCognitoIdentityProviderService.AdminDeleteUser").needs_signature
    assert not by_target("AWSCognitoIdentityProviderService.GetUser").needs_signature
    assert [op.name for op in operations.operations().values() if op.may_be_signed] == ["GetDerivedToken"]


def test_the_model_says_who_takes_an_access_token():
    assert by_target("AWSCognitoIdentityProviderService.GetUser").takes_access_token
    assert not by_target("AWSCognitoIdentityProviderService.SignUp").takes_access_token


def test_the_model_says_what_an_operation_may_answer():
    assert "UserNotFoundException" in by_target("AWSCognitoIdentityProviderService.AdminGetUser").errors
    assert "MalformedPolicyDocument" in by_action("AssumeRole", "2011-06-15").errors
    assert by_target("AWSCognitoIdentityProviderService.DeleteUser").output is None


def test_a_handler_is_registered_for_its_operation(no_handlers):
    assert operations.operation("ConfirmSignUp")(handler) is handler
    operations.operation("GetCallerIdentity", service="sts")(handler)

    assert dict(operations.registered()) == {
        ("cognito-idp", "ConfirmSignUp"): handler,
        ("sts", "GetCallerIdentity"): handler,
    }


def test_a_handler_for_an_operation_that_aws_does_not_have_is_refused(no_handlers):
    with pytest.raises(ValueError, match="cognito-idp has no operation GetCallerIdentity"):
        operations.operation("GetCallerIdentity")


def test_a_second_handler_for_one_operation_is_refused(no_handlers):
    operations.operation("ConfirmSignUp")(handler)

    with pytest.raises(ValueError, match="ConfirmSignUp has a handler already"):
        operations.operation("ConfirmSignUp")


def test_the_unsupported_table_names_operations_of_the_models_with_a_sentence_each():
    assert UNSUPPORTED.keys() <= operations.operations().keys()
    assert all(reason.endswith(".") for reason in UNSUPPORTED.values())


def test_so_many_operations_are_not_in_the_unsupported_table():
    left = operations.operations().keys() - UNSUPPORTED.keys()

    assert len([key for key in left if key[0] == "cognito-idp"]) == 137
    assert len([key for key in left if key[0] == "cognito-identity"]) == 23
    assert {name for service, name in left if service == "sts"} == {
        "AssumeRole",
        "AssumeRoleWithWebIdentity",
        "GetAccessKeyInfo",
        "GetCallerIdentity",
        "GetSessionToken",
    }
