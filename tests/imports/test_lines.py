"""Lines out of pieces: whatever the pieces are, the lines and their places are those of the file."""

from hypothesis import given
from hypothesis import strategies as st

from poolhouse.directory.user_csv import LONGEST_LINE_BYTES
from poolhouse.imports.lines import Line, Splitter

PIECES = st.lists(
    st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\xc3\xa9"]), max_size=8).map(b"".join)
)


def split(pieces: list[bytes], number: int = 0, position: int = 0) -> list[Line]:
    splitter = Splitter(number, position)
    found = [line for piece in pieces for line in splitter.feed(piece)]
    return [*found, *splitter.finish()]


@given(PIECES)
def test_the_pieces_do_not_matter(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    wanted = whole.split(b"\n")
    if wanted[-1] == b"":
        wanted.pop()  # the file ends with the end of its last line

    found = split(pieces)

    assert [line.content for line in found] == wanted
    assert [line.number for line in found] == list(range(1, len(wanted) + 1))
    assert not found or found[-1].end == len(whole)


@given(PIECES, st.data())
def test_going_on_after_any_line_gives_the_lines_that_are_left(
    pieces: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(pieces)
    found = split(pieces)
    done = data.draw(st.integers(0, len(found)))
    last = found[done - 1] if done else Line(0, b"", 0)

    assert split([whole[last.end :]], last.number, last.end) == found[done:]


def test_of_a_line_that_is_too_long_no_more_is_kept_than_tells_so() -> None:
    long = b"x" * (3 * LONGEST_LINE_BYTES)

    first, second = split([long[:100_000], long[100_000:] + b"\nada\n"])

    assert LONGEST_LINE_BYTES < len(first.content) < LONGEST_LINE_BYTES + 10
    assert first.end == len(long) + 1
    assert (second.number, second.content, second.end) == (2, b"ada", len(long) + 5)
