"""Real processes of `poolhouse dev` and `poolhouse serve`: start, stop, and what refuses a start."""

import json
import os
import signal
import socket
import stat
import time
from pathlib import Path

import httpx2
import psutil
import pytest
from botocore.exceptions import ClientError

from tests.risk.breaches.made import file_of
from tests.server import MASTER_KEY, Server, dev_server, run_poolhouse, serve_server

SERVE = {"POOLHOUSE_MASTER_KEY": MASTER_KEY, "POOLHOUSE_PUBLIC_URL": "https://id.example.com"}
FREE = {"POOLHOUSE_PORT": "0", "POOLHOUSE_METRICS_PORT": "0"}


def get(server: Server, path: str) -> httpx2.Response:
    return httpx2.get(server.endpoint + path, timeout=5)


def ended(server: Server, number: int) -> int:
    server.process.send_signal(number)
    return server.process.wait(15)


def workers_of(server: Server) -> list[int]:
    return [child.pid for child in psutil.Process(server.process.pid).children()]


def eventually(holds: object, seconds: float = 10) -> bool:
    """Whether it holds within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_dev_starts_says_so_and_a_second_start_finds_everything_again(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with dev_server(tmp_path) as first:
        told = json.loads(ready.read_text())
        assert set(told) == {
            "endpoint",
            "region",
            "access_key_id",
            "secret_access_key",
            "user_pool_id",
            "client_id",
            "username",
            "password",
            "pid",
        }
        assert stat.S_IMODE(ready.stat().st_mode) == 0o600
        assert get(first, "/health/ready").status_code == 200
        assert ended(first, signal.SIGINT) == 0
    assert not ready.exists()
    assert "Traceback" not in first.printed()
    for shown in ("endpoint", "region", "access_key_id", "user_pool_id", "client_id", "username", "password"):
        assert told[shown] in first.printed()
    assert first.printed().partition("is running")[0].count("migrations applied") == 1

    with dev_server(tmp_path) as second:
        found = (second.user_pool_id, second.client_id, second.username, second.password)
        assert found == (first.user_pool_id, first.client_id, first.username, first.password)
        assert second.secret_access_key == first.secret_access_key
        signed_in = second.boto3("cognito-idp").initiate_auth(
            ClientId=second.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": second.username, "PASSWORD": second.password},
        )
        assert signed_in["AuthenticationResult"]["IdToken"]
        assert ended(second, signal.SIGTERM) == 0
    assert second.printed().count("migrations applied") == 1  # both starts print to one file


def test_dev_without_a_demo_has_an_access_key_only(tmp_path: Path) -> None:
    with dev_server(tmp_path, "--no-demo") as server:
        assert json.loads((tmp_path / "ready.json").read_text())["user_pool_id"] is None
        assert server.boto3("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
        assert "boto3" not in server.printed()


def test_dev_checks_signatures_when_it_is_told_to(tmp_path: Path) -> None:
    with dev_server(tmp_path, "--sigv4", "verify") as server:
        assert server.secret_access_key in server.printed()
        assert len(server.boto3("cognito-idp").list_user_pools(MaxResults=5)["UserPools"]) == 1
        stranger = server.boto3("cognito-idp", aws_secret_access_key="wrong")
        with pytest.raises(ClientError, match="signature we calculated does not match"):
            stranger.list_user_pools(MaxResults=5)


def test_dev_makes_another_demo_pool_when_the_first_was_deleted(tmp_path: Path) -> None:
    with dev_server(tmp_path) as first:
        first.boto3("cognito-idp").delete_user_pool(UserPoolId=first.user_pool_id)
    with dev_server(tmp_path) as second:
        assert second.user_pool_id != first.user_pool_id


def test_what_the_data_folder_holds_is_for_its_owner_only(tmp_path: Path) -> None:
    with dev_server(tmp_path):
        files = list((tmp_path / "data").iterdir())
        assert {"poolhouse.db", "master.key", "demo.json", "lock"} <= {file.name for file in files}
        assert [file.name for file in files if stat.S_IMODE(file.stat().st_mode) != 0o600] == []
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_second_server_on_the_same_folder_or_port_is_refused_and_elsewhere_is_not(tmp_path: Path) -> None:
    with dev_server(tmp_path, "--no-demo") as server:
        port = server.endpoint.rpartition(":")[2]
        folder = run_poolhouse("dev", "--port", "0", "--data", str(tmp_path / "data"), folder=tmp_path)
        busy = run_poolhouse("dev", "--port", port, "--data", str(tmp_path / "other"), folder=tmp_path)
        with dev_server(tmp_path / "third", "--no-demo") as third:
            assert get(third, "/health/live").status_code == 200

    assert (folder.returncode, folder.stdout) == (1, "")
    assert folder.stderr == (
        f"poolhouse: The data folder {tmp_path / 'data'} is held by another Poolhouse (process "
        f"{server.process.pid}): stop that one, or choose another folder with --data.\n"
    )
    assert (busy.returncode, busy.stdout) == (1, "")
    assert busy.stderr == (
        f"poolhouse: Port {port} on 127.0.0.1 is in use: stop the program that listens there, or choose "
        "another port.\n"
    )


def test_a_killed_server_leaves_nothing_that_keeps_the_next_from_starting(tmp_path: Path) -> None:
    with dev_server(tmp_path) as first:
        first.kill()
    with dev_server(tmp_path) as second:
        assert second.user_pool_id == first.user_pool_id


def test_dev_shows_its_metrics_on_the_port_of_the_api(tmp_path: Path) -> None:
    with dev_server(tmp_path) as server:
        server.boto3("cognito-idp").describe_user_pool(UserPoolId=server.user_pool_id)
        counted = 'poolhouse_request_seconds_count{operation="DescribeUserPool"} 1.0'
        assert counted in get(server, "/metrics").text
        assert get(server, "/health/live").json() == {"status": "live"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"POOLHOUSE_PUBLIC_URL": "http://id.example.com"}, "`public_url` must begin with https://"),
        (
            {"POOLHOUSE_QUOTA_RATES": "SignIn=5"},
            "`quota_rates` names SignIn, which is none of the categories",
        ),
        ({"POOLHOUSE_FIXED_CODE": "123456"}, "`fixed_code` is for development only"),
        (
            {"POOLHOUSE_BREACHES_FILE": "none.bin"},
            "The file none.bin cannot be read (No such file or directory): make it anew, or name another.",
        ),
        ({"POOLHOUSE_SIGV4": "any"}, "`sigv4 = any` is for development only"),
        ({"POOLHOUSE_MASTER_KEY": "AAAA"}, "`master_key` must be 32 bytes in base64"),
        ({"POOLHOUSE_QUOTA_RATES": "UserCreation=5"}, "There is no access key"),
        ({}, "There is no access key, so nobody could administer: run `poolhouse keys create` first."),
        ({"POOLHOUSE_MIGRATE_AT_START": "off"}, "`migrate_at_start` is off: run `poolhouse migrate`."),
        ({"POOLHOUSE_DATABASE_URL": "postgresql://127.0.0.1:x/y"}, "The database URL is not valid"),
    ],
)
def test_serve_does_not_start_and_says_why_in_one_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    ended = run_poolhouse("serve", folder=tmp_path, **(SERVE | FREE | changes))

    assert ended.returncode == 1
    assert ended.stderr.startswith("poolhouse: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_serve_needs_a_master_key_and_a_public_url(tmp_path: Path) -> None:
    without_key = run_poolhouse(
        "serve", folder=tmp_path, **FREE, POOLHOUSE_PUBLIC_URL="https://id.example.com"
    )
    without_url = run_poolhouse("serve", folder=tmp_path, **FREE, POOLHOUSE_MASTER_KEY=MASTER_KEY)

    assert (without_key.returncode, without_url.returncode) == (1, 1)
    assert "There is no master key: set POOLHOUSE_MASTER_KEY" in without_key.stderr
    assert "`public_url` is not set" in without_url.stderr
    assert not (tmp_path / ".poolhouse").exists()


def test_serve_refuses_a_busy_port_a_held_folder_and_another_master_key(tmp_path: Path) -> None:
    with serve_server(tmp_path) as server:
        again = SERVE | FREE | {"POOLHOUSE_DATA": str(tmp_path / "data")}
        held = run_poolhouse("serve", folder=tmp_path, **again)
        elsewhere = again | {"POOLHOUSE_DATA": str(tmp_path / "b"), "POOLHOUSE_PORT": server.endpoint[-5:]}
        busy = run_poolhouse("serve", folder=tmp_path, **elsewhere)
    stranger = again | {"POOLHOUSE_MASTER_KEY": "A" * 43 + "="}
    other_key = run_poolhouse("serve", folder=tmp_path, **stranger)

    assert f"is held by another Poolhouse (process {server.process.pid})" in held.stderr
    assert "is in use: stop the program that listens there" in busy.stderr
    assert "which is not configured: set it as the master key, or as a previous one." in other_key.stderr


def test_serve_keeps_its_workers_and_shows_the_metrics_of_all(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        metrics_port = held.getsockname()[1]
    with serve_server(tmp_path, "--metrics-port", str(metrics_port), workers=2) as server:
        assert eventually(lambda: '"event":"serving"' in server.printed())
        before = workers_of(server)
        assert len(before) == 2

        os.kill(before[0], signal.SIGKILL)

        assert eventually(lambda: len(set(workers_of(server)) - {before[0]}) == 2)
        assert eventually(lambda: "a worker died and is started again" in server.printed())
        for _ in range(10):
            server.boto3("cognito-idp").list_user_pools(MaxResults=5)
        counted = 'poolhouse_request_seconds_count{operation="ListUserPools"} 10.0'
        metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        assert eventually(lambda: counted in httpx2.get(metrics, timeout=5).text)
        of_category = 'poolhouse_call_count_total{category="UserPoolRead"} 10.0'
        assert of_category in httpx2.get(metrics, timeout=5).text
        assert get(server, "/metrics").status_code == 404
        assert httpx2.get(f"http://127.0.0.1:{metrics_port}/health/live", timeout=5).status_code == 404
        after = workers_of(server)
        assert ended(server, signal.SIGTERM) == 0
        assert [pid for pid in [*before, *after] if psutil.pid_exists(pid)] == []


def test_no_worker_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    with serve_server(tmp_path, workers=2) as server:
        workers = workers_of(server)
        server.kill()

        assert eventually(lambda: not any(psutil.pid_exists(pid) for pid in workers))


def test_a_file_of_known_passwords_is_replaced_while_the_server_runs_and_a_damaged_one_takes_no_place(
    tmp_path: Path,
) -> None:
    file = tmp_path / "breaches.bin"
    file.write_bytes(file_of("An0ther-P2$Sword"))
    with dev_server(tmp_path, POOLHOUSE_BREACHES_FILE=str(file)) as server:
        idp = server.boto3("cognito-idp")
        addons = {"AdvancedSecurityMode": "ENFORCED"}
        pool = idp.create_user_pool(PoolName="safe", UserPoolAddOns=addons)["UserPool"]["Id"]
        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]

        def refused(password: str) -> bool:
            """Is the password known? The user is made when it is not, and then exists."""
            try:
                idp.sign_up(ClientId=client, Username="ada", Password=password)
            except idp.exceptions.InvalidPasswordException:
                return True
            except idp.exceptions.UsernameExistsException:
                return False
            return False

        before = refused("An0ther-P2$Sword"), refused("P2$Sword")
        put(file, file_of("P2$Sword"))
        found = eventually(lambda: refused("P2$Sword"))
        after = refused("An0ther-P2$Sword")
        put(file, b"PHBREACH, or what is left of it")
        warned = eventually(lambda: refused("P2$Sword") and "one of no use" in server.printed())

    assert (before, found, after, warned) == ((True, False), True, False, True)


def put(path: Path, content: bytes) -> None:
    """Another file in its place, at once."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)


def test_no_secret_is_on_a_command_line_or_in_the_log(tmp_path: Path) -> None:
    with serve_server(tmp_path, workers=1) as server:
        processes = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children()]
        lines = [" ".join(process.cmdline()) for process in processes]
        assert server.boto3("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
    printed = server.printed()

    assert len(lines) == 2
    assert not any(MASTER_KEY in text or server.secret_access_key in text for text in [*lines, printed])
    line = next(json.loads(line) for line in printed.splitlines() if '"request"' in line)
    assert (line["operation"], line["outcome"], line["pool"]) == ("ListUserPools", "ok", "")
    assert {"request_id", "milliseconds", "timestamp", "level"} <= set(line)
