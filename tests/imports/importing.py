"""Files to import, and the steps of an import at a real server: create, upload, start, wait."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import httpx2

ROLE = "arn:aws:iam::000000000000:role/logs"
ENCRYPTED = {"x-amz-server-side-encryption": "aws:kms"}
ENDED = {"Succeeded", "Failed", "Stopped", "Expired"}


def person(name: str, /, **cells: str) -> dict[str, str]:
    """The cells of somebody who can be imported."""
    usual = {
        "cognito:username": name,
        "cognito:mfa_enabled": "FALSE",
        "email": f"{name}@example.com",
        "email_verified": "TRUE",
    }
    return usual | {key.replace("__", ":"): text for key, text in cells.items()}


def file_of(header: list[str], people: Iterable[Mapping[str, str]]) -> bytes:
    """A file with these columns; commas in cells get their backslash."""
    lines = [",".join(header)]
    lines += [",".join(cells.get(name, "").replace(",", "\\,") for name in header) for cells in people]
    return ("\n".join(lines) + "\n").encode()


def created(idp: Any, pool_id: str, **members: Any) -> dict[str, Any]:
    made = idp.create_user_import_job(
        UserPoolId=pool_id, JobName="import", CloudWatchLogsRoleArn=ROLE, **members
    )
    return dict(made["UserImportJob"])


def put(url: str, content: bytes, **headers: str) -> httpx2.Response:
    return httpx2.put(url, content=content, headers=ENCRYPTED | headers, timeout=60)


def ended(idp: Any, job: Mapping[str, Any], seconds: float = 60.0) -> dict[str, Any]:
    """The job once it has ended."""
    deadline = time.monotonic() + seconds
    while True:
        found = idp.describe_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"])
        if found["UserImportJob"]["Status"] in ENDED:
            return dict(found["UserImportJob"])
        if time.monotonic() > deadline:
            raise AssertionError(f"The job did not end: {found['UserImportJob']}")
        time.sleep(0.1)


def imported(
    idp: Any, pool_id: str, people: Iterable[Mapping[str, str]], algorithm: str | None = None
) -> dict[str, Any]:
    """Import people; the job at its end."""
    header = idp.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
    if algorithm:
        header = [*header, "cognito:password_hash"]
    job = created(idp, pool_id, **({"PasswordHashingAlgorithm": algorithm} if algorithm else {}))
    answer = put(job["PreSignedUrl"], file_of(header, people))
    if answer.status_code != 200:
        raise AssertionError(f"The file was not taken: {answer.status_code} {answer.text}")
    idp.start_user_import_job(UserPoolId=pool_id, JobId=job["JobId"])
    return ended(idp, job)


def counts(job: Mapping[str, Any]) -> tuple[int, int, int]:
    """Imported, skipped, failed."""
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]
