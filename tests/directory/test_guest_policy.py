"""What guests may do at most, as the policy engine reads it."""

import pytest

from poolhouse.directory import guest_policy
from poolhouse.policies import evaluate
from poolhouse.policies.document import IDENTITY, SESSION, parse

EVERYTHING = parse(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    },
    IDENTITY,
)


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("s3:GetObject", True),
        ("execute-api:Invoke", True),
        ("geo:GetMapTile", True),
        ("iam:CreateUser", False),
        ("ec2:RunInstances", False),
        ("sts:AssumeRole", False),
        ("sagemaker:CreateEndpoint", False),
    ],
)
def test_a_guest_whose_role_may_do_everything_may_do_what_is_listed(action: str, allowed: bool) -> None:
    guests = parse(guest_policy.DOCUMENT, SESSION)

    asked = evaluate.request(action, "arn:aws:s3:::bucket/key")

    assert evaluate.decide(asked, (EVERYTHING,)).allowed
    assert evaluate.decide(asked, (EVERYTHING,), (guests,)).allowed is allowed
