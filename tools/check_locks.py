"""Say whether the lock files fit pyproject.toml, hold hashes, and name no registry."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def problems(root: Path = ROOT) -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    dependencies = project["project"]["dependencies"]
    groups = project["dependency-groups"]
    tools = [need for group in ("test", "check") for need in groups[group]]
    yield from _of_lock(root / "requirements.lock", dependencies)
    traces = project["project"]["optional-dependencies"]["traces"]
    yield from _of_lock(root / "requirements-traces.lock", dependencies + traces)
    yield from _of_lock(root / "requirements-dev.lock", dependencies + tools)
    yield from _of_lock(root / "requirements-build.lock", groups["build"])


def _of_lock(path: Path, needs: list[str]) -> Iterator[str]:
    text = path.read_text("utf-8")
    pins = {canonicalize_name(name): version for name, version in _PIN.findall(text)}
    for need in map(Requirement, needs):
        version = pins.get(canonicalize_name(need.name))
        if version is None or not need.specifier.contains(version, prereleases=True):
            yield f"{path.name} has no {need}: run `make lock`."
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        if "==" in entry and "--hash=sha256:" not in entry:
            yield f"{path.name} has no hash for {entry.split()[0]}: run `make lock`."
    if "://" in text:
        yield f"{path.name} names a host: it must not."


def main() -> None:
    found = list(problems())
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
