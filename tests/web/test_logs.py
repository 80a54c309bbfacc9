"""What a line of the log looks like."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from poolhouse.web import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the logs of other tests as they were."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logs._log = structlog.get_logger()


def test_a_request_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "info")
    logs.request("r-1", "SignUp", "us-east-1_a", "UsernameExistsException", 12.3456, 400)

    line = json.loads(capsys.readouterr().out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": "r-1",
        "operation": "SignUp",
        "pool": "us-east-1_a",
        "outcome": "UsernameExistsException",
        "milliseconds": 12.35,
        "status": 400,
    }


def test_a_request_is_one_readable_line_in_development(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("readable", "info")
    logs.request("r-1", "SignUp", "us-east-1_a", "ok", 1.5, 200)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "operation=SignUp" in printed.err


def logged(log_format: Literal["json", "readable"], error: Exception) -> None:
    """An error, raised where a secret is at hand and blamed on another one that says it."""
    logs.configure(log_format, "info")
    password = "geheim"
    try:
        try:
            {}[password]
        except KeyError as cause:
            raise error from cause
    except Exception as caught:  # noqa: BLE001 - whatever it is
        logs.fault("r-1", "SignUp", caught)


def test_a_fault_has_its_trace_but_not_the_values_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    logged("json", ValueError("invalid literal: 'geheim'"))

    line = json.loads(capsys.readouterr().out)
    assert line["exception"].endswith("ValueError")
    assert "KeyError" in line["exception"]
    assert "raise error from cause" in line["exception"]
    assert "geheim" not in json.dumps(line)


def test_a_readable_fault_has_no_values_in_it_either(capsys: pytest.CaptureFixture[str]) -> None:
    logged("readable", ValueError("invalid literal: 'geheim'"))

    printed = capsys.readouterr().err
    assert "raise error from cause" in printed
    assert "ValueError" in printed
    assert "geheim" not in printed


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("disk is full"), ConnectionRefusedError(111, "disk is full")]
)
def test_what_the_operator_must_put_right_is_said(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    logged("json", error)

    assert "disk is full" in json.loads(capsys.readouterr().out)["exception"]


def test_an_error_in_the_log_of_a_library_has_no_values_either(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "info")
    password = "geheim"
    try:
        int(password)
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")

    line = json.loads(capsys.readouterr().out)
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"].endswith("ValueError")
    assert "geheim" not in json.dumps(line)


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "warning")
    logs.event("started")
    logs.warning("worn")

    assert [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()] == ["worn"]


def test_warnings_of_libraries_are_lines_too_and_their_chatter_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("json", "debug")
    logging.getLogger("uvicorn.error").info("chatter")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["event"] == "Invalid HTTP request received."
    assert json.loads(line)["source"] == "uvicorn.error"
