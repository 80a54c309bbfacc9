"""All the files of known passwords together, as the settings name them and as they are now."""

import mmap
from pathlib import Path

import pytest
from tests.risk.breaches.made import file_of

from poolhouse.drivers.whole_files import Mapped
from poolhouse.risk.breaches import digests, lists
from poolhouse.risk.breaches.digests import Filter
from poolhouse.risk.breaches.lists import COMMON, Lists
from poolhouse.settings import Settings


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        ({}, (COMMON,)),
        ({"breaches_file": "b.bin"}, (COMMON, Path("b.bin"))),
        ({"breaches_file": "b.bin", "common_passwords": False}, (Path("b.bin"),)),
        ({"common_passwords": False}, ()),
    ],
)
def test_the_common_ones_are_known_unless_the_settings_say_otherwise(
    settings: dict[str, object], paths: tuple[Path, ...]
) -> None:
    assert lists.paths(Settings(**settings)) == paths  # type: ignore[arg-type]


def test_a_password_is_known_that_any_file_has() -> None:
    first, second = (digests.read(file_of(word)) for word in ("dragon", "monkey"))
    known = Lists([lambda: first, lambda: None, lambda: second])

    assert [known.has(word) for word in ("dragon", "monkey", "zebra")] == [True, True, False]


def test_nothing_is_known_without_files() -> None:
    assert not Lists([]).has("dragon")


def test_a_file_that_takes_the_place_of_another_is_asked_within_a_second(tmp_path: Path) -> None:
    path, time, told = tmp_path / "breaches.bin", [0.0], list[str]()
    path.write_bytes(file_of("dragon"))

    def read(content: mmap.mmap) -> Filter:
        return digests.read(content)

    def tell(event: str, **facts: str) -> None:
        told.append(" ".join((event, *facts.values())))

    known = Lists([Mapped(path, read, tell, tell, lambda: time[0]).now])
    answers = [known.has("dragon"), known.has("monkey")]
    for seconds, content in (
        (1.0, file_of("monkey")),
        (2.0, file_of("monkey")[:-1]),
        (3.0, file_of("zebra")),
    ):
        (tmp_path / "new.bin").write_bytes(content)
        (tmp_path / "new.bin").replace(path)
        time[0] = seconds
        answers += [known.has("dragon"), known.has("monkey")]

    assert answers == [True, False, False, True, False, True, False, False]
    damaged = "is damaged: it has 69,697 bytes in place of 69,698"
    assert told == [
        f"a file was replaced {path}",
        f"a file was replaced by one of no use {path} {damaged}",
        f"a file was replaced {path}",
    ]
