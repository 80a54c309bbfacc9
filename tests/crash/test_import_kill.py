"""Kill -9 in the middle of a user import: it goes on where it was, with no line twice or left out."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.imports.importing import counts, created, ended, file_of, person, put
from tests.postgres_server import PostgresServer, postgres_server
from tests.server import dev_server, run_poolhouse

__all__ = ["postgres_server"]

_PEOPLE = 4_000
_EVERY = {"failed": 10, "skipped": 7}  # one line of so many fails, or names somebody again


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings that choose the store."""
    if request.param == "sqlite":
        yield {}
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield {"POOLHOUSE_DATABASE_URL": url}
    server.drop_database(url)


def people() -> list[dict[str, str]]:
    found = []
    for number in range(_PEOPLE):
        name = "person0" if number and number % _EVERY["skipped"] == 0 else f"person{number}"
        verified = "FALSE" if number % _EVERY["failed"] == 5 else "TRUE"
        found.append(person(name, email_verified=verified))
    return found


def expected(given: list[dict[str, str]]) -> tuple[set[str], dict[int, str]]:
    """The names of those who must be there, and the outcome of each line."""
    names: set[str] = set()
    outcomes = {}
    for line, cells in enumerate(given, start=2):
        name = cells["cognito:username"]
        if cells["email_verified"] == "FALSE":
            outcomes[line] = "FAILED"
        else:
            outcomes[line] = "SKIPPED" if name in names else "SUCCEEDED"
            names.add(name)
    return names, outcomes


def wait_until_it_is_half_done(idp: Any, job: Mapping[str, Any]) -> int:
    """How many were imported when it was looked at last."""
    deadline = time.monotonic() + 30
    while True:
        found = idp.describe_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"])
        done = int(found["UserImportJob"]["ImportedUsers"])
        if done > _PEOPLE // 4:
            return done
        if time.monotonic() > deadline:
            raise AssertionError(f"The import does not go on: {found['UserImportJob']}")


def names_in(idp: Any, pool_id: str) -> Counter[str]:
    pages = idp.get_paginator("list_users").paginate(UserPoolId=pool_id)
    return Counter(user["Username"] for page in pages for user in page["Users"])


def logged(folder: Path, job: Mapping[str, Any], store: dict[str, str]) -> dict[int, str]:
    """The outcome of each line, as `poolhouse import-log` shows it; no line may be there twice."""
    arguments = ["import-log", "--pool", job["UserPoolId"], "--job", job["JobId"], "--csv"]
    shown = run_poolhouse(*arguments, "--data", str(folder / "data"), folder=folder, **store).stdout
    lines = [line.split(",") for line in shown.splitlines() if line[:1].isdigit()]
    found = {int(number): outcome for number, outcome, _ in lines}
    assert len(found) == len(lines)
    return found


def test_an_import_that_was_killed_goes_on_where_it_was(tmp_path: Path, store: dict[str, str]) -> None:
    given = people()
    names, outcomes = expected(given)
    with dev_server(tmp_path, "--no-demo", **store) as server:
        idp = server.boto3("cognito-idp")
        made = idp.create_user_pool(PoolName="crash", AutoVerifiedAttributes=["email"])
        pool_id = made["UserPool"]["Id"]
        job = created(idp, pool_id)
        header = idp.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
        assert put(job["PreSignedUrl"], file_of(header, given)).status_code == 200
        idp.start_user_import_job(UserPoolId=pool_id, JobId=job["JobId"])
        before = wait_until_it_is_half_done(idp, job)
        server.kill()

    with dev_server(tmp_path, "--no-demo", **store) as server:
        idp = server.boto3("cognito-idp")
        on_restart = idp.describe_user_import_job(UserPoolId=pool_id, JobId=job["JobId"])["UserImportJob"]
        at_the_end = ended(idp, job, seconds=60)
        found = names_in(idp, pool_id)
        described = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    log = logged(tmp_path, job, store)

    assert (on_restart["Status"], on_restart["ImportedUsers"] >= before) == ("InProgress", True)
    totals = Counter(outcomes.values())
    assert at_the_end["Status"] == "Succeeded"
    assert counts(at_the_end) == (totals["SUCCEEDED"], totals["SKIPPED"], totals["FAILED"])
    assert found == Counter(names)
    assert described["EstimatedNumberOfUsers"] == len(names)
    assert log == outcomes
