"""Where network addresses are: from the operator's own MMDB files, and a list of known bad ranges.

Files that change are read again without a restart. A file that cannot be read then leaves the one before in
force, and a line in the log; at the start it is an error of the settings.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

import maxminddb

from poolhouse.errors import SettingsError
from poolhouse.ports import Place
from poolhouse.settings import Settings

_PAUSE = 10.0  # seconds between two looks at the files
_REMEMBERED = 10_000  # addresses

NOWHERE = Place()

Warn = Callable[..., None]


class Ranges(Protocol):
    def has(self, address: str) -> bool: ...


Parse = Callable[[Iterable[str]], Ranges]


class _Files:
    """The files as they were read together: what answers until one of them changes."""

    def __init__(self, settings: Settings, parse: Parse) -> None:
        self.marks = _marks(settings)
        self._places = _reader(settings.geo_file)
        self._networks = _reader(settings.network_file)
        self._bad = _ranges(settings.bad_ranges_file, parse)
        self._remembered: OrderedDict[str, Place] = OrderedDict()

    def of(self, address: str) -> Place:
        found = self._remembered.get(address)
        if found is None:
            found = self._remembered[address] = self._looked_up(address)
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def _looked_up(self, address: str) -> Place:
        try:
            ip_address(address)
        except ValueError:
            return NOWHERE
        place, network = _record(self._places, address), _record(self._networks, address)
        country = _text(place, "country", "iso_code") or _text(place, "country_code")
        return Place(
            country=country[:2],
            city=_text(place, "city", "names", "en") or _text(place, "city"),
            network=_network({**place, **network}),
            point=_point(place),
            bad=bool(self._bad and self._bad.has(address)),
        )


class FileAtlas:
    """The port `Atlas`. Raises `SettingsError` for a file that cannot be read."""

    def __init__(self, settings: Settings, parse: Parse, warn: Warn) -> None:
        self._settings = settings
        self._parse = parse
        self._warn = warn
        self._files = _Files(settings, parse)

    def of(self, address: str) -> Place:
        return self._files.of(address)

    async def run(self) -> None:
        """Look at the files again and again, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE)
            await self.look()

    async def look(self) -> None:
        """Read the files anew if one of them has changed."""
        marks = _marks(self._settings)
        if marks == self._files.marks:
            return
        try:
            self._files = await asyncio.to_thread(_Files, self._settings, self._parse)
        except SettingsError as error:
            self._files.marks = marks  # tell it once
            self._warn("a file of places cannot be read, the one before stays in force", reason=str(error))


def opened(settings: Settings, parse: Parse, warn: Warn) -> FileAtlas | None:
    """None: no file is configured, so nothing is known of any address. Raises `SettingsError`.

    parse  makes ranges of lines; raises `ValueError` that names the line
    """
    if not any(_paths(settings)):
        return None
    return FileAtlas(settings, parse, warn)


def _paths(settings: Settings) -> tuple[str, str, str]:
    return settings.geo_file, settings.network_file, settings.bad_ranges_file


def _marks(settings: Settings) -> tuple[tuple[int, int] | None, ...]:
    """When each file was written, and how long it is: what tells a changed one."""
    return tuple(_mark(Path(path)) if path else None for path in _paths(settings))


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _reader(path: str) -> maxminddb.Reader | None:
    """All of it in memory: a mapped file must not be written over in place, and operators do that."""
    if not path:
        return None
    try:
        return maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise SettingsError(f"{path} cannot be read as an MMDB file: {error}") from error


def _ranges(path: str, parse: Parse) -> Ranges | None:
    if not path:
        return None
    try:
        with Path(path).open(encoding="utf-8") as lines:
            return parse(lines)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as a list of address ranges: {error}") from error


def _record(reader: maxminddb.Reader | None, address: str) -> dict[str, Any]:
    """What a file has of an address; one of IPv4 alone has nothing of IPv6, a damaged one nothing at all."""
    try:
        found = reader.get(address) if reader else None
    except (ValueError, maxminddb.InvalidDatabaseError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(record: Any, *path: str) -> str:
    for member in path:
        record = record.get(member) if isinstance(record, dict) else None
    return record if isinstance(record, str) else ""


def _network(record: dict[str, Any]) -> str:
    """As GeoLite2-ASN has it, or as files of others (`asn`, `as_name`) do."""
    number = record.get("autonomous_system_number") or record.get("asn")
    if number is None:
        return ""
    name = _text(record, "autonomous_system_organization") or _text(record, "as_name")
    return f"AS{str(number).removeprefix('AS')} {name}".strip()


def _point(record: dict[str, Any]) -> tuple[float, float] | None:
    found = record.get("location")
    where = found if isinstance(found, dict) else {}
    latitude, longitude = where.get("latitude"), where.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return float(latitude), float(longitude)
