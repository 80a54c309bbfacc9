"""What importing the library brings into an application."""

import json
import subprocess
import sys

import pytest

FRAMEWORKS = {"starlette", "fastapi", "django", "flask", "werkzeug", "pydantic"}
_LOADED = "import json, sys, {}; print(json.dumps(sorted(sys.modules)))"


def loaded_by(module: str) -> set[str]:
    """The modules of a fresh interpreter that imports one."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(module)], capture_output=True, text=True, timeout=60, check=True
    )
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_library_brings_cryptography_and_msgspec_and_nothing_of_the_server() -> None:
    modules = loaded_by("poolhouse.authorizer")
    known = loaded_by("msgspec, cryptography.hazmat.primitives.serialization")

    assert packages(modules) - packages(known) - sys.stdlib_module_names == {"poolhouse"}
    ours = {name for name in modules if name.startswith("poolhouse.")}
    assert {name.split(".")[1] for name in ours} == {"authorizer", "crypto"}
    assert {name for name in ours if name.startswith("poolhouse.crypto.")} == {
        "poolhouse.crypto.jose",
        "poolhouse.crypto.revocation_feed",
    }


@pytest.mark.parametrize("adapter", ["asgi", "starlette", "django", "flask"])
def test_an_adapter_brings_its_own_framework_and_no_other(adapter: str) -> None:
    found = packages(loaded_by(f"poolhouse.authorizer.{adapter}")) & FRAMEWORKS

    assert found == {"asgi": set(), "flask": {"flask", "werkzeug"}}.get(adapter, {adapter})


def test_verifying_signatures_brings_the_policy_engine_and_nothing_of_the_server() -> None:
    modules = loaded_by("poolhouse.authorizer.sigv4.asgi, poolhouse.authorizer.sigv4.s3")
    known = loaded_by("msgspec, cryptography.hazmat.primitives.serialization")

    assert packages(modules) - packages(known) - sys.stdlib_module_names == {"poolhouse"}
    ours = {name for name in modules if name.startswith("poolhouse.")}
    rooms = {name.split(".")[1] for name in ours}
    assert rooms == {"authorizer", "crypto", "directory", "errors", "policies", "ports", "tokens", "wire"}
    assert {name for name in ours if name.startswith(("poolhouse.directory.", "poolhouse.tokens."))} == {
        "poolhouse.directory.principals",
        "poolhouse.directory.roles",
        "poolhouse.directory.verifier_bundle",
        "poolhouse.tokens.condition_keys",
    }
