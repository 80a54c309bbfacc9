"""The vendored models are what the pinned botocore gives, without its documentation."""

import subprocess
import sys
from pathlib import Path

from poolhouse.wire.operations import SERVICES, model

ROOT = Path(__file__).parents[2]


def test_the_models_are_current():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "update_models.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "the models are current\n")


def test_the_models_carry_no_documentation():
    texts = [(ROOT / f"src/poolhouse/wire/models/{service}.json").read_text() for service in SERVICES]

    assert all('"documentation"' not in text and "<p>" not in text for text in texts)


def test_the_models_have_every_operation_of_the_three_services():
    assert {service: len(model(service)["operations"]) for service in SERVICES} == {
        "cognito-idp": 141,
        "cognito-identity": 23,
        "sts": 11,
    }
