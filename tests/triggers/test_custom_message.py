"""CustomMessage: what its answer does to a message, where it is not called, and that nothing is half done."""

import pytest
from tests.functions import answering
from tests.idp.refused import refusal
from tests.triggers.letters import METADATA, post, resend, sign_up
from tests.world import PASSWORD

from poolhouse.errors import FunctionFailed


async def test_the_functions_words_are_sent_with_the_code_in_them(world, tmp_path):
    words = {"emailMessage": "Hej, {####}!", "emailSubject": "Kod {####}"}
    world.functions["CustomMessage"] = answering(**words)
    p = await post(world, tmp_path, "CustomMessage")

    await sign_up(p)

    (mail,) = await world.inbox(p.pool)
    assert (mail.subject, mail.body) == (f"Kod {mail.code}", f"Hej, {mail.code}!")
    await p.call("ConfirmSignUp", Username="ada", ConfirmationCode=mail.code)


async def test_what_the_function_leaves_alone_is_the_pools(world, tmp_path):
    world.functions["CustomMessage"] = answering(emailSubject="Mine", smsMessage="No code, and not sent")
    own = {"EmailMessage": "The pool says {####}", "EmailSubject": "The pool's"}
    p = await post(world, tmp_path, "CustomMessage", VerificationMessageTemplate=own)

    await sign_up(p)

    (mail,) = await world.inbox(p.pool)
    assert (mail.subject, mail.body) == ("Mine", f"The pool says {mail.code}")


async def test_html_of_a_function_is_html(world, tmp_path):
    world.functions["CustomMessage"] = answering(emailMessage="<p>{####}</p>")
    p = await post(world, tmp_path, "CustomMessage")

    await sign_up(p)

    (mail,) = await world.inbox(p.pool)
    assert (mail.html, mail.body) == (True, f"<p>{mail.code}</p>")


async def test_the_function_never_sees_the_code(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage")

    await resend(p)

    codes = {message.code for message in await world.inbox(p.pool)}
    assert not any(code in str(event["request"]) for code in codes for event in world.fired)


async def test_a_function_may_word_a_link(world, tmp_path):
    world.functions["CustomMessage"] = answering(emailMessage="Hi {##Confirm me##} there")
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    p = await post(world, tmp_path, "CustomMessage", VerificationMessageTemplate=template)

    await sign_up(p)

    (mail,) = await world.inbox(p.pool)
    assert mail.html
    assert mail.body.startswith(f'Hi <a href="http://localhost:8400/{p.pool}/confirmUser?client_id=')
    assert mail.body.endswith(f'confirmation_code={mail.code}">Confirm me</a> there')


async def test_who_gets_no_message_makes_no_call(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage")

    await p.call("SignUp", Username="eve", Password=PASSWORD)
    await p.admin("AdminCreateUser", Username="kim", MessageAction="SUPPRESS")
    await world.user(p.pool)
    await p.admin(
        "AdminUpdateUserAttributes", Username="ada", UserAttributes=[{"Name": "nickname", "Value": "x"}]
    )

    assert world.fired == []


async def test_nobody_is_asked_about_a_name_that_a_client_hides(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage")
    hiding = await world.client(p.pool, PreventUserExistenceErrors="ENABLED")

    for name in ("ForgotPassword", "ResendConfirmationCode"):
        answer = await world.call(name, ClientId=hiding["ClientId"], Username="nobody")
        assert "CodeDeliveryDetails" in answer

    assert world.fired == []


async def test_who_asks_too_often_makes_no_more_calls(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage")
    await sign_up(p)
    for _ in range(5):
        await p.call("ResendConfirmationCode", Username="ada")
    world.fired.clear()

    said = await refusal(world, "ResendConfirmationCode", ClientId=p.client["ClientId"], Username="ada")

    assert said.startswith("LimitExceededException")
    assert world.fired == []


async def test_of_a_pool_with_a_custom_sender_the_other_medium_alone_is_worded(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage", "CustomEmailSender")
    await sign_up(p)
    assert [event["triggerSource"] for event in world.fired] == []

    await p.admin(
        "AdminCreateUser",
        Username="kim",
        DesiredDeliveryMediums=["SMS"],
        UserAttributes=[{"Name": "phone_number", "Value": "+12065550100"}],
    )

    assert [event["triggerSource"] for event in world.fired] == ["CustomMessage_AdminCreateUser"]


async def test_where_the_function_raises_nobody_is_made_and_nothing_is_sent(world, tmp_path):
    def failing(event):
        raise FunctionFailed("Error", "not today")

    p = await post(world, tmp_path, "CustomMessage")
    world.functions["CustomMessage"] = failing
    request = {"ClientId": p.client["ClientId"], "Username": "ada", "Password": PASSWORD}
    listed = [{"Name": "email", "Value": "ada@example.com"}]

    said = await refusal(world, "SignUp", **request, UserAttributes=listed, ClientMetadata=METADATA)

    assert said == "UserLambdaValidationException: CustomMessage failed with error not today."
    assert await world.inbox(p.pool) == []
    world.functions["CustomMessage"] = answering()
    assert "UserSub" in await world.call("SignUp", **request, UserAttributes=listed)


async def test_a_reset_whose_message_cannot_be_worded_locks_no_password(world, tmp_path):
    p = await post(world, tmp_path, "CustomMessage")
    await p.user()
    world.functions["CustomMessage"] = answering(emailMessage="no place in it")

    said = await refusal(world, "AdminResetUserPassword", UserPoolId=p.pool, Username="ada")

    assert said.startswith("InvalidLambdaResponseException: ")
    assert (await p.admin("AdminGetUser", Username="ada"))["UserStatus"] == "CONFIRMED"
    world.functions["CustomMessage"] = answering(emailMessage="{####}")
    await p.admin("AdminResetUserPassword", Username="ada")
    assert (await p.admin("AdminGetUser", Username="ada"))["UserStatus"] == "RESET_REQUIRED"


@pytest.mark.parametrize("password", [None, "T3mp-Sword!"])
async def test_an_invitation_needs_the_password_only_where_there_is_one(world, tmp_path, password):
    world.functions["CustomMessage"] = answering(emailMessage="Welcome, {username}")
    p = await post(world, tmp_path, "CustomMessage")
    request = {
        "UserPoolId": p.pool,
        "Username": "kim",
        "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": [
            {"Name": "email", "Value": "kim@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ],
    }

    if password:
        said = await refusal(world, "AdminCreateUser", **request, TemporaryPassword=password)
        assert said.startswith("InvalidLambdaResponseException: ")
    else:
        await world.call("AdminCreateUser", **request)
        assert [mail.body for mail in await world.inbox(p.pool)] == ["Welcome, kim"]
