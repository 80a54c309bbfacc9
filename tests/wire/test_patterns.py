"""The patterns of the models: quick on any text, and in their fast form what they were."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.wire import validate
from poolhouse.wire.operations import SERVICES, model

PATTERNS = sorted(
    {
        shape["pattern"]
        for service in SERVICES
        for shape in model(service)["shapes"].values()
        if "pattern" in shape
    }
    | {shape["pattern"] for shape in validate._AS_OBSERVED.values()}
)
PIECES = (
    "a",
    "A",
    "0",
    "@",
    "_",
    "-",
    ".",
    ":",
    "=",
    "/",
    " ",
    "\n",
    "{##",
    "##}",
    "{####}",
    "{##a##}",
    "arn:a:",
)


HOSTILE = [piece * (60_000 // len(piece)) + end for piece in PIECES for end in ("\x00", "\n", "!")]


def decide(pattern, text, seconds):
    compiled = regex.compile(pattern, 0 if r"\p" in pattern else regex.ASCII)
    return compiled.fullmatch(text, timeout=seconds) is not None


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_is_slow_on_any_text(pattern):
    compiled = validate._LINEAR.get(pattern, pattern)

    decided = [decide(compiled, text, seconds=2) for text in HOSTILE]

    assert len(decided) == len(HOSTILE)  # a slow one raises TimeoutError


@pytest.mark.parametrize("pattern", sorted(validate._LINEAR))
def test_the_patterns_that_have_a_fast_form_need_it(pattern):
    with pytest.raises(TimeoutError):
        [decide(pattern, text, seconds=0.1) for text in HOSTILE]


@pytest.mark.parametrize("pattern", sorted(validate._LINEAR))
@given(
    text=st.text(alphabet="a@{}#\x00\n ", max_size=30)
    | st.from_regex(r"[a@#]*\{##[a#]*##\}[a{}#@]*", fullmatch=True)
)
def test_the_fast_patterns_mean_what_the_models_say(pattern, text):
    assert pattern in PATTERNS
    original = regex.compile(pattern, 0 if r"\p" in pattern else regex.ASCII)

    assert validate._matcher(pattern)(text) == (original.fullmatch(text) is not None)
