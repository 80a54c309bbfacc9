"""`poolhouse breaches`: the file of known passwords is made and asked from the command line."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from poolhouse.cli import poolhouse
from poolhouse.errors import SettingsError

STOLEN, UNKNOWN = "Tr0ub4dor&3", "An0ther-P2$Sword"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    """Run a command; what it refuses is raised as it is inside `main`."""
    result = CliRunner().invoke(poolhouse, ["breaches", *arguments], input=given)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result


def words(*passwords: str, name: str = "words.txt") -> str:
    Path(name).write_text("\n".join(passwords), "utf-8")
    return name


def built(*passwords: str) -> str:
    assert run("build", "--from", words(*passwords), "--out", "breaches.bin").exit_code == 0
    return "breaches.bin"


def test_a_file_is_made_of_several_sources_and_what_it_holds_and_misses_is_told() -> None:
    digest = hashlib.sha1(STOLEN.encode(), usedforsecurity=False).hexdigest().upper()
    Path("pwned").mkdir()
    Path("pwned", digest[:5]).write_text(f"{digest[5:]}:12\n{'0' * 35}:1\n")

    made = run(
        "build", "--from", "pwned", "--from", words("dragon"), "--minimum-count", "2", "--out", "new.bin"
    )

    assert made.exit_code == 0
    assert "new.bin: 2 passwords in 69,700 bytes" in made.output
    assert "pwned has 1 of 1,048,576 ranges: the others are not known." in made.output
    assert "one in 2,147,483,648 is taken for one that is" in made.output
    assert [run("check", "--file", "new.bin", given=text).exit_code for text in (STOLEN, "dragon")] == [3, 3]


def test_nothing_is_said_of_ranges_where_none_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolhouse.risk.breaches.sources.EVERY_RANGE", 1)
    Path("pwned").mkdir()
    Path("pwned", "00000").write_text(f"{'1' * 35}:1")

    assert "ranges" not in run("build", "--from", "pwned", "--out", "new.bin").output
    assert "ranges" not in run("build", "--from", words("dragon"), "--out", "new.bin").output


def test_the_exit_code_says_whether_a_password_is_known_and_it_is_never_printed() -> None:
    file = built(STOLEN)

    known = run("check", "--file", file, given=f"{STOLEN}\n")
    unknown = run("check", "--file", file, given=f"{UNKNOWN}\n")

    assert (known.exit_code, known.output) == (3, "This password is known: it is in breaches.bin.\n")
    assert (unknown.exit_code, unknown.output) == (0, "This password is in none of 1 file.\n")


def test_without_a_file_the_files_of_the_settings_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLHOUSE_BREACHES_FILE", built(STOLEN))

    stolen, common, neither = (run("check", given=text) for text in (STOLEN, "letmein", UNKNOWN))

    assert stolen.output == "This password is known: it is in breaches.bin.\n"
    assert common.output == "This password is known: it is in the list of the most common passwords.\n"
    assert (neither.exit_code, neither.output) == (0, "This password is in none of 2 files.\n")


def test_the_list_of_the_most_common_can_be_left_out() -> None:
    assert run("check", given="letmein").exit_code == 3
    assert run("check", "--common-passwords", "off", given="letmein").exit_code == 0


def test_a_password_is_no_argument() -> None:
    refused = run("check", STOLEN)

    assert refused.exit_code == 2
    assert "unexpected extra argument" in refused.output
    assert run("check", given=STOLEN).exit_code == 0


def test_a_password_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^The password is not UTF-8: correct the standard input\.$"):
        run("check", given=b"\xff\xfe\n")
    assert run("check", given=UNKNOWN).exit_code == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("dragon\nmonkey\n", "is no file that `poolhouse breaches build` made"),
        ("", "is empty"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_of_no_use_is_refused_in_one_sentence(content: str | None, says: str) -> None:
    if content is not None:
        Path("other.bin").write_text(content)

    with pytest.raises(SettingsError) as refused:
        run("check", "--file", "other.bin", given=STOLEN)
    assert str(refused.value) == f"The file other.bin {says}: make it anew, or name another."
    assert run("check", "--file", built(STOLEN), given=STOLEN).exit_code == 3


def test_sources_of_no_use_leave_the_file_of_before() -> None:
    file = built(STOLEN)
    before = Path(file).read_bytes()

    for name, says in (
        ("none.txt", r"^none\.txt cannot be read"),
        (words(name="empty"), "0 passwords make no"),
    ):
        with pytest.raises(SettingsError, match=says):
            run("build", "--from", name, "--out", file)

    assert Path(file).read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["breaches.bin", "empty", "words.txt"]


def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(
        SettingsError, match=r"^none/breaches\.bin cannot be made \(No such file or directory\)"
    ):
        run("build", "--from", words("dragon"), "--out", "none/breaches.bin")
    assert built("dragon")


@pytest.mark.parametrize("arguments", [("--out", "x"), ("--from", "words.txt"), ("--minimum-count", "0")])
def test_what_is_missing_or_out_of_range_is_told(arguments: tuple[str, ...]) -> None:
    words("dragon")

    assert run("build", *arguments).exit_code == 2
    assert run("build", "--from", "words.txt", "--out", "x", "--minimum-count", "1").exit_code == 0


def doctor_says() -> str:
    shown = CliRunner().invoke(poolhouse, ["doctor", "--port", "1"]).output
    return next(line for line in shown.splitlines() if "passwords" in line)


def test_doctor_reads_the_files_whole_and_says_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = doctor_says()
    monkeypatch.setenv("POOLHOUSE_BREACHES_FILE", built(STOLEN, "dragon"))
    beside = doctor_says()
    monkeypatch.setenv("POOLHOUSE_COMMON_PASSWORDS", "off")
    monkeypatch.setenv("POOLHOUSE_BREACHES_FILE", "")

    assert alone == "ok    passwords   100,000 known ones in common_passwords.bin"
    assert beside == f"{alone}, 2 known ones in breaches.bin"
    assert doctor_says() == "ok    passwords   no list of known ones is in use"


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda content: content[:-1] + b"?", "is damaged: its content is not what was written"),
        (lambda content: content[:-2], "is damaged: it has 69,698 bytes in place of 69,700"),
    ],
)
def test_doctor_finds_a_damaged_file(
    damage: Callable[[bytes], bytes], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(built(STOLEN, "dragon"))
    monkeypatch.setenv("POOLHOUSE_BREACHES_FILE", str(file))
    whole = doctor_says()
    file.write_bytes(damage(file.read_bytes()))

    assert whole.startswith("ok    passwords")
    assert doctor_says() == f"FAIL  passwords   The file breaches.bin {says}: make it anew, or name another."
