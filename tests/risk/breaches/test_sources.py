"""Where known passwords come from: range files, files of digests, lists of words."""

import hashlib
from itertools import chain
from pathlib import Path

import pytest

from poolhouse.risk.breaches import sources
from poolhouse.risk.breaches.sources import Unreadable

WORDS = {"dragon": 900, "monkey": 5, "letmein": 1}


def digest(word: str) -> str:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()


def key(word: str) -> int:
    return int(digest(word)[:16], 16)


def read(source: Path, minimum_count: int = 1) -> list[int]:
    return sorted(chain.from_iterable(sources.keys(source, minimum_count)))


def keys(*words: str) -> list[int]:
    return sorted(key(word) for word in words)


def folder_of(place: Path, suffix: str = "", end: str = "\r\n") -> Path:
    """A file for each word, as Have I Been Pwned gives them: the last line has no end."""
    folder = place / "pwned"
    folder.mkdir()
    for word, count in WORDS.items():
        lines = [f"{digest(word)[5:]}:{count}", f"{'0' * 35}:0"]
        (folder / f"{digest(word)[:5]}{suffix}").write_text(end.join(lines), "ascii", newline="")
    return folder


@pytest.mark.parametrize("suffix", ["", ".txt"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_folder_of_range_files_gives_every_password_and_no_padding(
    tmp_path: Path, suffix: str, end: str
) -> None:
    assert read(folder_of(tmp_path, suffix, end)) == keys(*WORDS)


def test_other_files_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "README.md").write_text("These are passwords.")
    (folder / "21BD1.etag").write_text("W/1")

    assert read(folder) == keys(*WORDS)


@pytest.mark.parametrize(("least", "left"), [(1, 3), (5, 2), (6, 1), (901, 0)])
def test_what_was_seen_too_rarely_is_left_out(tmp_path: Path, least: int, left: int) -> None:
    single = tmp_path / "pwned.txt"
    single.write_text("".join(f"{digest(word)}:{count}\n" for word, count in WORDS.items()))

    assert len(read(folder_of(tmp_path), least)) == left
    assert len(read(single, least)) == left


@pytest.mark.parametrize("form", ["{}:7\n", "{}:7\r\n", "{}\n"])
@pytest.mark.parametrize("letters", [str.upper, str.lower])
def test_one_file_of_digests_gives_them_with_and_without_counts(
    tmp_path: Path, form: str, letters: type
) -> None:
    source = tmp_path / "digests"
    source.write_text("".join(form.format(letters(digest(word))) for word in WORDS), newline="")

    assert read(source) == keys(*WORDS)


def test_a_list_of_words_gives_their_digests_spaces_and_all(tmp_path: Path) -> None:
    source = tmp_path / "words.txt"
    source.write_bytes("dragon\r\n\npass word \nschloß:3".encode())

    assert read(source, minimum_count=9) == keys("dragon", "pass word ", "schloß:3")


def test_a_line_at_the_border_of_two_pieces_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_AT_ONCE", 7)
    source, listed = tmp_path / "words.txt", [f"password-{number}" for number in range(50)]
    source.write_text("\n".join(listed))

    assert read(source) == keys(*listed)


def test_a_source_that_is_not_there_is_refused_and_one_that_is_is_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"words\.txt cannot be read \(No such file or directory\)"):
        read(tmp_path / "words.txt")
    (tmp_path / "words.txt").write_text("dragon")
    assert read(tmp_path / "words.txt") == keys("dragon")


def test_a_folder_without_range_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Nothing yet.")

    with pytest.raises(Unreadable, match="has no files whose names are five hexadecimal digits"):
        read(tmp_path)
    assert read(folder_of(tmp_path)) == keys(*WORDS)


@pytest.mark.parametrize(
    "line", ["dragon", "{}", "{}:", "{}:seven", "{}: 7", "0{}:7", "<html>", "{}:99999999999"]
)
def test_a_line_that_is_no_digest_with_a_count_is_refused(tmp_path: Path, line: str) -> None:
    """It was cut off, or is an error's page in place of an answer."""
    folder = folder_of(tmp_path)
    bad = folder / "00000"
    bad.write_text("\n".join([f"{'1' * 35}:7", line.format("2" * 35), f"{'3' * 35}:7"]))

    with pytest.raises(Unreadable, match="00000 has a line that is no digest with a count"):
        read(folder)
    bad.write_text(f"{'1' * 35}:7\n\n")
    assert len(read(folder)) == len(WORDS) + 1


def test_a_word_among_digests_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "digests"
    source.write_text(f"{digest('dragon')}:1\nmonkey\n")

    with pytest.raises(Unreadable, match="has a line that is no digest"):
        read(source)
    source.write_text(f"monkey\n{digest('dragon')}:1\n")
    assert read(source) == keys("monkey", f"{digest('dragon')}:1")
