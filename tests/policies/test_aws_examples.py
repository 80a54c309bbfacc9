"""Examples of the AWS IAM User Guide and the Cognito guide, with what their text says of them.

A row: the statements, and questions with their answers; a question is action, resource, keys.
"""

import pytest
from tests.policies.policies import ask, policy

B = "arn:aws:s3:::amzn-s3-demo-bucket"
ADA = {"aws:username": "ada"}

HOME = [
    {
        "Effect": "Allow",
        "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
        "Resource": "arn:aws:s3:::*",
    },
    {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": B,
        "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}},
    },
    {
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": [f"{B}/home/${{aws:username}}", f"{B}/home/${{aws:username}}/*"],
    },
]
MAX_KEYS = [
    {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": B,
        "Condition": {"NumericLessThanEquals": {"s3:max-keys": "10"}},
    }
]
JOB = [
    {
        "Effect": "Allow",
        "Action": "iam:*AccessKey*",
        "Resource": "arn:aws:iam::111122223333:user/*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
    }
]
ISSUED = [JOB[0] | {"Condition": {"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}}]
FROM = [
    JOB[0] | {"Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}}}
]
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TLS = [
    ALL,
    {
        "Sid": "BooleanExample",
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": [B, f"{B}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    },
]
INSTANCES = [
    {
        "Effect": "Allow",
        "Action": "ec2:RunInstances",
        "Resource": "*",
        "Condition": {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}},
    }
]
OWN_KEYS_ONLY = [
    {
        "Effect": "Allow",
        "Action": "ec2:*",
        "Resource": "*",
        "Condition": {"Null": {"aws:TokenIssueTime": "true"}},
    }
]
TAGS = [
    ALL,
    {
        "Sid": "DenyRestrictedTags",
        "Effect": "Deny",
        "Action": ["iam:Tag*", "iam:UnTag*"],
        "Resource": ["*"],
        "Condition": {
            "Null": {"aws:TagKeys": "false"},
            "ForAllValues:StringLike": {"aws:TagKeys": ["key1*", "key2*"]},
        },
    },
]
ATTRIBUTES = [
    {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": "arn:aws:dynamodb:us-east-1:111122223333:table/Thread",
        "Condition": {
            "ForAllValues:StringLike": {"dynamodb:requestedAttributes": ["PostDateTime", "Message", "Tags"]}
        },
    }
]
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/Thread"
SAME_TEAM = [
    ALL,
    {
        "Effect": "Deny",
        "Action": "s3:GetObject",
        "Resource": f"{B}/*",
        "Condition": {"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}},
    },
]
TEAM_BUCKET = [
    {"Effect": "Allow", "Action": "s3:*", "Resource": f"{B}-${{aws:PrincipalTag/team, 'company-wide'}}"}
]
DEEP = [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{B}/*/test/*"}]
REPORTS = [
    {"Sid": "AllowGetList", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
    {"Sid": "DenyReports", "Effect": "Deny", "Action": "iam:*Report", "Resource": "*"},
]
BUT_IAM = [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]
COGNITO_SUB = "cognito-identity.amazonaws.com:sub"
COGNITO = [
    {
        "Sid": "ListYourObjects",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": [B],
        "Condition": {"StringLike": {"s3:prefix": ["cognito/app/${cognito-identity.amazonaws.com:sub}/*"]}},
    },
    {
        "Sid": "ReadWriteDeleteYourObjects",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "Resource": [f"{B}/cognito/app/${{cognito-identity.amazonaws.com:sub}}/*"],
    },
]
ME = {COGNITO_SUB: "us-east-1:1f0c9e7a"}
YOU = {COGNITO_SUB: "us-east-1:2a0c9e7b"}
USER = "arn:aws:iam::111122223333:user/x"

ROWS = [
    (HOME, ("s3:ListAllMyBuckets", "arn:aws:s3:::*", ADA), True),
    (HOME, ("s3:ListBucket", B, ADA | {"s3:prefix": ""}), True),
    (HOME, ("s3:ListBucket", B, ADA | {"s3:prefix": "home/ada/"}), True),
    (HOME, ("s3:ListBucket", B, ADA | {"s3:prefix": "home/bob/"}), False),
    (HOME, ("s3:ListBucket", B, ADA), False),
    (HOME, ("s3:DeleteObject", f"{B}/home/ada/x", ADA), True),
    (HOME, ("s3:DeleteObject", f"{B}/home/adam", ADA), False),
    (MAX_KEYS, ("s3:ListBucket", B, {"s3:max-keys": "10"}), True),
    (MAX_KEYS, ("s3:ListBucket", B, {"s3:max-keys": "11"}), False),
    (MAX_KEYS, ("s3:ListBucket", B, {}), False),
    (JOB, ("iam:CreateAccessKey", USER, {"aws:PrincipalTag/job-category": "iamuser-admin"}), True),
    (JOB, ("iam:CreateAccessKey", USER, {"aws:PrincipalTag/job-category": "user"}), False),
    (JOB, ("iam:CreateAccessKey", USER, {}), False),
    (ISSUED, ("iam:ListAccessKeys", USER, {"aws:TokenIssueTime": "2020-02-01T00:00:00Z"}), True),
    (ISSUED, ("iam:ListAccessKeys", USER, {"aws:TokenIssueTime": "2019-12-31T00:00:00Z"}), False),
    (ISSUED, ("iam:ListAccessKeys", USER, {}), False),
    (FROM, ("iam:ListAccessKeys", USER, {"aws:SourceIp": "203.0.113.255"}), True),
    (FROM, ("iam:ListAccessKeys", USER, {"aws:SourceIp": "2001:db8:1234:5678::1"}), True),
    (FROM, ("iam:ListAccessKeys", USER, {"aws:SourceIp": "2001:db8:1234:5679::1"}), False),
    (TLS, ("s3:GetObject", f"{B}/x", {"aws:SecureTransport": "false"}), False),
    (TLS, ("s3:GetObject", f"{B}/x", {"aws:SecureTransport": "true"}), True),
    (INSTANCES, ("ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", {}), True),
    (INSTANCES, ("ec2:RunInstances", "*", {"ec2:InstanceType": "t2.small"}), True),
    (INSTANCES, ("ec2:RunInstances", "*", {"ec2:InstanceType": "c5.large"}), False),
    (OWN_KEYS_ONLY, ("ec2:RunInstances", "*", {}), True),
    (OWN_KEYS_ONLY, ("ec2:RunInstances", "*", {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}), False),
    (TAGS, ("iam:TagUser", USER, {"aws:TagKeys": ["key1", "key2-b"]}), False),
    (TAGS, ("iam:TagUser", USER, {"aws:TagKeys": ["key1", "other"]}), True),
    (TAGS, ("iam:TagUser", USER, {}), True),
    (TAGS, ("iam:TagUser", USER, {"aws:TagKeys": ""}), True),
    (ATTRIBUTES, ("dynamodb:GetItem", TABLE, {"dynamodb:requestedAttributes": ["Message", "Tags"]}), True),
    (ATTRIBUTES, ("dynamodb:GetItem", TABLE, {"dynamodb:requestedAttributes": ["Message", "ID"]}), False),
    (
        SAME_TEAM,
        ("s3:GetObject", f"{B}/x", {"s3:ExistingObjectTag/Team": "a", "aws:PrincipalTag/Team": "a"}),
        True,
    ),
    (
        SAME_TEAM,
        ("s3:GetObject", f"{B}/x", {"s3:ExistingObjectTag/Team": "a", "aws:PrincipalTag/Team": "b"}),
        False,
    ),
    (SAME_TEAM, ("s3:GetObject", f"{B}/x", {"s3:ExistingObjectTag/Team": "a"}), False),
    (TEAM_BUCKET, ("s3:ListBucket", f"{B}-yellow", {"aws:PrincipalTag/team": "yellow"}), True),
    (TEAM_BUCKET, ("s3:ListBucket", f"{B}-company-wide", {"aws:PrincipalTag/team": "yellow"}), False),
    (TEAM_BUCKET, ("s3:ListBucket", f"{B}-company-wide", {}), True),
    (DEEP, ("s3:GetObject", f"{B}/1/2/test/3/object.jpg", {}), True),
    (DEEP, ("s3:GetObject", f"{B}/1///test///object.jpg", {}), True),
    (DEEP, ("s3:GetObject", f"{B}/1/test/", {}), True),
    (DEEP, ("s3:GetObject", f"{B}/1-test/object.jpg", {}), False),
    (DEEP, ("s3:GetObject", f"{B}/test/object.jpg", {}), False),
    (DEEP, ("s3:GetObject", f"{B}/1/2/test.jpg", {}), False),
    (REPORTS, ("iam:ListUsers", "*", {}), True),
    (REPORTS, ("iam:GetOrganizationsAccessReport", "*", {}), False),
    (REPORTS, ("iam:CreatePolicy", "*", {}), False),
    (BUT_IAM, ("s3:GetObject", f"{B}/x", {}), True),
    (BUT_IAM, ("IAM:CreateUser", "*", {}), False),
    (COGNITO, ("s3:PutObject", f"{B}/cognito/app/us-east-1:1f0c9e7a/a.png", ME), True),
    (COGNITO, ("s3:PutObject", f"{B}/cognito/app/us-east-1:1f0c9e7a/a.png", YOU), False),
    (COGNITO, ("s3:PutObject", f"{B}/cognito/app/us-east-1:1f0c9e7a/a.png", {}), False),
    (COGNITO, ("s3:PutObjectAcl", f"{B}/cognito/app/us-east-1:1f0c9e7a/a.png", ME), False),
    (COGNITO, ("s3:ListBucket", B, ME | {"s3:prefix": "cognito/app/us-east-1:1f0c9e7a/"}), True),
    (COGNITO, ("s3:ListBucket", B, ME | {"s3:prefix": "cognito/app/"}), False),
    (COGNITO, ("s3:ListBucket", B, ME), False),
]


@pytest.mark.parametrize(("statements", "question", "allowed"), ROWS)
def test_the_examples_of_aws_mean_what_aws_says(statements, question, allowed):
    action, resource, keys = question

    assert ask(policy(*statements), action, resource, keys).allowed is allowed
