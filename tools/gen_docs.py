"""Make docs/settings.md from src/poolhouse/settings.py; `--check` only says whether it is stale."""

import sys
from pathlib import Path
from typing import Any

from poolhouse.descriptions import Description, describe

TARGET = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD = """\
# Settings

<!-- Made by tools/gen_docs.py from src/poolhouse/settings.py: change it there. -->

A setting is taken from the command line, else from the environment (`POOLHOUSE_<NAME>`), else from
`poolhouse.toml` (`<name> = value`; `--config` or `POOLHOUSE_CONFIG` names another file), else it has its
default. What names no setting is refused. `poolhouse dev` reads a file only when one is named.

In the environment a list is separated by commas, a table is written as `name=value,name=value`, and a
switch is `on` or `off`. Settings marked *secret* are not options of the command line, where every user of
the computer could read them; `database_url` is the exception, for those whose URL holds no password.

| setting | value | default | meaning |
| --- | --- | --- | --- |
"""

_TAIL = """
## Settings of one user pool

These are set for each pool, as its tags, so that any AWS tool can set them:

| tag | value | default | meaning |
| --- | --- | --- | --- |
| `poolhouse:password-storage` | srp or argon2id | srp | `argon2id`: no client may allow SRP. |
| `poolhouse:lockout-free-tries` | 1 to 100 | 5 | Wrong tries before a user is locked out. |
| `poolhouse:lockout-max-seconds` | 1 to 86400 | 900 | The longest; it doubles from one second on. |
| `poolhouse:unreachable-triggers` | refused or allowed | refused | Functions that nothing can call. |
| `poolhouse:email-domains` | domains | none | Whose people sign in here ([guide](guides/multi-tenancy.md)). |
| `poolhouse:tenant-client` | an app client | none | The one that they sign in at. |

## Several workers

With one worker on SQLite the buckets of the request-rate limits are in its memory. With several, and always
on PostgreSQL, they are shared through the store: a worker takes leases of a tenth of a second's requests,
so one statement serves many requests, and a burst may be passed by at most one lease for each worker.
"""


def page() -> str:
    return _HEAD + "".join(_row(setting) for setting in describe()) + _TAIL


def _row(setting: Description) -> str:
    notes = [note for note, holds in (("secret", setting.secret), ("development only", setting.dev)) if holds]
    marks = "".join(f" *{note}*" for note in notes)
    value = setting.form + (f", {setting.unit}" if setting.unit else "")
    return f"| `{setting.name}` | {value} | {_default(setting)} | {setting.text}{marks} |\n"


def _default(setting: Description) -> str:
    if setting.name == "public_url":
        return "`http://localhost:<port>` under `dev`; none under `serve`"
    if setting.name == "auth_domain_suffix":
        return "`auth.localhost:<port>` under `dev`; none under `serve`"
    if setting.default == setting.dev_default:
        return _shown(setting.default)
    return f"{_shown(setting.default)} (`dev`: {_shown(setting.dev_default)})"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`" if value not in ("", [], {}) else "none"


def main() -> None:
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text("utf-8") != page():
            sys.exit("docs/settings.md is stale: run `make docs`.")
        return
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
