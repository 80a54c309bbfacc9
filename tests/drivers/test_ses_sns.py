"""SES and SNS: signed as botocore would, the message whole, and refusals without the address."""

import json
from functools import partial
from urllib.parse import parse_qs

import pytest
from tests.drivers.aws_services import ACCESS_KEY_ID, SECRET, RunningService, Service

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.ses import SesSender
from poolhouse.drivers.sns import SnsSender
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import Message
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials

REGION = "eu-north-1"


def message(**changes):
    usual = {
        "message_id": "id-1",
        "user_pool_id": "us-east-1_Aa1Bb2Cc3",
        "medium": "EMAIL",
        "to": "ada@example.com",
        "username": "ada",
        "purpose": "SignUp",
        "code": "482915",
        "subject": "Your code – ärligt",
        "body": "It is 482915 & <nothing> else: ü + %",
        "at": 0,
    }
    return Message(**(usual | changes))


def sign(service, secret=SECRET):
    """As app.py makes it."""
    return partial(sign_in(service, secret), REGION)


def sign_in(service, secret=SECRET):
    """The same in any Region."""
    return sigv4.signer_of_posts(Credentials(ACCESS_KEY_ID, secret), service, SystemClock().now)


@pytest.fixture
def ses():
    with RunningService(Service("ses", REGION)) as service:
        yield service


@pytest.fixture
def sns():
    with RunningService(Service("sns", REGION)) as service:
        yield service


@pytest.fixture
async def mailer(ses):
    sender = SesSender(REGION, sign("ses"), sender="usual@orchard.test", endpoint_url=ses.url)
    yield sender
    await sender.close()


@pytest.fixture
async def texter(sns):
    sender = SnsSender(REGION, sign_in("sns"), endpoint_url=sns.url)
    yield sender
    await sender.close()


async def test_ses_gets_a_signed_send_email_with_the_whole_message(ses, mailer):
    await mailer.send(message())

    ((path, headers, body),) = ses.calls
    assert path == "/v2/email/outbound-emails"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "FromEmailAddress": "usual@orchard.test",
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Your code – ärligt", "Charset": "UTF-8"},
                "Body": {"Text": {"Data": "It is 482915 & <nothing> else: ü + %", "Charset": "UTF-8"}},
            }
        },
    }


async def test_ses_gets_what_the_pool_says_about_its_mail(ses, mailer):
    await mailer.send(
        message(
            html=True,
            sender="Orchard <no-reply@orchard.test>",
            reply_to="help@orchard.test",
            identity_arn="arn:aws:ses:eu-north-1:1:identity/orchard.test",
            configuration_set="news",
        )
    )

    body = json.loads(ses.calls[0][2])
    assert body["FromEmailAddress"] == "Orchard <no-reply@orchard.test>"
    assert body["ReplyToAddresses"] == ["help@orchard.test"]
    assert body["FromEmailAddressIdentityArn"] == "arn:aws:ses:eu-north-1:1:identity/orchard.test"
    assert body["ConfigurationSetName"] == "news"
    assert list(body["Content"]["Simple"]["Body"]) == ["Html"]


async def test_ses_gets_a_mail_in_html_with_its_plain_text_where_it_has_both(ses, mailer):
    await mailer.send(message(html=True, body="<p>482915</p>", text="It is 482915"))

    assert json.loads(ses.calls[0][2])["Content"]["Simple"]["Body"] == {
        "Html": {"Data": "<p>482915</p>", "Charset": "UTF-8"},
        "Text": {"Data": "It is 482915", "Charset": "UTF-8"},
    }


async def test_a_refusal_of_ses_is_told_by_its_name_and_without_the_address(ses, mailer):
    ses.status = 400
    ses.headers = {"x-amzn-ErrorType": "MessageRejected:http://internal.amazon.com/"}
    ses.answer = b'{"message": "Email address is not verified: ada@example.com"}'

    with pytest.raises(DeliveryFailed) as refused:
        await mailer.send(message())

    assert str(refused.value) == "Amazon SES answered 400 (MessageRejected)."


async def test_a_wrong_secret_is_refused_by_the_service(ses):
    sender = SesSender(REGION, sign("ses", "another"), sender="a@b.test", endpoint_url=ses.url)

    with pytest.raises(DeliveryFailed, match="answered 403"):
        await sender.send(message())

    assert ses.calls == []
    await sender.close()


async def test_sns_gets_a_signed_publish_with_the_whole_message(sns, texter):
    await texter.send(message(medium="SMS", to="+46701740611"))

    ((path, headers, body),) = sns.calls
    assert path == "/"
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(body.decode()) == {
        "Action": ["Publish"],
        "Version": ["2010-03-31"],
        "PhoneNumber": ["+46701740611"],
        "Message": ["It is 482915 & <nothing> else: ü + %"],
        "MessageAttributes.entry.1.Name": ["AWS.SNS.SMS.SMSType"],
        "MessageAttributes.entry.1.Value.DataType": ["String"],
        "MessageAttributes.entry.1.Value.StringValue": ["Transactional"],
    }


async def test_sns_is_signed_for_in_the_region_that_the_pool_names(sns, texter):
    sns.region = "ap-south-1"

    await texter.send(message(medium="SMS", to="+46701740611", region="ap-south-1"))
    with pytest.raises(DeliveryFailed, match="answered 403"):
        await texter.send(message(medium="SMS", to="+46701740611"))

    assert len(sns.calls) == 1


async def test_a_refusal_of_sns_is_told_by_its_code_and_without_the_number(sns, texter):
    sns.status = 400
    sns.answer = b"<ErrorResponse><Error><Code>InvalidParameter</Code><Message>+46701740611</Message></Error>"

    with pytest.raises(DeliveryFailed) as refused:
        await texter.send(message(medium="SMS", to="+46701740611"))

    assert str(refused.value) == "Amazon SNS answered 400 (InvalidParameter)."


async def test_a_redirect_is_not_followed(sns, texter):
    sns.status = 302
    sns.headers = {"location": "http://169.254.169.254/"}

    with pytest.raises(DeliveryFailed, match="answered 302"):
        await texter.send(message(medium="SMS", to="+46701740611"))


async def test_a_service_that_cannot_be_reached_is_told_without_the_address(mailer, ses):
    sender = SesSender(REGION, sign("ses"), sender="a@b.test", endpoint_url="http://127.0.0.1:9")

    with pytest.raises(DeliveryFailed) as refused:
        await sender.send(message())

    assert str(refused.value) == "The service cannot be reached: ConnectError."
    await sender.close()


def test_without_another_address_the_calls_go_to_amazon():
    ses, sns = SesSender(REGION, sign("ses"), sender="a@b.test"), SnsSender(REGION, sign_in("sns"))

    assert ses._endpoint._url == "https://email.eu-north-1.amazonaws.com"
    assert sns._endpoint(REGION)._url == "https://sns.eu-north-1.amazonaws.com"
    assert sns._endpoint("ap-south-1")._url == "https://sns.ap-south-1.amazonaws.com"
