"""Every event of the functions that word or send messages is the golden one, to the letter."""

import html
from typing import Any

import pytest
from tests.triggers.events import assert_golden, generalised, golden
from tests.triggers.letters import KMS_KEY, MAIL, REASONS, post

from poolhouse.context import Ctx
from poolhouse.directory.triggers import Trigger
from poolhouse.store import snapshots
from poolhouse.triggers import custom_sender

SENDERS = {"CustomEmailSender": "email", "CustomSMSSender": "phone_number"}


@pytest.mark.parametrize("reason", REASONS)
async def test_custom_message(world: Any, tmp_path: Any, reason: str) -> None:
    p = await post(world, tmp_path, "CustomMessage")

    await REASONS[reason](p)

    assert_golden(world, f"CustomMessage_{reason}", **p.ids)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("kind", SENDERS)
async def test_custom_senders(world: Any, tmp_path: Any, kind: str, reason: str) -> None:
    p = await post(world, tmp_path, kind, attribute=SENDERS[kind])
    await REASONS[reason](p)

    await p.deliver()

    source = f"{kind}_{reason}"
    (event,) = [event for event in world.fired if event["triggerSource"] == source]
    assert_golden(world, source, **p.ids, code=event["request"]["code"])
    code = p.opened(event)
    if reason == "AdminCreateUser":
        assert html.unescape(code) == "P2$<Sword>&"
        assert ("&lt;" in code) == (kind == "CustomEmailSender")
    else:
        assert code.isdigit()


async def test_custom_email_sender_of_a_notification(world: Any, tmp_path: Any) -> None:
    """Nothing sends this yet: threat protection will."""
    p = await post(world, tmp_path, "CustomEmailSender")
    env = world.env
    snapshot, client = await snapshots.of_client(env, p.client["ClientId"])
    ctx = Ctx(env, "id", "InitiateAuth", "us-east-1", env.clock.now(), snapshot=snapshot, app_client=client)
    facts = {
        "EVENT_ID": "37c90dc9-1b4b-4e39-9a0c-9c1e4a1ce2e1",
        "USER_NAME": "ada",
        "IP_ADDRESS": "192.0.2.1",
        "ACCOUNT_TAKE_OVER_ACTION": "NOTIFY",
        "ONE_CLICK_LINK_VALID": "https://id.example.com/valid",
        "ONE_CLICK_LINK_INVALID": "https://id.example.com/invalid",
        "LOGIN_TIME": "Thu Nov 26 07:00:00 UTC 2026",
        "FEEDBACK_TOKEN": "token",
        "CITY": "Uppsala",
        "COUNTRY": "Sweden",
        "DEVICE_NAME": "Firefox, Linux",
    }
    trigger = Trigger("CustomEmailSender", "arn", kms_key=KMS_KEY)

    event = custom_sender.event(ctx, trigger, "AccountTakeOverNotification", "ada", facts)

    expected = golden("CustomEmailSender_AccountTakeOverNotification")
    assert generalised(event, **p.ids) == expected
    assert MAIL not in str(event)
