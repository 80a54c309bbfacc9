"""`poolhouse keys`, `migrate` and `doctor` on stores of their own."""

import base64
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from poolhouse.cli import poolhouse
from poolhouse.crypto import revocation_feed
from poolhouse.errors import SettingsError

KEY, NEWER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
READER = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "cognito-idp:ListUsers", "Resource": "*"}],
}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a master key of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", KEY)


def run(*arguments: str, given: str | None = None) -> Result:
    """Run a command; what it refuses is raised as it is inside `main`."""
    result = CliRunner().invoke(poolhouse, list(arguments), input=given)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result


def created(*arguments: str, given: str | None = None) -> tuple[str, str]:
    lines = run("keys", "create", *arguments, given=given).stdout.splitlines()
    assert [line.partition("  ")[0] for line in lines] == ["Access key id", "Secret access key", "May do"]
    return lines[0].split()[-1], lines[1].split()[-1]


def checks() -> dict[str, str]:
    """What doctor says: a line's subject, and "ok" or "FAIL"."""
    lines = run("doctor", "--port", "1").output.splitlines()
    return {line[6:16].strip(): line[:4].strip() for line in lines}


def test_a_key_is_created_shown_once_listed_and_revoked() -> None:
    key, secret = created("--name", "ops")
    listed = run("keys", "list").output

    assert len(secret) == 40
    assert f"{key}  active    ops" in listed
    assert secret not in listed
    assert run("keys", "revoke", key).output == f"{key} is revoked.\n"
    assert f"{key}  revoked   ops" in run("keys", "list").output
    with pytest.raises(SettingsError, match="is not an active access key"):
        run("keys", "revoke", key)


def test_a_key_may_have_a_policy_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(READER))

    created("--name", "a", "--policy", "policy.json")
    created("--name", "b", "--policy", "-", given=json.dumps(READER))

    assert run("keys", "list").output.count("cognito-idp:ListUsers") == 2


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ("{", "is not JSON: .* Correct the policy."),
        ("[]", "must be a JSON object. Correct the policy."),
        ('{"Statement": [], "Statement": []}', "the member Statement twice .* Correct the policy."),
        ("[" * 65_537, "is larger than 65536 bytes"),
        ("{}", "Correct the policy."),
        ('{"Statement": [{"Effect": "Maybe", "Action": "*", "Resource": "*"}]}', "Correct the policy."),
    ],
)
def test_what_is_no_policy_is_refused_and_makes_no_key(policy: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        run("keys", "create", "--policy", "-", given=policy)
    with pytest.raises(SettingsError, match="cannot be read"):
        run("keys", "create", "--policy", "missing.json")

    assert "There are no access keys" in run("keys", "list").output


def test_a_store_without_its_master_key_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    created()
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", NEWER)
    with pytest.raises(SettingsError, match="which is not configured"):
        run("keys", "create")
    monkeypatch.delenv("POOLHOUSE_MASTER_KEY")
    with pytest.raises(SettingsError, match="There is no master key"):
        run("keys", "create")


def test_the_master_key_is_rotated_and_the_old_one_can_go(monkeypatch: pytest.MonkeyPatch) -> None:
    created("--name", "before")
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", NEWER)
    monkeypatch.setenv("POOLHOUSE_PREVIOUS_MASTER_KEYS", KEY)

    assert run("keys", "rotate-master").output == "1 data keys were wrapped anew.\n"
    assert run("keys", "rotate-master").output == "0 data keys were wrapped anew.\n"

    monkeypatch.delenv("POOLHOUSE_PREVIOUS_MASTER_KEYS")
    created("--name", "after")
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", KEY)
    with pytest.raises(SettingsError, match="which is not configured"):
        created()


def test_signing_keys_of_an_unknown_pool_are_not_rotated() -> None:
    with pytest.raises(SettingsError, match=r"us-east-1_Nothing00 does not exist\. Correct --pool\."):
        run("keys", "rotate-signing", "--pool", "us-east-1_Nothing00")


def test_signing_keys_are_of_a_pool_or_of_the_identity_pools() -> None:
    for options in ((), ("--identity-pools", "--pool", "us-east-1_Nothing00")):
        with pytest.raises(SettingsError, match=r"Give either --pool or --identity-pools\."):
            run("keys", "rotate-signing", *options)

    first, second = (
        run("keys", "rotate-signing", "--identity-pools").output.splitlines()[-1] for _ in range(2)
    )

    assert first.startswith("New key ")
    assert second != first


def test_the_key_of_a_feed_is_printed_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="set revocation_feed_keys to a list of one key first"):
        run("keys", "feed", "--pool", "us-east-1_Ab3dEf6hI")

    monkeypatch.setenv("POOLHOUSE_REVOCATION_FEED_KEYS", f"{NEWER},{KEY}")
    shown = run("keys", "feed", "--pool", "us-east-1_Ab3dEf6hI").output

    assert shown == revocation_feed.pool_key(NEWER, "us-east-1_Ab3dEf6hI") + "\n"


def test_migrate_applies_what_is_missing_once() -> None:
    assert "applied 0001_first" in run("migrate").output
    assert run("migrate").output == "The store is up to date.\n"


def test_doctor_finds_all_well_in_a_store_that_is() -> None:
    created()

    found = run("doctor", "--port", "1")

    assert found.exit_code == 0
    assert set(checks()) == {
        "store",
        "schema",
        "order",
        "master key",
        "access key",
        "clock",
        "brands",
        "passwords",
        "logs",
        "port",
    }
    assert set(checks().values()) == {"ok"}


def test_doctor_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("doctor", "--port", "1").exit_code == 1
    assert checks() == {"store": "FAIL", "passwords": "ok", "port": "ok"}
    run("migrate")
    assert checks()["access key"] == "FAIL"
    created()
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", NEWER)
    assert {what for what, says in checks().items() if says == "FAIL"} == {"master key"}
    monkeypatch.delenv("POOLHOUSE_MASTER_KEY")
    assert checks() == {"master key": "FAIL", "passwords": "ok", "port": "ok"}


def test_doctor_changes_nothing(tmp_path: Path) -> None:
    run("doctor", "--port", "1")

    assert list(tmp_path.iterdir()) == []


def test_doctor_tells_a_stranger_on_the_port_from_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = run("doctor", "--port", str(stranger.getsockname()[1]))
    free = run("doctor", "--port", "1")

    assert "is used by another program" in taken.output
    assert "is answered by nobody" in free.output
