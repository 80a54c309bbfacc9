"""`poolhouse rehearse` on a store of its own: what would change, in words and as JSON."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from poolhouse import app
from poolhouse.cli import poolhouse
from poolhouse.cli.options import settings_from
from poolhouse.context import Env
from poolhouse.directory.events import Event, Seen
from poolhouse.errors import SettingsError
from poolhouse.ports import DAY, SECOND, Tx
from poolhouse.store import events
from poolhouse.web import api, caller
from poolhouse.wire import operations

EVENT = Event(
    pool_id="",
    sub="5b5c",
    event_id="",
    attempt_id="",
    request_id="",
    kind="SignIn",
    response="Fail",
    at=0,
    operation="InitiateAuth",
    username="ada",
    rule="IncorrectLogin",
    error="NotAuthorizedException",
    challenges=(("Password", "Failure"),),
    seen=Seen("203.0.113.7"),
)


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pool in which somebody was wrong three times yesterday, then right, and wrong once long ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    return app.once(settings_from("tools", None, {}), filled)


async def filled(env: Env) -> str:
    import poolhouse.operations  # noqa: F401 - registers every operation

    signer = caller.administrator(env, "test", "us-east-1")

    async def call(name: str, **request: Any) -> Any:
        operation = operations.operations()[("cognito-idp", name)]
        return await api.Call(env, operation, signer, "r").run(request)

    watching = {"AdvancedSecurityMode": "AUDIT"}
    made = await call("CreateUserPool", PoolName="p", UserPoolAddOns=watching)
    pool_id = str(made["UserPool"]["Id"])
    ranges = {"BlockedIPRangeList": ["203.0.113.0/24"]}
    await call("SetRiskConfiguration", UserPoolId=pool_id, RiskExceptionConfiguration=ranges)
    yesterday = env.clock.now() - DAY
    kept = [_event(pool_id, number, yesterday + number * SECOND) for number in range(3)]
    kept.append(_event(pool_id, 3, yesterday + 3 * SECOND, right=True))
    kept.append(_event(pool_id, 4, yesterday - 100 * DAY))

    async def write(tx: Tx) -> None:
        for event in kept:
            await events.add(tx, event)

    await env.db.run(write)
    return pool_id


def _event(pool_id: str, number: int, at: int, *, right: bool = False) -> Event:
    name = str(number)
    event = replace(EVENT, pool_id=pool_id, event_id=name, attempt_id=name, request_id=f"r-{name}", at=at)
    if not right:
        return event
    return replace(event, response="Pass", rule="done", error="", challenges=(("Password", "Success"),))


def rehearsed(pool: str, policy: Any, *options: str) -> list[str]:
    Path("policy.json").write_text(policy if isinstance(policy, str) else json.dumps(policy))
    arguments = ["rehearse", "--pool", pool, "--policy", "policy.json", *options]
    result = CliRunner().invoke(poolhouse, arguments)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    assert result.exception is None, result.exception
    return result.stdout.splitlines()


def test_what_would_change_is_counted_and_named(pool: str) -> None:
    lines = rehearsed(pool, {"lockout": {"free_tries": 2}})

    assert lines[0] == f"4 attempts of 1 names in 30 days, user pool {pool}"
    assert [line.split() for line in lines[1:5]] == [
        ["happened", "would", "have"],
        ["let", "in", "1", "0"],
        ["refused", "while", "locked", "0", "1"],
        ["refused", "for", "other", "reasons", "3", "3"],
    ]
    assert lines[5] == "1 would have ended otherwise:"
    assert lines[6].endswith("ada: let in -> refused while locked; request r-3")


def test_what_the_file_leaves_out_is_as_the_pool_has_it(pool: str) -> None:
    no_action = {"AccountTakeoverRiskConfiguration": {"Actions": {}}}
    no_ranges = {"RiskExceptionConfiguration": {"BlockedIPRangeList": []}}

    blocked = rehearsed(pool, {"mode": "ENFORCED", "risk": no_action})
    free = rehearsed(pool, {"mode": "ENFORCED", "risk": no_action | no_ranges})

    assert "blocked for its risk" in "".join(blocked)
    assert free[-1] == "0 would have ended otherwise."


def test_a_policy_that_changes_nothing_says_so(pool: str) -> None:
    assert rehearsed(pool, {})[-1] == "0 would have ended otherwise."


def test_programs_get_a_line_for_each_change(pool: str) -> None:
    (line,) = rehearsed(pool, {"lockout": {"free_tries": 2}}, "--json")

    assert json.loads(line)["would"] == "refused while locked"
    assert json.loads(line)["request_id"] == "r-3"


def test_more_days_have_more_attempts(pool: str) -> None:
    assert rehearsed(pool, {}, "--days", "200")[0].startswith("5 attempts")


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("{", "it must be JSON"),
        ({"lock": 3}, "it must be JSON as docs/events.md shows it; .*unknown field `lock`"),
        ({"lockout": {"free_tries": 0}}, "free_tries"),
        ({"thresholds": {"low": 90}}, "0 < low < medium < high"),
        ({"points": {"old-device": 3}}, "knows no old-device"),
        (
            {
                "risk": {
                    "AccountTakeoverRiskConfiguration": {
                        "Actions": {"LowAction": {"EventAction": "SHOUT", "Notify": False}}
                    }
                }
            },
            "enum value set",
        ),
        ({"risk": {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["home"]}}}, "home"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_a_sentence(pool: str, policy: Any, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        rehearsed(pool, policy)


def test_a_pool_that_is_not_there_is_refused(pool: str) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        rehearsed("us-east-1_Nobodys00", {})
