"""Documents that commands are given as files: policies and metadata."""

import sys

from poolhouse.errors import SettingsError

_MOST = 1_000_000  # bytes


def read(source: str, option: str) -> str:
    """The text of a file, or of the standard input for `-`. Raises `SettingsError`."""
    try:
        if source == "-":
            content = sys.stdin.buffer.read(_MOST + 1)
        else:
            with open(source, "rb") as file:
                content = file.read(_MOST + 1)
        text = content.decode()
    except OSError as error:
        raise SettingsError(
            f"The file {source} cannot be read ({error.strerror}): correct {option}."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"The file {source} is not UTF-8: correct {option}.") from None
    if len(content) > _MOST:
        raise SettingsError(f"The file {source} is larger than {_MOST} bytes: correct {option}.")
    return text


def pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    """NAME=VALUE, as often as it was given. Raises `SettingsError`."""
    found = [text.partition("=") for text in given]
    if not all(name and equals for name, equals, _ in found):
        raise SettingsError(f"{option} takes NAME=VALUE: correct it.")
    if len({name for name, _, _ in found}) < len(found):
        raise SettingsError(f"{option} was given the same name twice: correct it.")
    return {name: value for name, _, value in found}
