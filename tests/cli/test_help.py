"""What --help shows."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from poolhouse import __version__
from poolhouse.cli import poolhouse


def every(group: click.Group, *above: str) -> Iterator[list[str]]:
    """The words of each command that there is, and of those below it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield [*above, name]
        if isinstance(command, click.Group):
            yield from every(command, *above, name)


COMMANDS = list(every(poolhouse))
GROUPS = [
    [],
    ["keys"],
    ["pools"],
    ["roles"],
    ["managed-policies"],
    ["iam-providers"],
    ["audit"],
    ["breaches"],
    ["logs"],
]


def helped(*arguments: str) -> str:
    shown = CliRunner().invoke(poolhouse, [*arguments, "--help"], terminal_width=100)
    assert shown.exit_code == 0
    return shown.output


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_and_shows_an_example(command: list[str]) -> None:
    text = helped(*command)

    assert "Example" in text
    assert f"poolhouse {' '.join(command)}" in text.partition("Example")[2]


@pytest.mark.parametrize("group", GROUPS, ids=lambda words: " ".join(["poolhouse", *words]))
def test_a_list_of_commands_ends_every_sentence(group: list[str]) -> None:
    listed = helped(*group).partition("\nCommands:\n")[2]

    assert listed.count(".\n") >= len([words for words in COMMANDS if words[:-1] == group]) > 0
    assert "..." not in listed


def test_the_options_of_dev_name_their_variable_and_their_default() -> None:
    text = " ".join(helped("dev").split())

    for option, default in {
        "host": "127.0.0.1",
        "port": "8400",
        "data": ".poolhouse",
        "region": "us-east-1",
        "account-id": "000000000000",
        "sigv4": "any",
        "quotas": "off",
    }.items():
        variable = "POOLHOUSE_" + option.upper().replace("-", "_")
        assert f"--{option}" in text
        assert f"[env: {variable}; default: {default}]" in text
    for option in ("database-url", "functions", "lambda-endpoint", "fixed-code", "no-demo", "ready-file"):
        assert f"--{option}" in text
        assert f"[env: POOLHOUSE_{option.upper().replace('-', '_')}]" in text


def test_no_secret_can_be_given_on_the_command_line_of_serve() -> None:
    assert "--master-key" not in helped("serve")
    assert "--smtp-password" not in helped("serve")
    assert "--public-url" in helped("serve")


def test_help_imports_no_server() -> None:
    program = (
        "import sys; from poolhouse.cli import poolhouse; "
        "poolhouse(['--help'], standalone_mode=False); "
        "sys.exit(any(name in sys.modules for name in ('uvicorn', 'cryptography', 'structlog', 'sqlite3')))"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "poolhouse serve" in ended.stdout


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(poolhouse, ["version"]).output == f"poolhouse {__version__}\n"
    assert CliRunner().invoke(poolhouse, ["--version"]).output == f"poolhouse {__version__}\n"


def ended(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "poolhouse", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode, result.stderr


@pytest.mark.parametrize(
    "option", [["--fixed-code", "123456"], ["--no-demo"], ["--sigv4", "any"], ["--ready-file", "r"]]
)
def test_serve_says_of_an_option_of_dev_that_it_is_for_development(option: list[str]) -> None:
    code, said = ended("serve", *option)

    assert (code, said.count("\n"), "is for development only: remove --" in said) == (1, 1, True)
    assert option[0] not in helped("serve")
    assert option[0] in helped("dev")


def test_serve_takes_the_signatures_that_it_always_verifies() -> None:
    code, said = ended("serve", "--sigv4", "verify")

    assert (code, said.startswith("poolhouse: `public_url` is not set")) == (1, True)


def test_a_wrong_command_line_is_explained_without_a_trace() -> None:
    code, said = ended("nonsense")
    assert (code, "No such command 'nonsense'" in said, "Traceback" in said) == (2, True, False)
    code, said = ended("dev", "--nope")
    assert (code, "No such option" in said, "Traceback" in said) == (2, True, False)
    code, said = ended("dev", "--port", "x")
    assert (code, said) == (
        1,
        "poolhouse: `port` must be a whole number from 0 to 65,535: correct --port.\n",
    )
