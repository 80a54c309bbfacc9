"""`poolhouse roles` and `managed-policies` on a store of their own."""

import base64
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.account import allowing, trusting

from poolhouse.cli import poolhouse
from poolhouse.directory import verifier_bundle
from poolhouse.errors import SettingsError

ARN = "arn:aws:iam::000000000000:role/app"
TRUST = trusting({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a master key of the test's own, and two documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    Path("trust.json").write_text(json.dumps(TRUST))
    Path("look.json").write_text(json.dumps(allowing("s3:GetObject")))
    run("migrate")


def run(*arguments: str, given: str | None = None) -> Result:
    """Run a command; what it refuses is raised as it is inside `main`."""
    result = CliRunner().invoke(poolhouse, list(arguments), input=given)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def create(*more: str) -> str:
    return run("roles", "create", "app", "--trust", "trust.json", *more).stdout


def test_a_role_is_made_shown_listed_and_deleted() -> None:
    made = create("--policy", "look=look.json", "--max-session", "7200", "--tag", "team=red")
    shown = json.loads(run("roles", "show", "APP").stdout)
    listed = run("roles", "list").stdout

    assert made == f"{ARN}\n"
    assert (shown["arn"], shown["max_session_seconds"], shown["tags"]) == (ARN, 7_200, {"team": "red"})
    assert (shown["trust"], shown["policies"]) == (TRUST, {"look": allowing("s3:GetObject")})
    assert listed == f"{ARN}  {shown['role_id']}  7200 s\n"
    assert run("roles", "delete", "app").stdout == "app is deleted.\n"
    assert "There are no roles" in run("roles", "list").stdout


def test_a_role_is_changed_only_where_that_is_meant() -> None:
    create()
    before = json.loads(run("roles", "show", "app").stdout)["role_id"]

    with pytest.raises(SettingsError, match="change it with --replace"):
        create("--max-session", "7200")
    create("--max-session", "7200", "--replace")

    after = json.loads(run("roles", "show", "app").stdout)
    assert (after["role_id"], after["max_session_seconds"]) == (before, 7_200)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--policy", "look.json"], "takes NAME=VALUE"),
        (["--policy", "a=look.json", "--policy", "a=look.json"], "the same name twice"),
        (["--policy", "a=missing.json"], "cannot be read"),
        (["--policy", "a=trust.json"], "Correct the role"),
        (["--managed", "arn:aws:iam::000000000000:policy/none"], "There is no managed policy"),
        (["--max-session", "60"], "Correct the role"),
        (["--path", "nowhere"], "Correct the role"),
        (["--tag", "aws:x=1"], "Correct the role"),
    ],
)
def test_what_is_no_role_is_refused_in_a_sentence_and_not_made(arguments: list[str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        create(*arguments)

    assert "There are no roles" in run("roles", "list").stdout
    assert create()


@pytest.mark.parametrize("command", ["show", "delete", "revoke-sessions"])
def test_a_role_that_is_not_there_is_told(command: str) -> None:
    create()

    with pytest.raises(SettingsError, match="There is no role nobodys"):
        run("roles", command, "nobodys")
    assert run("roles", command, "app")


def test_sessions_of_a_role_and_of_one_identity_are_revoked() -> None:
    create()

    of_one = run("roles", "revoke-sessions", "app", "--identity", "us-east-1:ada").stdout
    of_all = run("roles", "revoke-sessions", "app").stdout

    assert of_one == "The sessions of us-east-1:ada that began until now are over.\n"
    assert of_all == "The sessions of app that began until now are over.\n"
    bundle = verifier_bundle.read(run("roles", "export-verifier", "--public-only").stdout.encode())
    assert bundle.roles[ARN].revoked_before > 0
    assert [kind for kind, _ in bundle.revoked] == ["identity of role"]


def test_a_verifier_is_written_for_its_owner_alone_with_a_warning() -> None:
    create("--policy", "look=look.json")

    whole = run("roles", "export-verifier", "--output", "verifier.json")
    public = run("roles", "export-verifier", "--public-only")

    assert "Keep this secret" in whole.stderr
    assert "Keep this secret" not in public.stderr
    file = Path("verifier.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret, shown = verifier_bundle.read(file.read_bytes()), verifier_bundle.read(public.stdout.encode())
    assert [key.verifier is None for key in secret.keys.values()] == [False]
    assert [key.verifier is None for key in shown.keys.values()] == [True]
    assert secret.roles.keys() == {ARN}


def test_a_new_generation_of_keys_is_in_the_verifier_before_it_signs() -> None:
    create()
    before = verifier_bundle.read(run("roles", "export-verifier").stdout.encode())

    said = run("keys", "rotate-credentials", "--after", "3600").stdout

    after = verifier_bundle.read(run("roles", "export-verifier").stdout.encode())
    (new,) = after.keys.keys() - before.keys.keys()
    assert said == f"New key {new}, which signs in 3600 seconds.\n"
    assert before.keys.items() <= after.keys.items()


def test_a_managed_policy_is_made_given_to_a_role_and_deleted_after_it() -> None:
    arn = run("managed-policies", "create", "look", "--policy", "look.json").stdout.strip()
    create("--managed", arn)

    assert arn == "arn:aws:iam::000000000000:policy/look"
    assert run("managed-policies", "list").stdout.startswith(f"{arn}  {{")
    with pytest.raises(SettingsError, match="has the policy look"):
        run("managed-policies", "delete", "look")
    run("roles", "delete", "app")
    assert run("managed-policies", "delete", "look").stdout == "look is deleted.\n"
    with pytest.raises(SettingsError, match="There is no managed policy look"):
        run("managed-policies", "delete", "look")
    assert "There are no managed policies" in run("managed-policies", "list").stdout


def test_a_managed_policy_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="Correct the policy"):
        run("managed-policies", "create", "look", "--policy", "trust.json")
    assert run("managed-policies", "create", "look", "--policy", "-", given=json.dumps(allowing("s3:*")))
