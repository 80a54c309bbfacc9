"""LambdaConfig: what may be saved, and which function it means (behaviour file, 4.7, 5.2, A.2)."""

import pytest

from poolhouse.directory import triggers
from poolhouse.directory.pool_config import new_config, replaced_config
from poolhouse.directory.triggers import Trigger, from_config
from poolhouse.errors import InvalidParameter

ARN = "arn:aws:lambda:us-east-1:123456789012:function:check"
OTHER = "arn:aws:lambda:us-east-1:123456789012:function:other"
SAVED = [*triggers.PLAIN, triggers.PRE_TOKEN]


def pre_token(version: str, arn: str = ARN) -> dict[str, dict[str, str]]:
    return {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": arn}}


@pytest.mark.parametrize("kind", SAVED)
def test_a_function_of_each_kind_is_kept_as_given(kind):
    config = new_config({"LambdaConfig": {kind: ARN}})

    assert config["LambdaConfig"] == {kind: ARN}
    assert from_config(config["LambdaConfig"]) == {kind: Trigger(kind, ARN)}


@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
def test_the_pre_token_function_has_its_version(version):
    config = new_config({"LambdaConfig": pre_token(version)})

    assert from_config(config["LambdaConfig"]) == {
        "PreTokenGeneration": Trigger("PreTokenGeneration", ARN, version)
    }


def test_an_update_that_names_no_functions_leaves_none():
    before = new_config({"LambdaConfig": {"PreSignUp": ARN, "PostConfirmation": ARN}})

    assert replaced_config(before, {"LambdaConfig": {"PreSignUp": OTHER}})["LambdaConfig"] == {
        "PreSignUp": OTHER
    }
    assert replaced_config(before, {})["LambdaConfig"] == {}


@pytest.mark.parametrize(
    "arn",
    [
        ARN,
        ARN + ":live",
        ARN + ":$LATEST",
        ARN.replace("arn:aws:", "arn:aws-us-gov:"),
        ARN.replace("check", "A-b_c" * 20),
    ],
)
def test_functions_aliases_and_versions_of_lambda_are_functions(arn):
    assert triggers.checked({"PreSignUp": arn}) == {"PreSignUp": arn}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:us-east-1:123456789012:function:check",
        "arn:aws:lambda:us-east-1:123456789012:layer:check",
        "arn:aws:lambda:us-east-1:12345678901:function:check",
        "arn:aws:lambda:us-east-1:123456789012:function:",
        ARN + ":live:more",
        ARN + "\n",
        "arn:aws:lambda:us-east-1:١٢٣٤٥٦٧٨٩٠١٢:function:check",
    ],
)
def test_what_is_no_function_of_lambda_is_refused(arn):
    with pytest.raises(InvalidParameter, match="PreSignUp is not the ARN of a Lambda function"):
        triggers.checked({"PreSignUp": arn})


def test_both_members_of_the_pre_token_function_must_name_the_same():
    both = {"PreTokenGeneration": ARN}

    assert triggers.checked(both | pre_token("V2_0")) == both | pre_token("V2_0")
    with pytest.raises(InvalidParameter, match="must name the same function"):
        triggers.checked(both | pre_token("V2_0", OTHER))


@pytest.mark.parametrize("kind", ["CustomEmailSender", "CustomSMSSender"])
def test_a_sender_needs_the_key_under_which_it_gets_codes(kind):
    given = {kind: {"LambdaVersion": "V1_0", "LambdaArn": ARN}}
    key = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-4111-8111-111111111111"

    with pytest.raises(InvalidParameter, match=f"{kind} needs a KMSKeyID"):
        triggers.checked(given)
    config = triggers.checked(given | {"KMSKeyID": key})

    assert from_config(config) == {kind: Trigger(kind, ARN, "V1_0", key)}


def test_a_function_for_federation_is_kept_as_given():
    given = {"InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}

    assert triggers.checked(given) == given
