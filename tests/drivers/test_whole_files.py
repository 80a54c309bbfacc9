"""Files that are made whole or not at all, and mapped anew when another takes their place."""

import mmap
import os
from pathlib import Path

import pytest

from poolhouse.drivers.whole_files import Mapped, draft, mapped
from poolhouse.errors import SettingsError


class Hands:
    """The time, and what was told, in the test's hands."""

    def __init__(self) -> None:
        self.time = 0.0
        self.told: list[tuple[str, dict[str, str]]] = []

    def tell(self, event: str, **facts: str) -> None:
        self.told.append((event, facts))

    def warn(self, event: str, **facts: str) -> None:
        self.tell(f"warning: {event}", **facts)


def text(content: mmap.mmap) -> str:
    found = content[:].decode()
    if found.startswith("bad"):
        raise ValueError("is bad")
    return found


@pytest.fixture
def hands() -> Hands:
    return Hands()


def opened(path: Path, hands: Hands) -> Mapped[str]:
    return Mapped(path, text, hands.tell, hands.warn, lambda: hands.time)


def put(path: Path, content: str) -> None:
    """Another file in its place, at once."""
    beside = path.with_suffix(".new")
    beside.write_text(content)
    beside.replace(path)


def test_another_file_is_seen_within_a_second(tmp_path: Path, hands: Hands) -> None:
    path = tmp_path / "file"
    put(path, "first")
    file = opened(path, hands)

    put(path, "second")
    hands.time = 0.9
    before = file.now()
    hands.time = 1.0

    assert (before, file.now()) == ("first", "second")
    assert hands.told == [("a file was replaced", {"file": str(path)})]


def test_nothing_is_told_of_a_file_that_stays(tmp_path: Path, hands: Hands) -> None:
    put(tmp_path / "file", "first")
    file = opened(tmp_path / "file", hands)
    hands.time = 5.0

    assert file.now() == "first"
    assert hands.told == []


@pytest.mark.parametrize(("content", "why"), [("bad", "is bad"), ("", "is empty")])
def test_a_damaged_file_takes_no_place_and_is_told_once_until_a_whole_one_comes(
    tmp_path: Path, hands: Hands, content: str, why: str
) -> None:
    path = tmp_path / "file"
    put(path, "first")
    file = opened(path, hands)

    put(path, content)
    found = []
    for hands.time in (1.0, 2.0):
        found.append(file.now())
    put(path, "third")
    hands.time = 3.0

    assert found == ["first", "first"]
    assert file.now() == "third"
    no_use = ("warning: a file was replaced by one of no use", {"file": str(path), "reason": why})
    assert hands.told == [no_use, ("a file was replaced", {"file": str(path)})]


def test_a_file_that_is_taken_away_stays_in_use(tmp_path: Path, hands: Hands) -> None:
    path = tmp_path / "file"
    put(path, "first")
    file = opened(path, hands)
    path.unlink()
    hands.time = 1.0

    assert file.now() == "first"
    assert hands.told[0][1]["reason"] == "cannot be read (No such file or directory)"


def test_a_file_that_is_cut_short_in_its_place_is_not_touched(tmp_path: Path, hands: Hands) -> None:
    """Touching it would end the process: a page of it is there no more."""
    path = tmp_path / "file"
    put(path, "first " + "x" * 2 * mmap.PAGESIZE)
    file = opened(path, hands)

    os.truncate(path, 10)
    cut = file.now()
    put(path, "whole again")
    hands.time = 1.0

    assert cut is None
    assert file.now() == "whole again"


def test_what_is_overwritten_in_its_place_by_something_damaged_is_asked_no_more(
    tmp_path: Path, hands: Hands
) -> None:
    """The file of before is gone, and its place in memory holds the new one."""
    path = tmp_path / "file"
    put(path, "first")
    file = opened(path, hands)

    path.write_text("bad, and longer")
    os.utime(path, ns=(1, 1))
    hands.time = 1.0
    bad = file.now()
    path.write_text("good, and longer")
    os.utime(path, ns=(2, 2))
    hands.time = 2.0

    assert bad is None
    assert file.now() == "good, and longer"


def test_a_file_of_no_use_is_refused_at_the_start_in_one_sentence(tmp_path: Path, hands: Hands) -> None:
    path = tmp_path / "file"
    put(path, "bad")

    with pytest.raises(SettingsError, match=r"^The file .*file is bad: make it anew, or name another\.$"):
        mapped(path, text, hands.tell, hands.warn)
    with pytest.raises(SettingsError, match=r"^The file .*none cannot be read \(No such file or directory\)"):
        mapped(tmp_path / "none", text, hands.tell, hands.warn)
    put(path, "good")
    assert mapped(path, text, hands.tell, hands.warn).now() == "good"


def test_a_draft_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    with draft(path) as (file, scratch):
        file.write(b"after")
        (scratch / "heap").write_bytes(b"x")
        during = path.read_text()

    assert (during, path.read_text()) == ("before", "after")
    assert list(tmp_path.iterdir()) == [path]


def test_a_draft_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def fail() -> None:
        with draft(path) as (file, _):
            file.write(b"half")
            raise ValueError("of no use")

    with pytest.raises(ValueError, match="no use"):
        fail()

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
