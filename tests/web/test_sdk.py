"""Which SDK an administrator's triggers see (behaviour file, 5.1)."""

import pytest

from poolhouse.web import sdk


@pytest.mark.parametrize(
    ("user_agent", "named"),
    [
        ("aws-sdk-js/2.1639.0 linux/v20.11.0", "aws-sdk-js-2.1639.0"),
        ("app/1 aws-sdk-java/2.25.1", "aws-sdk-java-2.25.1"),
        ("aws-sdk-go-v2/1.30.3 os/linux", "aws-sdk-go-v2-1.30.3"),
        ("Boto3/1.43.1 md/Botocore#1.44.5", sdk.UNKNOWN),
        ("my-aws-sdk-js/1", sdk.UNKNOWN),
        ("aws-sdk-js/" + "1" * 99, "aws-sdk-js-" + "1" * 40),
        ("", sdk.UNKNOWN),
    ],
)
def test_the_name_and_the_version_of_an_aws_sdk_are_shown(user_agent, named):
    assert sdk.named_by(user_agent) == named
