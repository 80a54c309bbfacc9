"""Where addresses are, from files of the operator's; and files that change, or are damaged."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests import mmdb

from poolhouse.directory import address_ranges
from poolhouse.drivers import atlas
from poolhouse.drivers.atlas import FileAtlas
from poolhouse.errors import SettingsError
from poolhouse.ports import Place
from poolhouse.settings import Settings

BERLIN = mmdb.city("DE", "Berlin", 52.5, 13.4)
PERTH = mmdb.city("AU", "Perth", -31.95, 115.86)


class Log:
    """What was warned of."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __call__(self, event: str, **facts: Any) -> None:
        self.lines.append({"event": event, **facts})


def opened(log: Log | None = None, **files: Path) -> FileAtlas:
    settings = Settings(**{name: str(path) for name, path in files.items()})
    found = atlas.opened(settings, address_ranges.of_lines, log or Log())
    assert found is not None
    return found


def test_without_files_nothing_is_known_and_nothing_is_needed() -> None:
    assert atlas.opened(Settings(), address_ranges.of_lines, Log()) is None


def test_an_address_has_the_country_the_city_and_the_coordinates_of_its_network(tmp_path: Path) -> None:
    file = mmdb.write(tmp_path / "geo.mmdb", {"198.51.100.0/24": BERLIN, "2001:db8::/32": PERTH})
    found = opened(geo_file=file)

    assert found.of("198.51.100.7") == Place("DE", "Berlin", "", (52.5, 13.4))
    assert found.of("2001:db8::1") == Place("AU", "Perth", "", (-31.95, 115.86))
    assert found.of("203.0.113.1") == Place()


def test_a_file_of_networks_of_its_own_adds_the_number_and_the_name(tmp_path: Path) -> None:
    asn = {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Net"}
    geo = mmdb.write(tmp_path / "geo.mmdb", {"198.51.100.0/24": BERLIN})
    networks = mmdb.write(tmp_path / "asn.mmdb", {"198.51.100.0/25": asn}, "Test-ASN")
    found = opened(geo_file=geo, network_file=networks)

    assert found.of("198.51.100.7").network == "AS64500 Example Net"
    assert found.of("198.51.100.200") == Place("DE", "Berlin", "", (52.5, 13.4))


def test_records_with_the_members_of_other_makers_are_read_too(tmp_path: Path) -> None:
    record = {"country_code": "FR", "city": "Lyon", "asn": "AS64501", "as_name": "Autre"}
    found = opened(geo_file=mmdb.write(tmp_path / "geo.mmdb", {"192.0.2.0/24": record}))

    assert found.of("192.0.2.1") == Place("FR", "Lyon", "AS64501 Autre", None)


@pytest.mark.parametrize("address", ["", "localhost", "198.51.100.7/24", "198.51.100", "::g", "\x00"])
def test_what_is_no_address_is_nowhere(tmp_path: Path, address: str) -> None:
    found = opened(geo_file=mmdb.write(tmp_path / "geo.mmdb", {"198.51.100.0/24": BERLIN}))

    assert found.of(address) == Place()


def test_an_address_of_the_list_of_bad_ranges_is_bad_and_its_neighbour_is_not(tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("# a list\n198.51.100.0/25 ; SBL1\n\n2001:db8::7\n")
    found = opened(bad_ranges_file=tmp_path / "bad")

    assert [found.of(a).bad for a in ("198.51.100.127", "198.51.100.128")] == [True, False]
    assert [found.of(a).bad for a in ("2001:db8::7", "2001:db8::8")] == [True, False]


async def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    file = mmdb.write(tmp_path / "geo.mmdb", {"198.51.100.0/24": BERLIN})
    found = opened(geo_file=file)
    before = found.of("198.51.100.7")
    mmdb.write(tmp_path / "new.mmdb", {"198.51.100.0/24": PERTH})
    os.replace(tmp_path / "new.mmdb", file)
    os.utime(file, ns=(1, 1))

    assert found.of("198.51.100.7") == before
    await found.look()

    assert found.of("198.51.100.7").country == "AU"


async def test_a_damaged_file_leaves_the_one_before_in_force_and_is_told_once(tmp_path: Path) -> None:
    file, log = mmdb.write(tmp_path / "geo.mmdb", {"198.51.100.0/24": BERLIN}), Log()
    found = opened(log, geo_file=file)
    file.write_bytes(b"not a database")

    await found.look()
    await found.look()

    assert found.of("198.51.100.7").country == "DE"
    assert [line["reason"] for line in log.lines] == [
        f"{file} cannot be read as an MMDB file: Error opening database file ({file}). "
        "Is this a valid MaxMind DB file?"
    ]


async def test_a_list_with_a_line_that_is_none_leaves_the_one_before_in_force(tmp_path: Path) -> None:
    file, log = tmp_path / "bad", Log()
    file.write_text("198.51.100.0/24\n")
    found = opened(log, bad_ranges_file=file)
    file.write_text("198.51.100.0/24\n203.0.113.0/240\n")

    await found.look()

    assert found.of("198.51.100.7").bad
    assert "line 2 is no address and no network: 203.0.113.0/240" in log.lines[0]["reason"]


@pytest.mark.parametrize("setting", ["geo_file", "network_file", "bad_ranges_file"])
def test_a_file_that_is_missing_at_the_start_is_an_error_of_the_settings(
    tmp_path: Path, setting: str
) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        opened(**{setting: tmp_path / "missing"})


def test_a_file_of_another_kind_is_an_error_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "geo.mmdb").write_text("hello")

    with pytest.raises(SettingsError, match="cannot be read as an MMDB file"):
        opened(geo_file=tmp_path / "geo.mmdb")
