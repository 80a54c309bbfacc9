"""Messages: the usual texts, the pool's own, and what is filled in."""

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.delivery import messages
from poolhouse.directory.users import User, UserStatus

VERIFICATIONS = (
    messages.SIGN_UP,
    messages.RESEND_CODE,
    messages.FORGOT_PASSWORD,
    messages.UPDATE_USER_ATTRIBUTE,
    messages.VERIFY_USER_ATTRIBUTE,
)


def user(username="ada", **attributes):
    return User(POOL, "a sub", username, UserStatus.CONFIRMED, True, attributes, 1, 0, 0, 0)


@pytest.fixture
async def compose(db, tmp_path):
    async def compose(owner=None, purpose=messages.SIGN_UP, medium="EMAIL", code="482915", **config):
        env = environment(db, tmp_path)
        await add_pool(env, **config)
        return messages.compose(
            await context(env),
            owner or user(),
            purpose=purpose,
            medium=medium,
            to="ada@example.com",
            code=code,
        )

    return compose


@pytest.mark.parametrize("purpose", VERIFICATIONS)
async def test_the_usual_verification_mail_is_cognitos(compose, purpose):
    message = await compose(purpose=purpose)

    assert message.subject == "Your verification code"
    assert message.body == "Your verification code is 482915. "
    assert (message.purpose, message.code, message.to) == (purpose, "482915", "ada@example.com")
    assert message.html is False


async def test_the_usual_invitation_is_cognitos(compose):
    message = await compose(purpose=messages.ADMIN_CREATE_USER, code="Yew-Lark-81!")

    assert message.subject == "Your temporary password"
    assert message.body == "Your username is ada and temporary password is Yew-Lark-81!. "


@pytest.mark.parametrize(
    ("purpose", "body"),
    [
        (messages.SIGN_UP, "Your verification code is 482915. "),
        (messages.ADMIN_CREATE_USER, "Your username is ada and temporary password is 482915. "),
    ],
)
async def test_a_text_message_has_no_subject(compose, purpose, body):
    message = await compose(purpose=purpose, medium="SMS")

    assert (message.subject, message.body) == ("", body)


async def test_the_pools_own_texts_are_used(compose):
    config = {
        "VerificationMessageTemplate": {
            "EmailMessage": "Hi {username}: {####}",
            "EmailSubject": "{####} is it",
            "SmsMessage": "SMS {####}",
        }
    }

    mail, sms = await compose(**config), await compose(medium="SMS", **config)

    assert (mail.subject, mail.body) == ("482915 is it", "Hi ada: 482915")
    assert sms.body == "SMS 482915"


async def test_the_older_members_are_used_where_there_is_no_template(compose):
    config = {
        "EmailVerificationMessage": "Old {####}",
        "EmailVerificationSubject": "Old subject",
        "SmsVerificationMessage": "Old SMS {####}",
    }

    mail, sms = await compose(**config), await compose(medium="SMS", **config)

    assert (mail.subject, mail.body) == ("Old subject", "Old 482915")
    assert sms.body == "Old SMS 482915"


async def test_the_pools_own_invitation_is_used(compose):
    template = {
        "EmailMessage": "{username} / {####}",
        "EmailSubject": "Come in",
        "SMSMessage": "{####}, {username}",
    }
    config = {"AdminCreateUserConfig": {"InviteMessageTemplate": template}}

    mail = await compose(purpose=messages.ADMIN_CREATE_USER, **config)
    sms = await compose(purpose=messages.ADMIN_CREATE_USER, medium="SMS", **config)

    assert (mail.subject, mail.body) == ("Come in", "ada / 482915")
    assert sms.body == "482915, ada"


async def test_a_value_is_never_taken_for_a_place(compose):
    message = await compose(
        user("{####}{0.__class__}"),
        VerificationMessageTemplate={"EmailMessage": "{username} {0.__class__} {####}"},
    )

    assert message.body == "{####}{0.__class__} {0.__class__} 482915"


async def test_in_an_html_template_what_is_filled_in_is_escaped(compose):
    message = await compose(
        user("<img src=x>"),
        code="a<b&c",
        VerificationMessageTemplate={
            "EmailMessage": "<p>Hello {username}, {####}</p>",
            "EmailSubject": "For {username}",
        },
    )

    assert message.html is True
    assert message.body == "<p>Hello &lt;img src=x&gt;, a&lt;b&amp;c</p>"
    assert message.subject == "For <img src=x>"


async def test_a_template_without_a_tag_is_plain_text(compose):
    message = await compose(code="a<b&c", VerificationMessageTemplate={"EmailMessage": "1 < 2, {####} & co"})

    assert message.html is False
    assert message.body == "1 < 2, a<b&c & co"


async def test_where_the_address_is_the_user_name_the_invitation_names_the_address(compose):
    message = await compose(
        user("0b7c-a-uuid", email="ada@example.com"),
        purpose=messages.ADMIN_CREATE_USER,
        UsernameAttributes=["phone_number", "email"],
    )

    assert message.body.startswith("Your username is ada@example.com and ")
    assert message.username == "0b7c-a-uuid"


async def test_the_pools_sender_goes_with_a_mail_and_not_with_a_text_message(compose):
    sending = {
        "From": "Orchard <no-reply@orchard.test>",
        "ReplyToEmailAddress": "help@orchard.test",
        "SourceArn": "arn:aws:ses:us-east-1:1:identity/orchard.test",
        "ConfigurationSet": "news",
    }

    mail = await compose(EmailConfiguration=sending)
    sms = await compose(medium="SMS", EmailConfiguration=sending)

    assert (mail.sender, mail.reply_to) == ("Orchard <no-reply@orchard.test>", "help@orchard.test")
    assert (mail.identity_arn, mail.configuration_set) == (sending["SourceArn"], "news")
    assert (sms.sender, sms.reply_to, sms.identity_arn, sms.configuration_set) == ("", "", "", "")


def test_details_name_the_medium_the_attribute_and_the_masked_address():
    assert messages.details("email", "test@test.example") == {
        "Destination": "t***@t***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert messages.details("phone_number", "+12065551234") == {
        "Destination": "+*******1234",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
