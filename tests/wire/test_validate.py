import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.errors import ApiError, InvalidParameter, Serialization, ValidationFailed
from poolhouse.wire import validate
from poolhouse.wire.operations import model, operations

POOL_ID = "us-east-1_AbCdEf123"


def check(name, body, service="cognito-idp"):
    return validate.check(operations()[service, name], body)


def refusal(name, body, service="cognito-idp"):
    with pytest.raises((InvalidParameter, ValidationFailed)) as caught:
        check(name, body, service)
    return caught.value.message


def one(text):
    return f"1 validation error detected: {text}"


# Texts captured from the real service


def test_a_value_outside_an_enum_is_answered_as_cognito_answers_it():
    """rosberglinhares/CloudFormationCognitoCustomResources #1."""
    assert refusal("CreateUserPool", {"PoolName": "p", "MfaConfiguration": "false"}) == one(
        "Value 'false' at 'mfaConfiguration' failed to satisfy constraint: "
        "Member must satisfy enum value set: [OPTIONAL, OFF, ON]"
    )
    assert check("CreateUserPool", {"PoolName": "p", "MfaConfiguration": "OFF"})


def test_a_list_with_a_value_outside_an_enum_is_answered_as_cognito_answers_it():
    """awsdocs/aws-cloudformation-user-guide #563."""
    body = {"UserPoolId": POOL_ID, "ClientName": "c", "AllowedOAuthFlows": ["code", "token"]}

    assert refusal("CreateUserPoolClient", body) == one(
        "Value '[code, token]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [implicit, client_credentials, code]]"
    )
    assert check("CreateUserPoolClient", body | {"AllowedOAuthFlows": ["code"]})


def test_a_list_of_texts_names_all_constraints_of_its_elements():
    """aws/aws-cli #2941, aws-samples/iam-identity-center-team #133."""
    body = {"UserPoolId": POOL_ID, "ClientName": "c", "CallbackURLs": ["a b"]}

    assert refusal("CreateUserPoolClient", body) == one(
        "Value '[a b]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must have length less than or equal to 1024, Member must have length greater than or equal "
        r"to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]"
    )
    assert check("CreateUserPoolClient", body | {"CallbackURLs": ["https://a"]})


def test_a_member_inside_a_list_is_named_by_its_place():
    """aws/aws-cdk #14699."""
    schema = [{"Name": "fine"}, {"Name": "x" * 21}]

    assert refusal("CreateUserPool", {"PoolName": "p", "Schema": schema}) == one(
        f"Value '{'x' * 21}' at 'schema.2.member.name' failed to satisfy constraint: "
        "Member must have length less than or equal to 20"
    )
    assert check("CreateUserPool", {"PoolName": "p", "Schema": schema[:1]})


def test_a_map_names_all_constraints_of_its_values():
    """aws/aws-cdk #31795."""
    body = {
        "IdentityPoolName": "p",
        "AllowUnauthenticatedIdentities": False,
        "SupportedLoginProviders": {"graph.facebook.com": "<id>"},
    }

    assert refusal("CreateIdentityPool", body, "cognito-identity") == one(
        "Value '{graph.facebook.com=<id>}' at 'supportedLoginProviders' failed to satisfy constraint: "
        "Map value must satisfy constraint: [Member must have length less than or equal to 128, Member must "
        r"have length greater than or equal to 1, Member must satisfy regular expression pattern: [\w.;_/-]+]"
    )
    body["SupportedLoginProviders"] = {"graph.facebook.com": "1234"}
    assert check("CreateIdentityPool", body, "cognito-identity") == body


def test_a_missing_member_is_null():
    """amazon-archives/amazon-cognito-auth-js #65."""
    text = one("Value null at 'username' failed to satisfy constraint: Member must not be null")

    assert refusal("AdminGetUser", {"UserPoolId": POOL_ID}) == text
    assert refusal("AdminGetUser", {"UserPoolId": POOL_ID, "Username": None}) == text
    assert check("AdminGetUser", {"UserPoolId": POOL_ID, "Username": "ada"})


def test_a_secret_is_never_repeated_and_every_violation_is_counted():
    """amazon-archives/amazon-cognito-identity-js #388."""
    body = {"ClientId": "c", "Username": "", "Password": "my secret "}

    assert refusal("SignUp", body) == (
        "3 validation errors detected: "
        "Value at 'username' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1; "
        "Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+; "
        "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"^[\S]+.*[\S]+$"
    )
    assert check("SignUp", {"ClientId": "c", "Username": "ada", "Password": "secret"})


# Numbers, limits, errors by service


def test_numbers_are_held_to_their_range():
    body = {"UserPoolId": POOL_ID}

    assert refusal("ListUsers", body | {"Limit": 61}) == one(
        "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"
    )
    assert refusal("ListUsers", body | {"Limit": -1}) == one(
        "Value '-1' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 0"
    )
    assert check("ListUsers", body | {"Limit": 60.0})["Limit"] == 60


def test_a_list_is_held_to_its_length():
    body = {"UserPoolId": POOL_ID, "CustomAttributes": []}

    assert refusal("AddCustomAttributes", body) == one(
        "Value at 'customAttributes' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )
    assert check("AddCustomAttributes", body | {"CustomAttributes": [{"Name": "a"}]})


def test_a_null_in_a_list_is_refused():
    body = {"UserPoolId": POOL_ID, "AttributesToGet": ["email", None]}

    assert refusal("ListUsers", body) == one(
        "Value '[email, null]' at 'attributesToGet' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must not be null]"
    )


def test_map_keys_have_constraints_too():
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123"

    assert (
        "at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must"
        in refusal("TagResource", {"ResourceArn": arn, "Tags": {"": "x"}})
    )
    assert check("TagResource", {"ResourceArn": arn, "Tags": {"a": ""}})["Tags"] == {"a": ""}


def test_cognito_identity_and_sts_answer_validation_exception():
    with pytest.raises(ValidationFailed):
        check("GetId", {}, "cognito-identity")
    with pytest.raises(ValidationFailed):
        check("AssumeRole", {}, "sts")
    with pytest.raises(InvalidParameter):
        check("SignUp", {})


# What the handler gets


def test_unknown_and_null_members_are_left_out_at_every_level():
    body = {
        "PoolName": "p",
        "Junk": 1,
        "Policies": None,
        "Schema": [{"Name": "a", "Junk": 1, "Required": None}],
    }

    assert check("CreateUserPool", body) == {"PoolName": "p", "Schema": [{"Name": "a"}]}


def test_null_values_of_a_map_count_as_absent():
    body = {
        "ClientId": "c",
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {"USERNAME": "a", "SECRET_HASH": None},
    }

    assert check("InitiateAuth", body)["AuthParameters"] == {"USERNAME": "a"}


def test_blobs_are_decoded():
    body = {"UserPoolId": POOL_ID, "ImageFile": base64.b64encode(b"\x00\xff").decode()}

    assert check("SetUICustomization", body)["ImageFile"] == b"\x00\xff"
    with pytest.raises(Serialization, match="not valid base64"):
        check("SetUICustomization", body | {"ImageFile": "@@@"})
    with pytest.raises(Serialization, match="not valid base64"):
        check("SetUICustomization", body | {"ImageFile": "\u00e9"})


def test_documents_pass_as_they_are():
    document = {"id": [1, {"x": None}]}

    assert check("CompleteWebAuthnRegistration", {"AccessToken": "t", "Credential": document}) == {
        "AccessToken": "t",
        "Credential": document,
    }


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"UserPoolId": 5}, "NUMBER_VALUE can not be converted to String"),
        ({"UserPoolId": False}, "FALSE_VALUE can not be converted to String"),
        ({"UserPoolId": {}}, "Start of structure or map found where not expected."),
        ({"UserPoolId": []}, "Start of list found where not expected."),
        ({"UserPoolId": POOL_ID, "Limit": "5"}, "STRING_VALUE can not be converted to Integer"),
        ({"UserPoolId": POOL_ID, "Limit": True}, "TRUE_VALUE can not be converted to Integer"),
        ({"UserPoolId": POOL_ID, "Limit": 1.5}, "NUMBER_VALUE can not be converted to Integer"),
        ({"UserPoolId": POOL_ID, "Limit": 2**31}, "NUMBER_VALUE can not be converted to Integer"),
        ({"UserPoolId": POOL_ID, "AttributesToGet": "email"}, "Expected list or null"),
        ({"UserPoolId": POOL_ID, "AttributesToGet": [1]}, "NUMBER_VALUE can not be converted to String"),
    ],
)
def test_a_value_of_the_wrong_json_type_is_a_serialization_error(body, text):
    with pytest.raises(Serialization, match=f"^{re.escape(text)}$"):
        check("ListUsers", body)


def test_a_text_where_a_map_structure_or_boolean_belongs_is_a_serialization_error():
    with pytest.raises(Serialization, match="Expected map or null"):
        check("InitiateAuth", {"AuthFlow": "USER_AUTH", "ClientId": "c", "AuthParameters": "x"})
    with pytest.raises(Serialization, match="Expected map or null"):
        check("CreateUserPool", {"PoolName": "p", "Policies": "x"})
    with pytest.raises(Serialization, match="STRING_VALUE can not be converted to Boolean"):
        check("CreateUserPool", {"PoolName": "p", "Schema": [{"Required": "true"}]})


# Nothing is too much


def test_a_flood_of_violations_is_answered_briefly():
    text = refusal("SignUp", {"ClientId": "c", "Username": "a", "UserAttributes": [{}] * 100_000})

    assert text.startswith("100 validation errors detected: ")
    assert len(text) < 20_000


def test_a_flood_of_bad_keys_is_answered_briefly():
    tags = {"x" * 200 + str(number): "y" for number in range(5_000)}

    text = refusal("CreateUserPool", {"PoolName": "p", "UserPoolTags": tags})

    assert text.startswith("1 validation error detected: Value '{xxx")
    assert len(text) < 2 * validate.MAX_SHOWN


def test_a_member_inside_a_map_is_named_by_its_key():
    body = {
        "IdentityPoolId": "us-east-1:1",
        "Roles": {},
        "RoleMappings": {"facebook": {"Type": "Rules", "RulesConfiguration": {"Rules": [{"Claim": "c"}]}}},
    }

    assert (
        "Value null at 'roleMappings.facebook.member.rulesConfiguration.rules.1.member.matchType'"
        in refusal("SetIdentityPoolRoles", body, "cognito-identity")
    )


def test_a_long_number_and_a_long_image():
    with pytest.raises(Serialization):
        check("ListUsers", {"UserPoolId": POOL_ID, "Limit": 10**4000})
    with pytest.raises(Serialization):
        check("SetUICustomization", {"UserPoolId": POOL_ID, "ImageFile": 1})
    assert (
        "Value at 'imageFile' failed to satisfy constraint: Member must have length less than or equal"
        in (refusal("SetUICustomization", {"UserPoolId": POOL_ID, "ImageFile": "A" * 400_000}))
    )


@pytest.mark.parametrize("password", [" secret", "secret ", "se\ncret", "x", " ", "\tsecret"])
def test_a_password_may_have_spaces_inside_only(password):
    """Behaviour file, 1.17 and gotcha 43: the service checks another pattern than its model publishes."""
    body = {"ClientId": "c", "Username": "ada"}

    assert refusal("SignUp", body | {"Password": password}) == one(
        "Value at 'password' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
    )
    assert check("SignUp", body | {"Password": "my secret"})


def test_a_long_value_is_not_repeated_whole():
    text = refusal("CreateUserPool", {"PoolName": "x" * 1_000_000})

    assert len(text) < 2 * validate.MAX_SHOWN
    assert "Member must have length less than or equal to 128" in text


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet="a{}#@\u00e9\x00", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="ab", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def likely(service, shape_name):
    """Values near what a shape wants, with anything at all in between."""
    shape = model(service)["shapes"][shape_name]
    if shape["type"] == "structure" and shape["members"]:
        members = {name: likely(service, target["shape"]) for name, target in shape["members"].items()}
        return st.fixed_dictionaries({}, optional=members) | ANYTHING
    if shape["type"] == "list":
        return st.lists(likely(service, shape["member"]["shape"]), max_size=3)
    if shape["type"] == "map":
        return st.dictionaries(st.text(max_size=3), likely(service, shape["value"]["shape"]), max_size=3)
    return st.sampled_from(shape["enum"]) | ANYTHING if "enum" in shape else ANYTHING


@given(data=st.data())
def test_no_request_raises_anything_but_an_answer(data):
    operation = data.draw(st.sampled_from(list(operations().values())))
    body = data.draw(likely(operation.service, operation.input).filter(lambda value: isinstance(value, dict)))

    try:
        answer = validate.check(operation, body)
    except ApiError as refused:
        answer = refused

    assert isinstance(answer, dict | InvalidParameter | ValidationFailed | Serialization)


def test_every_operation_compiles():
    validate.compile_all()

    assert all(callable(validate._compiled(op.service, op.input, False)) for op in operations().values())


def test_a_text_inside_another_is_checked_by_its_shape_and_not_repeated():
    too_long = (
        "Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"
    )

    validate.check_text("cognito-idp", "PasswordType", "a" * 256, "password")
    with pytest.raises(InvalidParameter) as caught:
        validate.check_text("cognito-idp", "PasswordType", "a" * 257, "password")

    assert caught.value.message == one(too_long)
