"""Options that are settings: their names, help and defaults come from settings.py."""

import os.path
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from poolhouse.configuration import CONFIG, FILE, load
from poolhouse.descriptions import Description, described
from poolhouse.settings import Settings, environment

F = TypeVar("F", bound=Callable[..., Any])
Profile = Literal["dev", "serve", "tools"]

_METAVARS = {
    "data": "DIR",
    "functions": "DIR",
    "lambda_endpoint": "URL",
    "ready_file": "PATH",
    "fixed_code": "123456",
}


def settings_options(profile: Profile, *names: str, hidden: bool = False) -> Callable[[F], F]:
    """An option for each named setting; the command gets them as keyword arguments, None if not given.

    `hidden` ones are taken but not shown: `serve` knows those of `dev`, to say that they are not for it.
    """

    def decorate(command: F) -> F:
        for name in reversed(names):
            command = _option(profile, described(name), hidden)(command)
        return command

    return decorate


def config_option(profile: Profile) -> Callable[[F], F]:
    """--config: which file to read."""
    default = "" if profile == "dev" else f"; default: {FILE}, if it is there"
    return click.option("--config", metavar="FILE", help=f"The file with settings. [env: {CONFIG}{default}]")


def settings_from(profile: Profile, config: str | None, overrides: dict[str, Any]) -> Settings:
    """Load the settings of a command.

    `dev` reads a file only when one is named, so that it never opens a production store by chance.
    """
    environ = environment()
    named = config or environ.get(CONFIG)
    file = Path(named) if named else Path(FILE) if profile != "dev" and os.path.exists(FILE) else None
    return load(profile, overrides, environ, file)


def _option(profile: Profile, setting: Description, hidden: bool) -> Callable[[F], F]:
    flag = "--" + setting.name.replace("_", "-")
    default = setting.dev_default if profile == "dev" else setting.default
    if default is False and setting.name == "no_demo":
        text = f"{setting.text} [env: {setting.variable}]"
        return click.option(flag, is_flag=True, default=None, hidden=hidden, help=text)
    needed = setting.name == "public_url"  # by serve; under dev it follows the port
    known = "" if default == "" or needed else f"; default: {_shown(default)}"
    text = f"{setting.text} [env: {setting.variable}{known}]"
    return click.option(flag, metavar=_metavar(setting), hidden=hidden, help=text)


def _metavar(setting: Description) -> str:
    if setting.form.startswith("one of "):
        return setting.form.removeprefix("one of ").replace(", ", "|")
    usual = {"on or off": "on|off", "a text": "TEXT"}.get(setting.form, _noun(setting))
    return _METAVARS.get(setting.name, usual)


def _noun(setting: Description) -> str:
    return "NUMBER" if isinstance(setting.default, int) else setting.name.rpartition("_")[2].upper()


def _shown(default: Any) -> str:
    return {True: "on", False: "off"}[default] if isinstance(default, bool) else str(default)
