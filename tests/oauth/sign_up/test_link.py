"""The link in a mail: its button confirms once, says so again, and tells nobody whether a user exists."""

import asyncio
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from tests.functions import answering
from tests.idp.people import stored
from tests.world import PASSWORD

from poolhouse.errors import FunctionFailed
from poolhouse.http.request import HttpRequest
from poolhouse.ports import DAY, HOUR
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

BY_LINK = {
    "AutoVerifiedAttributes": ["email"],
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
}


class Visitor:
    """Somebody with a browser, a pool that confirms by links, and an app client."""

    def __init__(self, world, pool, client):
        self.world, self.pool, self.client = world, pool, client

    async def sign_up(self, name="ada", email="ada@example.com"):
        listed = [{"Name": "email", "Value": email}]
        await self.world.call(
            "SignUp",
            ClientId=self.client["ClientId"],
            Username=name,
            Password=PASSWORD,
            UserAttributes=listed,
        )

    async def link(self):
        """The address in the newest mail."""
        mail = (await self.world.inbox(self.pool))[-1]
        return unescape(re.search(r'href="([^"]+)"', mail.body)[1])

    async def ask(self, link, method="GET", headers=None, body=b""):
        parts = urlsplit(link)
        request = HttpRequest(method, parts.path, parts.query, (), body, "", headers or {})
        return await Hosted(self.world.env, Metrics()).page(request)

    async def press(self, link, page, host=""):
        """Press the button of the page, in the browser that got it."""
        token = re.search(r'name="_csrf" value="([^"]+)"', page.body.decode())[1]
        cookies = [value.decode().partition(";")[0] for name, value in page.headers if name == b"set-cookie"]
        headers = {"cookie": "; ".join(cookies), "content-type": FORM, "host": host}
        return await self.ask(link, "POST", headers, f"_csrf={token}&confirm=1".encode())

    async def read(self, link):
        """What the press of the button answers, or a page without one: status, heading, does it say error?"""
        response = await self.ask(link)
        if b'name="confirm"' in response.body:
            response = await self.press(link, response)
        text = response.body.decode()
        return response.status, re.search(r"<h1>(.*)</h1>", text)[1], "<title>Error:" in text

    async def status(self, name="ada"):
        return (await stored(self.world, self.pool, name)).status


async def visitor_of(world, client=(), **pool):
    made = await world.pool(**(BY_LINK | pool))
    return Visitor(world, made, await world.client(made, **dict(client)))


@pytest.fixture
async def visitor(world):
    return await visitor_of(world)


FORM = "application/x-www-form-urlencoded"
DONE = (200, "You’re confirmed", False)
USED = (200, "Already confirmed", False)
OLD = (400, "This link has run out", True)
WRONG = (400, "This link doesn’t work", True)
MANY = (429, "Too many tries", True)
TAKEN = (400, "This address is taken", True)
FAILED = (400, "Something went wrong on our side", True)


async def test_the_mail_is_cognitos_with_a_link(world, visitor):
    await visitor.sign_up()

    (mail,) = await world.inbox(visitor.pool)
    assert (mail.subject, mail.html) == ("Your verification link", True)
    assert mail.body.startswith("Please click the link below to verify your email address. <a href=")
    link = urlsplit(await visitor.link())
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"http://localhost:8400/{visitor.pool}/confirmUser"
    assert link.query == f"client_id={visitor.client['ClientId']}&user_name=ada&confirmation_code={mail.code}"


async def test_the_link_confirms_the_user_and_the_address(world, visitor):
    await visitor.sign_up()

    assert await visitor.read(await visitor.link()) == DONE

    user = await stored(world, visitor.pool)
    assert (user.status, user.verified("email")) == ("CONFIRMED", True)
    assert "AccessToken" in await world.tokens(visitor.client)


async def test_the_link_says_so_again_and_only_who_has_it_hears_it(visitor):
    await visitor.sign_up()
    link = await visitor.link()
    await visitor.read(link)

    assert await visitor.read(link) == USED
    assert await visitor.read(link[:-1] + str((int(link[-1]) + 1) % 10)) == WRONG


async def test_of_many_who_follow_the_link_at_once_one_confirms(world):
    world.functions["PostConfirmation"] = answering()
    visitor = await visitor_of(world, LambdaConfig=world.triggers())
    await visitor.sign_up()
    link = await visitor.link()

    answers = await asyncio.gather(*(visitor.read(link) for _ in range(8)))

    assert [answers.count(DONE), answers.count(USED)] == [1, 7]
    assert len(world.fired) == 1


async def test_a_link_that_was_resent_replaces_the_first(world, visitor):
    await visitor.sign_up()
    first = await visitor.link()
    await world.call("ResendConfirmationCode", ClientId=visitor.client["ClientId"], Username="ada")
    while await visitor.link() == first:
        await world.call("ResendConfirmationCode", ClientId=visitor.client["ClientId"], Username="ada")

    assert await visitor.read(first) == WRONG
    assert await visitor.read(await visitor.link()) == DONE


async def test_a_link_is_good_for_a_day(world, visitor):
    await visitor.sign_up()
    link = await visitor.link()
    world.advance(DAY)

    assert await visitor.read(link) == OLD
    assert await visitor.status() == "UNCONFIRMED"
    await world.call("ResendConfirmationCode", ClientId=visitor.client["ClientId"], Username="ada")
    assert await visitor.read(await visitor.link()) == DONE


@pytest.mark.parametrize("hides", ["LEGACY", "ENABLED"])
@pytest.mark.parametrize("name", ["nobody", "ada", "bob", "%00", "x" * 200, ""])
async def test_without_the_code_every_name_is_answered_alike(world, hides, name):
    visitor = await visitor_of(world, {"PreventUserExistenceErrors": hides})
    await visitor.sign_up()
    await world.user(visitor.pool, "bob")
    link = await visitor.link()
    base = link.partition("?")[0]
    wrong = "000000" if not link.endswith("000000") else "111111"

    asked = f"{base}?client_id={visitor.client['ClientId']}&user_name={name}&confirmation_code={wrong}"

    assert await visitor.read(asked) == WRONG
    assert await visitor.read(link) == DONE


@pytest.mark.parametrize(
    "change",
    [
        lambda link, other: link.replace("client_id=", "client_id=x"),
        lambda link, other: link.replace(link.split("/")[3], other),
        lambda link, other: link.partition("?")[0],
        lambda link, other: link.partition("&confirmation_code")[0],
        lambda link, other: link + "%ff",
        lambda link, other: link + "&a=1" * 30,
    ],
)
async def test_a_link_that_was_changed_confirms_nobody(world, visitor, change):
    other = await world.pool()
    await visitor.sign_up()
    link = await visitor.link()

    assert await visitor.read(change(link, other)) == WRONG

    assert await visitor.status() == "UNCONFIRMED"
    assert await visitor.read(link) == DONE


async def test_a_link_to_no_pool_leads_nowhere(visitor):
    await visitor.sign_up()
    link = await visitor.link()

    assert await visitor.ask(link.replace(visitor.pool, "us-east-1_Aa1Bb2Cc3")) is None
    assert await visitor.read(link) == DONE


async def test_fifteen_tries_an_hour_are_counted_with_those_of_the_api(world, visitor):
    await visitor.sign_up()
    link = await visitor.link()
    wrong = link[:-1] + str((int(link[-1]) + 1) % 10)
    for _ in range(15):
        assert await visitor.read(wrong) == WRONG

    assert await visitor.read(link) == MANY
    assert await visitor.status() == "UNCONFIRMED"
    world.advance(HOUR)
    await world.call("ResendConfirmationCode", ClientId=visitor.client["ClientId"], Username="ada")
    assert await visitor.read(await visitor.link()) == DONE


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_who_only_opens_the_link_confirms_nobody(visitor, method):
    await visitor.sign_up()
    link = await visitor.link()

    response = await visitor.ask(link, method)

    assert response.status == 200
    assert await visitor.status() == "UNCONFIRMED"
    assert await visitor.read(link) == DONE


async def test_a_press_in_another_browser_confirms_nobody(visitor):
    await visitor.sign_up()
    link = await visitor.link()
    page, other = await visitor.ask(link), await visitor.ask(link)

    forged = await visitor.press(link, replace(page, headers=other.headers))

    assert forged.status == 403
    assert await visitor.status() == "UNCONFIRMED"
    assert (await visitor.press(link, page)).status == 200
    assert await visitor.status() == "CONFIRMED"


async def test_an_address_that_was_changed_meanwhile_is_not_confirmed(world, visitor):
    await visitor.sign_up()
    link = await visitor.link()
    new = [{"Name": "email", "Value": "new@example.com"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=visitor.pool, Username="ada", UserAttributes=new)

    assert await visitor.read(link) == OLD
    assert await visitor.status() == "UNCONFIRMED"


async def test_an_alias_of_somebody_else_is_not_taken_by_a_link(world):
    visitor = await visitor_of(world, AliasAttributes=["email"])
    await world.user(visitor.pool, "bob", email="ada@example.com", email_verified="true")
    await visitor.sign_up()

    assert await visitor.read(await visitor.link()) == TAKEN

    assert await visitor.status() == "UNCONFIRMED"
    assert (await stored(world, visitor.pool, "bob")).verified("email")


async def test_a_disabled_user_is_not_confirmed(world, visitor):
    await visitor.sign_up()
    link = await visitor.link()
    await world.call("AdminDisableUser", UserPoolId=visitor.pool, Username="ada")

    assert await visitor.read(link) == WRONG
    assert await visitor.status() == "UNCONFIRMED"


async def test_the_pools_function_hears_of_the_confirmation_once(world):
    world.functions["PostConfirmation"] = answering()
    visitor = await visitor_of(world, LambdaConfig=world.triggers())
    await visitor.sign_up()
    link = await visitor.link()

    await visitor.read(link)
    await visitor.read(link)

    assert [event["triggerSource"] for event in world.fired] == ["PostConfirmation_ConfirmSignUp"]


async def test_a_function_that_fails_leaves_the_user_confirmed(world):
    def failing(event):
        raise FunctionFailed("Error", "no")

    world.functions["PostConfirmation"] = failing
    visitor = await visitor_of(world, LambdaConfig=world.triggers())
    await visitor.sign_up()
    link = await visitor.link()

    assert await visitor.read(link) == FAILED
    assert await visitor.status() == "CONFIRMED"
    assert await visitor.read(link) == USED


async def test_the_page_shows_nothing_of_the_link_and_posts_to_us_alone(visitor):
    await visitor.sign_up()
    link = await visitor.link()
    hostile = link.replace("user_name=ada", "user_name=%3Cscript%3Ealert(1)%3C/script%3E")

    for address in (hostile, link):
        response = await visitor.ask(address)
        text, headers = response.body.decode(), dict(response.headers)
        assert "<script>alert" not in text
        assert headers[b"content-security-policy"].startswith(b"default-src 'none'; style-src 'self';")
        assert headers[b"content-security-policy"].endswith(b"form-action 'self'")
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"referrer-policy"] == b"no-referrer"


async def test_all_other_codes_stay_codes(world, visitor):
    await visitor.sign_up()
    await visitor.read(await visitor.link())

    await world.call("ForgotPassword", ClientId=visitor.client["ClientId"], Username="ada")

    mail = (await world.inbox(visitor.pool))[-1]
    assert mail.body == f"Your verification code is {mail.code}. "


async def test_the_code_in_the_link_confirms_over_the_api_too(world, visitor):
    await visitor.sign_up()
    code = await world.code(visitor.pool)

    await world.call(
        "ConfirmSignUp", ClientId=visitor.client["ClientId"], Username="ada", ConfirmationCode=code
    )

    assert await visitor.status() == "CONFIRMED"
    assert await visitor.read(await visitor.link()) == WRONG


async def test_the_link_of_a_pool_with_a_domain_leads_there_and_confirms(world, visitor):
    await world.call("CreateUserPoolDomain", UserPoolId=visitor.pool, Domain="orchard")
    await visitor.sign_up()
    link = urlsplit(await visitor.link())
    assert (link.netloc.partition(".")[0], link.path) == ("orchard", "/confirmUser")

    page = await visitor.ask(link.geturl(), headers={"host": link.netloc})
    done = await visitor.press(link.geturl(), page, host=link.netloc)

    assert done.status == 200
    assert await visitor.status() == "CONFIRMED"
