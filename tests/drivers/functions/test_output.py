"""What functions print, in the log."""

import asyncio

import pytest

from poolhouse.drivers.functions.output import Output


@pytest.fixture
def told():
    return []


async def follow(told, *chunks):
    stream = asyncio.StreamReader()
    for chunk in chunks:
        stream.feed_data(chunk)
        await asyncio.sleep(0)
    stream.feed_eof()
    await Output("greet", lambda what, **details: told.append((what, details))).follow(stream)
    return [details["line"] for what, details in told if what == "function output"]


async def test_lines_carry_the_name_of_the_function(told):
    assert await follow(told, b"one\ntwo\r\nthree\rfour") == ["one", "two", "three", "four"]
    assert {details["function"] for _, details in told} == {"greet"}


async def test_bytes_that_are_no_text_are_shown_as_such(told):
    assert await follow(told, b"a\xff\xfeb\n") == ["a\ufffd\ufffdb"]


async def test_a_long_line_is_cut_and_the_next_is_whole(told):
    lines = await follow(told, b"x" * 300_000 + b"\nshort\n" + b"y" * 5_000)

    assert lines == ["x" * 4_096, "short", "y" * 4_096]


async def test_of_too_many_lines_the_number_is_told(told):
    lines = await follow(told, b"line\n" * 5_000)

    left_out = [details["lines"] for what, details in told if what == "function output left out"]
    assert sum(left_out) + len(lines) == 5_000
    assert 200 <= len(lines) <= 400


async def test_empty_lines_are_not_logged(told):
    assert await follow(told, b"\n\none\n\n") == ["one"]


async def test_a_process_without_output_has_none(told):
    await Output("greet", lambda *_, **__: None).follow(None)

    assert told == []
