"""The table of categories: complete, and with the rules of its own that some operations have."""

import pytest

from poolhouse.quotas import table
from poolhouse.quotas.table import CATEGORY, DEFAULT_RATES, PAGE_RATES, choices
from poolhouse.wire.operations import operations


def _names(operation, request=None, user=""):
    return [[bucket.name for bucket in choice] for choice in choices(operation, request or {}, user)]


def test_every_operation_of_the_model_has_a_category_and_no_other_has():
    asked_of_pages_only = {"FederatedSignIn"}
    of_the_model = {name for service, name in operations() if service == "cognito-idp"}
    assert set(CATEGORY) == of_the_model | asked_of_pages_only
    assert set(CATEGORY.values()) <= set(DEFAULT_RATES)


def test_every_operation_of_identity_pools_has_a_rate_of_its_own():
    of_the_model = {f"{service}:{name}" for service, name in operations() if service == "cognito-identity"}
    published = {
        "GetId": 25,
        "GetCredentialsForIdentity": 200,
        "GetOpenIdToken": 200,
        "GetOpenIdTokenForDeveloperIdentity": 50,
        "ListIdentities": 5,
        "DeleteIdentities": 10,
        "TagResource": 5,
        "UntagResource": 5,
        "ListTagsForResource": 10,
    }

    assert set(table.IDENTITY_RATES) == of_the_model
    assert {name: table.IDENTITY_RATES[f"cognito-identity:{name}"] for name in published} == published
    ((bucket,),) = choices("cognito-identity:TagResource", {})
    assert (bucket.name, bucket.rate(DEFAULT_RATES)) == ("cognito-identity:TagResource", 5)


def test_the_rates_are_those_that_aws_publishes():
    assert dict(DEFAULT_RATES) == {
        "UserAuthentication": 120,
        "UserCreation": 50,
        "UserFederation": 25,
        "UserAccountRecovery": 30,
        "UserRead": 120,
        "UserUpdate": 25,
        "UserToken": 120,
        "UserResourceRead": 50,
        "UserResourceUpdate": 25,
        "UserList": 30,
        "UserPoolRead": 15,
        "UserPoolUpdate": 15,
        "UserPoolResourceRead": 20,
        "UserPoolResourceUpdate": 15,
        "UserPoolClientRead": 15,
        "UserPoolClientUpdate": 15,
        "ClientAuthentication": 150,
        "LimitManagement": 1,
    }


@pytest.mark.parametrize(
    ("category", "names"),
    [
        ("UserPoolUpdate", "CreateUserPool UpdateUserPool DeleteUserPool"),
        ("UserPoolRead", "DescribeUserPool ListUserPools"),
        ("UserPoolResourceUpdate", "AddCustomAttributes TagResource UntagResource"),
        ("UserPoolResourceRead", "GetSigningCertificate ListTagsForResource"),
        ("UserPoolClientUpdate", "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient"),
        ("UserPoolClientRead", "DescribeUserPoolClient ListUserPoolClients"),
        ("LimitManagement", "GetProvisionedLimit UpdateProvisionedLimit"),
        ("UserCreation", "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
        ("UserAuthentication", "InitiateAuth AdminInitiateAuth RespondToAuthChallenge"),
    ],
)
def test_operations_stand_in_the_category_that_aws_publishes(category, names):
    assert {CATEGORY[name] for name in names.split()} == {category}


def test_an_operation_counts_in_its_category():
    assert _names("SignUp") == [["UserCreation"]]
    assert _names("DescribeUserPool") == [["UserPoolRead"]]


def test_operations_on_resources_and_clients_are_limited_one_by_one_too():
    ((category, each),) = choices("CreateGroup", {})

    assert category.rate(DEFAULT_RATES) == 15
    assert each.rate(DEFAULT_RATES) == 5
    assert _names("ListUserPoolClients") == [["UserPoolClientRead", "ListUserPoolClients"]]


def test_answers_have_three_times_the_rate_and_spill_over_into_sign_in():
    for operation in ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"):
        (answers,), (sign_in,) = choices(operation, {"ChallengeName": "PASSWORD_VERIFIER"})

        assert answers.rate(DEFAULT_RATES) == 360
        assert sign_in.rate(DEFAULT_RATES) == 120


def test_a_new_password_counts_as_account_recovery():
    assert _names("RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED"}) == [
        ["UserAccountRecovery"]
    ]


def test_one_user_has_limits_of_his_own_for_reading_and_writing():
    assert _names("GetUser", user="sub") == [["UserRead", "reads|sub"]]
    assert _names("UpdateUserAttributes", user="sub") == [["UserUpdate", "writes|sub"]]
    assert _names("DeleteUser", user="sub") == [["UserUpdate"]]
    assert _names("GetUser") == [["UserRead"]]


def test_what_has_no_category_has_no_limit():
    assert _names("GetCallerIdentity") == []


def test_pages_have_limits_by_source_client_and_pool():
    rates = {bucket.name: bucket.rate({**DEFAULT_RATES, **PAGE_RATES}) for bucket in table.page("::1", "app")}

    assert rates == {"source|::1": 300, "client|app": 300, "Domain": 500}
    assert [bucket.name for bucket in table.page("::1", "")] == ["source|::1", "Domain"]
