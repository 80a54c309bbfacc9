"""Mails about sign-ins that look odd, through a real mail server: who is told, by whom, in which words."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser

import msgspec
import pytest
from tests.functions import answering
from tests.mail_server import Mailbox, mail_server
from tests.world import World, close_world, open_world

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens, outbox, risk_notices
from poolhouse.delivery.risk_notices import Notice
from poolhouse.directory.users import User
from poolhouse.drivers.smtp import SmtpSender
from poolhouse.errors import InvalidFeedbackToken
from poolhouse.ports import DAY, HOUR, Tx
from poolhouse.store import outbox as stored
from poolhouse.store import snapshots, users

ARN = "arn:aws:ses:us-east-1:123456789012:identity/orchard.test"
ENFORCED = {"AdvancedSecurityMode": "ENFORCED"}
ACTIONS = {
    "LowAction": {"Notify": True, "EventAction": "NO_ACTION"},
    "MediumAction": {"Notify": False, "EventAction": "MFA_IF_CONFIGURED"},
    "HighAction": {"Notify": True, "EventAction": "BLOCK"},
}
MAIL = {"SourceArn": ARN, "From": "Orchard <safety@orchard.test>", "ReplyTo": "help@orchard.test"}
EVENT = "0d9b1f0a-3a44-4be3-9e0f-6a4f4a2f7a11"
BLOCKED = Notice("BLOCK", "HIGH", "USER_SRP_AUTH", EVENT, "203.0.113.7", "Windows, Firefox", "Utrecht", "NL")
LET_IN = msgspec.structs.replace(BLOCKED, action="NO_ACTION", level="LOW")


class Stage:
    """A protected pool with Ada in it, an app client, and a mail server that gets what leaves."""

    def __init__(self, world: World, mailbox: Mailbox) -> None:
        self.world, self.mailbox = world, mailbox
        self.address = f"ada-{world.env.rng.uuid()}@example.com"

    async def set_up(self, *, mode: object = ENFORCED, verified: str = "true", **pool: object) -> None:
        self.pool = await self.world.pool(UserPoolAddOns=mode, **pool)
        self.client = (await self.world.client(self.pool))["ClientId"]
        await self.world.user(self.pool, "ada", email=self.address, email_verified=verified)

    async def configure(self, *, mail: object = MAIL, actions: object = ACTIONS, **members: object) -> None:
        takeover = {"NotifyConfiguration": mail, "Actions": actions}
        members = {"AccountTakeoverRiskConfiguration": takeover} | members
        await self.world.call("SetRiskConfiguration", UserPoolId=self.pool, **members)

    async def ctx(self) -> Ctx:
        env = self.world.env
        snapshot, client = await snapshots.of_client(env, self.client)
        now, request = env.clock.now(), env.rng.uuid()
        return Ctx(
            env, request, "RespondToAuthChallenge", "us-east-1", now, snapshot=snapshot, app_client=client
        )

    async def ada(self) -> User:
        async def read(tx: Tx) -> User | None:
            return await users.by_any_name(tx, (await self.ctx()).pool, "ada")

        found = await self.world.env.db.read(read)
        assert found is not None
        return found

    async def told(self, notice: Notice) -> bool:
        """Send it as a sign-in would, and let the worker carry it."""
        sent = await risk_notices.send(await self.ctx(), await self.ada(), notice)
        sender = SmtpSender("127.0.0.1", self.mailbox.port, sender="usual@orchard.test", tls="none")
        await outbox.deliver_due(self.world.env, {"EMAIL": sender})
        await sender.close()
        return sent

    def parts(self) -> tuple[str, str, str]:
        """Subject, HTML and text of the one mail that arrived."""
        (mail,) = self.mailbox.mails(self.address)
        found = {kind: mail.get_body((kind,)) for kind in ("html", "plain")}
        texts = {kind: part.get_content().strip() if part else "" for kind, part in found.items()}
        return str(mail["Subject"]), texts["html"], texts["plain"]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
async def stage(tmp_path, mailbox) -> AsyncIterator[Stage]:
    world = await open_world(tmp_path, email_driver="smtp")
    yield Stage(world, mailbox)
    await close_world(world)


class Links(HTMLParser):
    """Where the links of a mail lead, by their words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag, attrs):
        self._open = dict(attrs).get("href", "") if tag == "a" else self._open

    def handle_endtag(self, tag):
        self._open = "" if tag == "a" else self._open

    def handle_data(self, data):
        if self._open:
            self.found[data] = self._open


def links_of(text: str) -> dict[str, str]:
    parser = Links()
    parser.feed(text)
    return parser.found


USUAL = [
    (BLOCKED, "We blocked a sign-in to your account"),
    (LET_IN, "A new sign-in to your account"),
    (
        msgspec.structs.replace(LET_IN, action="MFA_REQUIRED"),
        "We asked for a second proof at a sign-in to your account",
    ),
    (
        msgspec.structs.replace(LET_IN, action="MFA_IF_CONFIGURED"),
        "We asked for a second proof at a sign-in to your account",
    ),
]


@pytest.mark.parametrize(("notice", "subject"), USUAL, ids=[notice.action for notice, _ in USUAL])
async def test_k_the_usual_mail_says_what_happened_in_html_and_in_plain_text(stage, notice, subject):
    await stage.set_up()
    await stage.configure()

    assert await stage.told(notice)

    found, as_html, as_text = stage.parts()
    assert found == subject
    for fact in ("203.0.113.7", "Windows, Firefox", "Utrecht, NL", "UTC", "ada"):
        assert fact in as_html
        assert fact in as_text
    links = links_of(as_html)
    assert links["It wasn’t me"] in as_text
    assert links["It was me"] in as_text
    assert not re.search(r"\{[a-z-]+\}", as_html + as_text)


async def test_the_links_lead_to_the_pools_own_page_with_a_token_of_this_event(stage):
    await stage.set_up()
    await stage.configure()
    await stage.told(BLOCKED)

    link = links_of(stage.parts()[1])["It wasn’t me"]

    page, _, query = link.partition("?")
    asked = dict(pair.split("=") for pair in query.split("&"))
    assert page == f"http://localhost:8400/{stage.pool}/eventFeedback"
    assert (asked["client_id"], asked["value"]) == (stage.client, "Invalid")
    ctx, ada = await stage.ctx(), await stage.ada()
    about = feedback_tokens.open_token(ctx.keys, stage.pool, ctx.now, asked["token"])
    assert (about.sub, about.event_id) == (ada.sub, EVENT)


async def test_who_writes_is_who_the_operator_says(stage):
    await stage.set_up(EmailConfiguration={"From": "other@orchard.test"})
    await stage.configure()
    await stage.told(BLOCKED)

    (mail,) = stage.mailbox.mails(stage.address)
    assert str(mail["From"]) == "Orchard <safety@orchard.test>"
    assert str(mail["Reply-To"]) == "help@orchard.test"


async def test_k_what_the_operator_does_not_say_is_as_in_the_pools_other_mails(stage):
    await stage.set_up(
        EmailConfiguration={"From": "other@orchard.test", "ReplyToEmailAddress": "back@orchard.test"}
    )
    await stage.configure(mail={"SourceArn": ARN})
    await stage.told(BLOCKED)

    (mail,) = stage.mailbox.mails(stage.address)
    assert (str(mail["From"]), str(mail["Reply-To"])) == ("other@orchard.test", "back@orchard.test")


PLACES = (
    "{username}|{ip-address}|{city}|{country}|{login-time}|{device-name}|{event-id}"
    "|{one-click-link-valid}|{one-click-link-invalid}|{feedback-token}|{no-place}"
)


async def test_the_operators_words_have_every_place_filled_and_escaped_in_html_alone(stage):
    await stage.set_up()
    words = {"Subject": "{username}: {city}", "HtmlBody": f"<p>{PLACES}</p>", "TextBody": PLACES}
    await stage.configure(mail=MAIL | {"BlockEmail": words})
    odd = msgspec.structs.replace(BLOCKED, device="<b>{username}", city="L'Aquila & co")

    await stage.told(odd)

    subject, as_html, as_text = stage.parts()
    assert subject == "ada: L'Aquila & co"
    username, address, city, country, time, device, event, valid, invalid, token, rest = as_text.split("|")
    assert (username, address, city, country) == ("ada", "203.0.113.7", "L'Aquila & co", "NL")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", time)
    assert (device, event, rest) == ("<b>{username}", EVENT, "{no-place}")
    assert (f"value=Valid&token={token}" in valid, f"value=Invalid&token={token}" in invalid) == (True, True)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert as_html == f"<p>{html.escape(as_text)}</p>"


@pytest.mark.parametrize(("member", "action"), [("NoActionEmail", "NO_ACTION"), ("MfaEmail", "MFA_REQUIRED")])
async def test_each_outcome_has_its_own_words(stage, member, action):
    await stage.set_up()
    words = {"Subject": f"Own {member}", "TextBody": "Hello {username}"}
    await stage.configure(mail=MAIL | {member: words})

    await stage.told(msgspec.structs.replace(LET_IN, action=action))

    assert stage.parts() == (f"Own {member}", "", "Hello ada")


async def test_k_a_subject_alone_leaves_the_usual_body(stage):
    await stage.set_up()
    await stage.configure(mail=MAIL | {"BlockEmail": {"Subject": "Stopped"}})

    await stage.told(BLOCKED)

    subject, as_html, as_text = stage.parts()
    assert subject == "Stopped"
    assert "We blocked a sign-in" in as_html
    assert "so we stopped it" in as_text


async def test_nothing_is_said_of_a_place_that_nobody_knows(stage):
    await stage.set_up()
    await stage.configure()

    await stage.told(msgspec.structs.replace(BLOCKED, city="", country="", device=""))

    _, as_html, as_text = stage.parts()
    assert "Place" not in as_html + as_text
    assert "Device: unknown" in as_text


async def test_what_a_client_says_of_itself_makes_no_lines_of_its_own(stage):
    await stage.set_up()
    await stage.configure()

    await stage.told(msgspec.structs.replace(BLOCKED, device="Phone\nGo to https://evil.example" + "x" * 500))

    line = next(line for line in stage.parts()[2].splitlines() if line.startswith("Device:"))
    assert line.startswith("Device: PhoneGo to https://evil.example")
    assert len(line) < 120


SILENT = {
    "a level that is not to be told of": (BLOCKED, {"level": "MEDIUM"}, {}, {}),
    "no level at all": (BLOCKED, {"level": ""}, {}, {}),
    "K: an address that is not verified": (BLOCKED, {}, {"verified": "false"}, {}),
    "K: a pool that only watches": (BLOCKED, {}, {"mode": {"AdvancedSecurityMode": "AUDIT"}}, {}),
    "a custom flow, which has no mode": (BLOCKED, {"flow": "CUSTOM_AUTH"}, {}, {}),
    "a server without a mail service": (BLOCKED, {}, {}, {"email_driver": "none"}),
}


@pytest.mark.parametrize("name", SILENT)
async def test_nobody_is_told_and_nothing_is_refused(stage, name):
    notice, changes, pool, settings = SILENT[name]
    await stage.set_up(**pool)
    await stage.configure()
    env = stage.world.env
    stage.world.env = msgspec.structs.replace(env, settings=msgspec.structs.replace(env.settings, **settings))

    assert not await stage.told(msgspec.structs.replace(notice, **changes))
    assert stage.mailbox.count(stage.address) == 0

    stage.world.env = env
    if not pool:
        assert await stage.told(notice)
        assert stage.mailbox.count(stage.address) == 1


async def test_a_custom_flow_is_told_of_where_it_has_a_mode(stage):
    await stage.set_up(mode=ENFORCED | {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"}})
    await stage.configure()

    assert await stage.told(msgspec.structs.replace(BLOCKED, flow="CUSTOM_AUTH"))


async def test_a_clients_own_words_and_levels_go_before_the_pools(stage):
    await stage.set_up()
    await stage.configure(mail=MAIL | {"BlockEmail": {"Subject": "Of the pool"}})
    own = {
        "NotifyConfiguration": MAIL | {"BlockEmail": {"Subject": "Of the app"}},
        "Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}},
    }
    await stage.configure(ClientId=stage.client, AccountTakeoverRiskConfiguration=own)

    assert await stage.told(BLOCKED)
    assert not await stage.told(LET_IN)
    assert stage.parts()[0] == "Of the app"


async def test_a_function_that_sends_the_pools_mail_gets_the_facts(stage):
    stage.world.functions["CustomEmailSender"] = answering()
    key = {"KMSKeyID": "arn:aws:kms:us-east-1:123456789012:key/k"}
    await stage.set_up(LambdaConfig=stage.world.triggers() | key)
    await stage.configure()
    message = await _put(stage, BLOCKED)

    event = msgspec.json.decode(message.event)

    assert event["triggerSource"] == "CustomEmailSender_AccountTakeOverNotification"
    facts = event["request"]["userAttributes"]
    assert facts.keys() == {
        "EVENT_ID", "USER_NAME", "IP_ADDRESS", "ACCOUNT_TAKE_OVER_ACTION", "ONE_CLICK_LINK_VALID",
        "ONE_CLICK_LINK_INVALID", "LOGIN_TIME", "FEEDBACK_TOKEN", "CITY", "COUNTRY", "DEVICE_NAME",
    }  # fmt: skip
    assert (facts["EVENT_ID"], facts["USER_NAME"], facts["ACCOUNT_TAKE_OVER_ACTION"]) == (
        EVENT,
        "ada",
        "BLOCK",
    )
    assert event["request"]["code"] is None
    assert message.function.endswith(":CustomEmailSender")


async def _put(stage, notice):
    """The message that was put into the outbox."""
    assert await risk_notices.send(await stage.ctx(), await stage.ada(), notice)
    keys = (await stage.ctx()).keys

    async def lease(tx):
        (row,) = await stored.due(tx, stage.world.now, 10, lambda _: 10)
        taken = await stored.lease(tx, row, stage.world.now)
        return stored.opened(keys, stage.pool, row["message_id"], taken["sealed"])

    return await stage.world.env.db.run(lease)


async def test_whoever_has_a_password_cannot_fill_its_owners_mailbox(stage):
    await stage.set_up()
    await stage.configure()
    ada, world = await stage.ada(), stage.world

    sent = [await risk_notices.send(await stage.ctx(), ada, BLOCKED) for _ in range(21)]
    world.advance(HOUR)

    assert sent == [True] * 20 + [False]
    assert (world.events["risk_notices"], world.events["risk_notices_held_back"]) == (20, 1)
    assert await risk_notices.send(await stage.ctx(), ada, BLOCKED)


async def test_a_token_is_good_for_a_week_in_its_own_pool_and_as_it_is(stage):
    await stage.set_up()
    ctx, ada = await stage.ctx(), await stage.ada()
    token = feedback_tokens.seal(ctx, ada.sub, EVENT)
    other = (await snapshots.of_pool(stage.world.env, await stage.world.pool())).keys

    assert feedback_tokens.open_token(ctx.keys, stage.pool, ctx.now + 7 * DAY, token).sub == ada.sub
    for keys, pool, now, tried in (
        (ctx.keys, stage.pool, ctx.now + 7 * DAY + 1, token),
        (other, stage.pool, ctx.now, token),
        (ctx.keys, "us-east-1_Another00", ctx.now, token),
        (ctx.keys, stage.pool, ctx.now, token[:-1]),
        (ctx.keys, stage.pool, ctx.now, "x"),
        (ctx.keys, stage.pool, ctx.now, "ä" * 40),
    ):
        with pytest.raises(InvalidFeedbackToken):
            feedback_tokens.open_token(keys, pool, now, tried)
