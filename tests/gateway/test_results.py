"""Whatever a function returns: an answer that can be sent, or no answer; never an error of another kind."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.gateway.calls import Answer
from poolhouse.gateway.kinds import results
from poolhouse.gateway.kinds.results import Malformed

ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
HEADERS = st.dictionaries(
    st.sampled_from(["a", "X-B", "content-length", "b\r\nc"]) | st.text(), JSON, max_size=3
)
LIKE_ANSWERS = st.fixed_dictionaries(
    {"statusCode": st.integers(190, 610) | JSON},
    optional={
        "headers": HEADERS | JSON,
        "multiValueHeaders": st.dictionaries(st.text(), st.lists(ATOMS, max_size=2), max_size=2) | JSON,
        "cookies": st.lists(ATOMS, max_size=2) | JSON,
        "body": st.text() | JSON,
        "isBase64Encoded": st.booleans() | JSON,
    },
)


@pytest.mark.parametrize("read", [results.http_1, results.http_2, results.rest])
@given(returned=LIKE_ANSWERS | JSON)
def test_what_a_function_returns_can_be_sent_or_is_no_answer(
    read: Callable[[bytes], Answer], returned: object
) -> None:
    try:
        answer = read(msgspec.json.encode(returned))
    except Malformed:
        return
    assert 200 <= answer.status <= 599
    assert isinstance(answer.body, bytes)
    for name, value in answer.headers:
        assert name == name.lower() != b""
        assert not set(b"\r\n\0: ") & set(name)
        assert not set(b"\r\n\0") & set(value)
        assert name not in (b"content-length", b"transfer-encoding", b"connection")


@given(st.binary(max_size=20))
def test_bytes_that_are_no_json_are_no_answer(returned: bytes) -> None:
    try:
        msgspec.json.decode(returned)
    except msgspec.DecodeError:
        with pytest.raises(Malformed):
            results.http_2(returned)
    else:
        assert results.http_2(returned).status == 200
