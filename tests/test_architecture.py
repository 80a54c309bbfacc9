"""The house rules that a machine can check, beside import-linter and ruff (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
GENERATED = ROOT / "src" / "poolhouse" / "wire" / "models"
FOLDERS = ("src", "tests", "tools", "benchmarks")


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if GENERATED not in path.parents and "node_modules" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, less the docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(*FOLDERS)
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name} {length(node)}"
        for path in modules("src", "tools", "benchmarks")
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    ]

    assert long == []


def test_the_measure_of_a_function_leaves_its_docstring_out() -> None:
    (node,) = ast.parse('def f():\n    """One.\n\n    Two."""\n    x = 1\n    return x\n').body

    assert isinstance(node, ast.FunctionDef)
    assert length(node) == 2


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [path for path in modules("src", "tests", "tools") if path.stem in BANNED_NAMES]
    folders = [path for path in (ROOT / "src").rglob("*") if path.is_dir() and path.name in BANNED_NAMES]

    assert named + folders == []


def test_every_module_of_the_source_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules("src")
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert silent == []


def test_nothing_is_checked_with_assert_in_the_source() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("src")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert)
    ]

    assert found == []


@pytest.mark.parametrize("module", ["web/dev", "drivers"])
def test_what_only_some_profiles_have_is_imported_by_nobody_else(module: str) -> None:
    """The dev pages by app and the command line only; the drivers by what composes a process."""
    name = "poolhouse." + module.replace("/", ".")
    composing = {"app.py", "gateway_app.py", "processes.py"}
    allowed = {"app.py", "cli/dev.py"} if module == "web/dev" else composing
    package = ROOT / "src" / "poolhouse"
    importers = {
        str(path.relative_to(package))
        for path in modules("src")
        if package / module not in path.parents and _imports(path, name)
    }

    assert importers <= allowed
    assert "app.py" in importers


def _imports(path: Path, package: str) -> bool:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if any(name == package or name.startswith(f"{package}.") for name in names):
            return True
    return False
