"""Running node with what `npm ci --prefix tests/clients` installs; one sentence where it cannot be done."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.server import clean_environment

_HERE = Path(__file__).parent


def run_node(arguments: list[str], given: str, **environment: str) -> str:
    """Run node in this folder with `given` as its standard input, and give what it printed."""
    if shutil.which("node") is None:
        pytest.fail(
            "This test needs node, 20 or newer: install it, or leave it out with -m 'not node'.",
            pytrace=False,
        )
    if not (_HERE / "node_modules").is_dir():
        pytest.fail(
            "This test needs the JavaScript clients: run `npm ci --prefix tests/clients`.", pytrace=False
        )
    done = subprocess.run(
        ["node", *arguments],
        cwd=_HERE,
        env=clean_environment() | environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"node {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout
