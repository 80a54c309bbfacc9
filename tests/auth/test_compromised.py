"""Passwords that are known to be stolen: when they are looked up, and what is put down (7.2)."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.functions import answering
from tests.refusals import mfa
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, Scene
from tests.risk.breaches.made import file_of
from tests.world import World

from poolhouse.auth import compromised, who
from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.directory.events import Event
from poolhouse.errors import ApiError, IncorrectLogin, LockedOut, PasswordCompromised
from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.lists import Lists
from poolhouse.store import events, snapshots

_FILE = digests.read(file_of(PASSWORD))
AUDIT, ENFORCED = ({"UserPoolAddOns": {"AdvancedSecurityMode": mode}} for mode in ("AUDIT", "ENFORCED"))


class Asked(Lists):
    """Knows Ada's password, and how often it was asked about any."""

    def __init__(self) -> None:
        super().__init__([lambda: _FILE])
        self.times = 0

    def has(self, password: str) -> bool:
        self.times += 1
        return super().has(password)


@pytest.fixture
def scene(world: World) -> Scene:
    """Ada's password is stolen once `leaked` has run."""
    return Scene(world, Path())


def leaked(scene: Scene) -> Asked:
    asked = Asked()
    scene.world.env = replace(scene.world.env, breaches=asked)
    return asked


async def staged(scene: Scene, pool: dict[str, Any], **client: Any) -> Asked:
    await scene.set_up(pool, client, {})
    return leaked(scene)


async def status(scene: Scene, name: str = "ada") -> str:
    return str((await scene.admin("AdminGetUser", Username=name))["UserStatus"])


async def newest(scene: Scene) -> Event:
    found = await scene.world.env.db.read(lambda tx: events.of_user(tx, scene.pool, scene.sub, 0, 1))
    return found[0]


async def acted(scene: Scene, action: str, *kinds: str) -> None:
    given = {"EventFilter": list(kinds), "Actions": {"EventAction": action}}
    await scene.admin("SetRiskConfiguration", CompromisedCredentialsRiskConfiguration=given)


async def test_nothing_is_looked_up_in_a_pool_without_threat_protection(scene: Scene) -> None:
    asked = await staged(scene, {})

    await scene.keep(tokens=scene.tokens())
    await scene.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=PASSWORD)
    await scene.signed_up()
    await scene.invited()

    assert asked.times == 0
    assert (await newest(scene)).risk is None


@pytest.mark.parametrize("pool", [AUDIT, ENFORCED], ids=["audited", "blocked by nothing"])
async def test_what_is_found_is_put_down_and_nobody_is_hindered(scene: Scene, pool: dict[str, Any]) -> None:
    await staged(scene, pool)
    if pool is ENFORCED:
        await acted(scene, "NO_ACTION")

    await scene.keep(tokens=scene.tokens())
    signed_in = await newest(scene)
    await scene.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=PASSWORD)
    changed = await newest(scene)

    assert [(event.kind, event.response) for event in (signed_in, changed)] == [
        ("SignIn", "Pass"),
        ("PasswordChange", "Pass"),
    ]
    assert [event.risk is not None and event.risk.compromised for event in (signed_in, changed)] == [True] * 2
    assert [found(event) for event in (signed_in, changed)] == [
        [{"event": "SIGN_IN", "action": "NO_ACTION"}],
        [{"event": "PASSWORD_CHANGE", "action": "NO_ACTION"}],
    ]
    assert scene.world.events["CompromisedCredentialRisk"] == 2
    assert await status(scene) == "CONFIRMED"


def found(event: Event) -> list[dict[str, Any]]:
    return [dict(note.facts) for note in event.trail if note.kind == "breach"]


async def test_the_event_of_a_blocked_sign_in_says_that_the_password_was_right_and_stolen(
    scene: Scene,
) -> None:
    await staged(scene, ENFORCED)

    with pytest.raises(PasswordCompromised):
        await scene.sign_in()

    event = await newest(scene)
    assert (event.response, event.rule) == ("Fail", "PasswordCompromised")
    assert event.challenges == (("Password", "Success"),)
    assert event.risk is not None
    assert event.risk.compromised
    assert found(event) == [{"event": "SIGN_IN", "action": "BLOCK"}]
    assert PASSWORD not in repr(event)
    assert await status(scene) == "RESET_REQUIRED"


async def test_administrators_see_that_a_password_was_stolen_and_blocked(scene: Scene) -> None:
    await staged(scene, ENFORCED)
    with pytest.raises(PasswordCompromised):
        await scene.sign_in()

    listed = await scene.admin("AdminListUserAuthEvents", Username="ada")

    assert [event["EventRisk"] for event in listed["AuthEvents"]] == [
        {"RiskDecision": "Block", "CompromisedCredentialsDetected": True}
    ]


async def test_a_password_that_nobody_knows_is_put_down_as_such(scene: Scene) -> None:
    await staged(scene, ENFORCED)
    await scene.admin("AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=True)

    await scene.sign_in(password=OTHER_PASSWORD)

    event = await newest(scene)
    assert (event.response, found(event)) == ("Pass", [])
    assert event.risk is None or not event.risk.compromised
    assert scene.world.events["CompromisedCredentialRisk"] == 0


async def test_srp_brings_no_password_to_look_up(scene: Scene) -> None:
    asked = await staged(scene, ENFORCED)

    answer = await scene.srp()

    assert "AuthenticationResult" in answer
    assert asked.times == 0
    assert await status(scene) == "CONFIRMED"


async def test_a_wrong_password_is_not_looked_up(scene: Scene) -> None:
    asked = await staged(scene, ENFORCED)

    with pytest.raises(IncorrectLogin):
        await scene.sign_in(password=WRONG_PASSWORD)

    assert asked.times == 0


async def test_a_right_password_that_is_blocked_counts_as_no_wrong_try(scene: Scene) -> None:
    """Four wrong ones are counted; the fifth would lock."""
    await staged(scene, ENFORCED)
    for _ in range(4):
        with pytest.raises(IncorrectLogin):
            await scene.sign_in(password=WRONG_PASSWORD)
    with pytest.raises(PasswordCompromised):
        await scene.sign_in()

    await scene.admin("AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=True)
    with pytest.raises(IncorrectLogin):
        await scene.sign_in(password=WRONG_PASSWORD)
    with pytest.raises(LockedOut):
        await scene.sign_in(password=OTHER_PASSWORD)


@pytest.mark.parametrize(
    ("arrange", "refused"),
    [
        ("AdminDisableUser", "User is disabled."),
        ("AdminResetUserPassword", "Password reset required for the user"),
    ],
)
async def test_who_may_not_sign_in_anyway_is_told_that(scene: Scene, arrange: str, refused: str) -> None:
    asked = await staged(scene, ENFORCED)
    await scene.admin(arrange, Username="ada")

    with pytest.raises(ApiError) as error:
        await scene.sign_in()

    assert error.value.message == refused
    assert asked.times == 0


async def test_who_has_to_confirm_first_is_told_that_and_can(scene: Scene) -> None:
    await scene.set_up(ENFORCED, {}, {})
    await scene.signed_up()
    code = await scene.code()
    leaked(scene)

    with pytest.raises(ApiError, match="User is not confirmed"):
        await scene.sign_in("eve")
    await scene.public("ConfirmSignUp", Username="eve", ConfirmationCode=code)

    assert await status(scene, "eve") == "CONFIRMED"


async def test_a_temporary_password_that_is_stolen_is_followed_by_a_new_one_as_always(scene: Scene) -> None:
    await scene.set_up(ENFORCED, {}, {})
    await scene.invited()
    leaked(scene)

    begun = await scene.sign_in("kim")

    assert begun["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert "AuthenticationResult" in await scene.new_password(begun["Session"])


async def test_somebody_of_another_directory_comes_with_a_stolen_password_and_has_to_reset_it(
    scene: Scene,
) -> None:
    scene.world.functions["UserMigration"] = answering(
        userAttributes={"email": "nel@example.com", "email_verified": "true"}, finalUserStatus="CONFIRMED"
    )
    await staged(scene, {**ENFORCED, "LambdaConfig": scene.world.triggers()})

    with pytest.raises(PasswordCompromised):
        await scene.sign_in("nel")

    assert await status(scene, "nel") == "RESET_REQUIRED"


@pytest.mark.parametrize(
    ("kinds", "status_after"),
    [(("PASSWORD_CHANGE", "SIGN_UP"), "CONFIRMED"), (("SIGN_IN",), "RESET_REQUIRED")],
)
async def test_passwords_are_looked_up_at_the_events_of_the_filter_alone(
    scene: Scene, kinds: tuple[str, ...], status_after: str
) -> None:
    asked = await staged(scene, ENFORCED)
    await acted(scene, "BLOCK", *kinds)

    if "SIGN_IN" in kinds:
        with pytest.raises(PasswordCompromised):
            await scene.sign_in()
    else:
        await scene.sign_in()

    assert await status(scene) == status_after
    assert asked.times == ("SIGN_IN" in kinds)


async def asking(scene: Scene) -> Ctx:
    ctx = await context(scene.world.env, scene.pool)
    snapshot, client = await snapshots.of_client(scene.world.env, scene.client)
    return replace(ctx, snapshot=snapshot, app_client=client)


async def test_a_password_that_was_changed_while_it_was_compared_resets_nobody(scene: Scene) -> None:
    await staged(scene, ENFORCED)
    ctx = await asking(scene)
    user = who.known(await who.by_name(ctx, "ada"))
    sign_in = SignIn(
        scene.pool, scene.client, "f", "USER_PASSWORD_AUTH", "", "ada", user.sub, ("PASSWORD",), 0
    )
    await scene.admin("AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=True)

    with pytest.raises(IncorrectLogin):
        await compromised.check_proven(ctx, sign_in, user, PASSWORD)
    unchanged = await status(scene)
    current = who.known(await who.by_name(ctx, "ada"))
    with pytest.raises(PasswordCompromised):
        await compromised.check_proven(ctx, sign_in, current, PASSWORD)

    assert (unchanged, await status(scene)) == ("CONFIRMED", "RESET_REQUIRED")


async def test_a_server_without_any_list_knows_no_password(scene: Scene) -> None:
    await scene.set_up(ENFORCED, {}, {})
    scene.world.env = replace(scene.world.env, breaches=None)

    assert "AuthenticationResult" in await scene.sign_in()


async def test_what_was_found_is_known_to_the_requests_that_follow(scene: Scene) -> None:
    await staged(scene, AUDIT)
    await mfa.with_app(scene)
    await mfa.half_minutes(scene, 2)
    await mfa.asked(scene)

    await mfa.answer_app(scene, mfa.code(scene))

    event = await newest(scene)
    assert event.challenges == (("Password", "Success"), ("Mfa", "Success"))
    assert event.risk is not None
    assert event.risk.compromised
