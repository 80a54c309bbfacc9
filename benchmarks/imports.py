"""Importing users from a file in which each has a bcrypt hash: rows a second, and CPU time a row."""

import asyncio
import time
from collections.abc import Callable

import httpx2

from benchmarks.client import Connection

_HASH = "$2b$10$" + "." * 53  # of no password: an import compares nothing
_ROLE = "arn:aws:iam::000000000000:role/logs"
_POLLS = 0.1  # seconds between two looks whether the job has ended


async def import_rows(
    connection: Connection, cpu_seconds: Callable[[], float], rows: int
) -> dict[str, float]:
    """From the start of the job to its end; the upload is not in the figures."""
    pool_id, job_id = await _job_with_file(connection, rows)
    job = {"UserPoolId": pool_id, "JobId": job_id}
    busy, began = cpu_seconds(), time.monotonic()
    await connection.call("StartUserImportJob", job, signed=True)
    while True:
        await asyncio.sleep(_POLLS)
        answer = await connection.call("DescribeUserImportJob", job, signed=True)
        found = answer["UserImportJob"]
        if found["Status"] not in ("Pending", "InProgress"):
            break
    wall, busy = time.monotonic() - began, cpu_seconds() - busy
    if found["ImportedUsers"] != rows:
        raise AssertionError(f"{found['ImportedUsers']} of {rows} rows were imported")
    each = wall / rows * 1e3
    return {"rate_per_s": rows / wall, "cpu_us": busy / rows * 1e6, "p50_ms": each, "p99_ms": each}


async def _job_with_file(connection: Connection, rows: int) -> tuple[str, str]:
    pool = {"PoolName": "imports", "AutoVerifiedAttributes": ["email"]}
    made = await connection.call("CreateUserPool", pool, signed=True)
    pool_id = made["UserPool"]["Id"]
    request = {
        "UserPoolId": pool_id,
        "JobName": "bench",
        "CloudWatchLogsRoleArn": _ROLE,
        "PasswordHashingAlgorithm": "BCRYPT",
    }
    job = (await connection.call("CreateUserImportJob", request, signed=True))["UserImportJob"]
    listed = await connection.call("GetCSVHeader", {"UserPoolId": pool_id}, signed=True)
    content = _file([*listed["CSVHeader"], "cognito:password_hash"], rows)
    answer = await asyncio.to_thread(httpx2.put, job["PreSignedUrl"], content=content, timeout=120)
    answer.raise_for_status()
    return pool_id, job["JobId"]


def _file(header: list[str], rows: int) -> bytes:
    lines = [",".join(header)]
    for number in range(rows):
        cells = {
            "cognito:username": f"imported{number:07}",
            "cognito:mfa_enabled": "FALSE",
            "cognito:password_hash": _HASH,
            "email": f"imported{number:07}@example.com",
            "email_verified": "TRUE",
            "name": f"Person {number}",
        }
        lines.append(",".join(cells.get(column, "") for column in header))
    return "\n".join(lines).encode()
