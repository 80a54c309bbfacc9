"""All the files of known passwords of a server, asked together."""

from collections.abc import Callable, Sequence
from pathlib import Path

from poolhouse.risk.breaches.digests import Filter, digest_of
from poolhouse.settings import Settings

COMMON = Path(__file__).with_name("common_passwords.bin")  # docs/breaches.md says where it is from

Now = Callable[[], Filter | None]


class Lists:
    """What `ports.Breaches` promises.

    files  each gives its file as it is now, or None while it is of no use
    """

    def __init__(self, files: Sequence[Now]) -> None:
        self._files = files

    def has(self, password: str) -> bool:
        digest = digest_of(password)
        for now in self._files:
            found = now()
            if found is not None and found.has(digest):
                return True
        return False


def paths(settings: Settings) -> tuple[Path, ...]:
    """The files that the settings name."""
    common = (COMMON,) if settings.common_passwords else ()
    return (*common, Path(settings.breaches_file)) if settings.breaches_file else common
