"""Texts with a link, invitations without a password, and what goes with a text message."""

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.delivery.test_messages import user
from tests.environment import environment
from tests.pool_parts import CLIENT, POOL, add_client, add_pool

from poolhouse.delivery import messages, templates
from poolhouse.delivery.templates import Template
from poolhouse.store import snapshots
from poolhouse.triggers.custom_message import Wording

BY_LINK = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}}
LINK = f"https://id.example.com/{POOL}/confirmUser?client_id={CLIENT}&amp;user_name={{}}&amp;confirmation_code=482915"


@pytest.fixture
async def compose(db, tmp_path):
    async def compose(owner=None, purpose=messages.SIGN_UP, medium="EMAIL", code="482915", **config):
        wording = config.pop("wording", Wording())
        env = environment(db, tmp_path, public_url="https://id.example.com")
        await add_pool(env, **config)
        await add_client(env)
        _, client = await snapshots.of_client(env, CLIENT)
        ctx = replace(await context(env), app_client=client)
        return messages.compose(
            ctx,
            owner or user(),
            purpose=purpose,
            medium=medium,
            to="ada@example.com",
            code=code,
            wording=wording,
        )

    return compose


@pytest.mark.parametrize("purpose", [messages.SIGN_UP, messages.RESEND_CODE])
async def test_the_usual_mail_with_a_link_is_cognitos(compose, purpose):
    mail = await compose(purpose=purpose, **BY_LINK)

    assert mail.subject == "Your verification link"
    assert mail.html
    assert mail.body == (
        "Please click the link below to verify your email address. "
        f'<a href="{LINK.format("ada")}">Verify Email</a> '
    )


async def test_the_pools_own_words_may_have_several_links_and_the_code(compose):
    own = {
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "EmailMessageByLink": "{username}: {##Yes & no##} or {## here ##}, {####}",
        "EmailSubjectByLink": "Come in, {username}",
    }

    mail = await compose(user("a&b"), VerificationMessageTemplate=own)

    address = LINK.format("a%26b")
    assert mail.subject == "Come in, a&b"
    assert mail.body == (
        f'a&amp;b: <a href="{address}">Yes &amp; no</a> or <a href="{address}">here</a>, 482915'
    )


@pytest.mark.parametrize(
    ("purpose", "medium"),
    [
        (messages.SIGN_UP, "SMS"),
        (messages.FORGOT_PASSWORD, "EMAIL"),
        (messages.UPDATE_USER_ATTRIBUTE, "EMAIL"),
        (messages.VERIFY_USER_ATTRIBUTE, "EMAIL"),
    ],
)
async def test_only_a_sign_up_by_mail_has_a_link(compose, purpose, medium):
    message = await compose(purpose=purpose, medium=medium, **BY_LINK)

    assert message.body == "Your verification code is 482915. "


async def test_who_has_no_password_is_not_told_of_one(compose):
    mail = await compose(purpose=messages.ADMIN_CREATE_USER, code="")
    sms = await compose(purpose=messages.ADMIN_CREATE_USER, medium="SMS", code="")

    assert (mail.subject, mail.body, sms.body) == (
        "Your new account",
        "Your username is ada. ",
        "Your username is ada. ",
    )


async def test_the_pools_own_invitation_without_a_password_is_for_them(compose):
    own = {"InviteMessageTemplate": {"EmailMessage": "Hi {username}", "EmailSubject": "Come in"}}

    mail = await compose(purpose=messages.ADMIN_CREATE_USER, code="", AdminCreateUserConfig=own)

    assert (mail.subject, mail.body) == ("Come in", "Hi ada")


async def test_a_functions_words_go_before_the_pools(compose):
    own = {"EmailMessage": "pool {####}", "EmailSubject": "pool", "SmsMessage": "pool {####}"}
    wording = Wording(sms="function {####}", email="<b>{####}</b>", subject="function")

    mail = await compose(VerificationMessageTemplate=own, wording=wording)
    sms = await compose(medium="SMS", VerificationMessageTemplate=own, wording=wording)

    assert (mail.subject, mail.body, mail.html) == ("function", "<b>482915</b>", True)
    assert (sms.subject, sms.body, sms.html) == ("", "function 482915", False)


async def test_the_pools_region_goes_with_a_text_message_and_not_with_mail(compose):
    sending = {"SmsConfiguration": {"SnsCallerArn": "arn", "SnsRegion": "eu-north-1"}}

    assert (await compose(medium="SMS", **sending)).region == "eu-north-1"
    assert (await compose(**sending)).region == ""


def test_without_a_link_its_places_stay():
    assert Template("{##a##} {####}").filled(code="1", username="u") == "{##a##} 1"


def test_a_text_of_a_function_is_html_where_it_has_a_tag_or_a_link():
    assert not templates.worded("plain {####}", "EMAIL").html
    assert templates.worded("<i>{####}</i>", "EMAIL").html
    assert templates.worded("{##here##}", "EMAIL", "https://id.example.com").html
    assert not templates.worded("<i>{####}</i>", "SMS", "https://id.example.com").html
