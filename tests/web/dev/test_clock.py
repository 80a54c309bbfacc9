"""/_dev/clock: shows the time that expiry follows, and moves it."""

import msgspec
import pytest

from poolhouse.ports import DAY, SECOND
from poolhouse.web.dev import times


async def move(visitor, body, **headers):
    encoded = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await visitor.ask("POST", "/_dev/clock", encoded, **headers)


async def moved(visitor, body):
    response = await move(visitor, body)
    assert response.status == 200, response.body
    return msgspec.json.decode(response.body)


async def test_an_unmoved_clock_shows_the_time_of_the_machine(visitor):
    shown = await visitor.json("/_dev/clock")

    assert shown["offset_seconds"] == 0
    assert abs(times.from_iso(shown["now"]) - visitor.env.clock.now()) < 5 * SECOND


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("90s", 90), ("5m", 300), ("2h", 7200), ("30d", 30 * 86_400), ("1w", 7 * 86_400), ("0s", 0)],
)
async def test_advance_moves_everybodys_time(visitor, span, seconds):
    before = visitor.env.clock.now()

    shown = await moved(visitor, {"advance": span})

    assert shown["offset_seconds"] == seconds
    assert 0 <= visitor.env.clock.now() - before - seconds * SECOND < 5 * SECOND


async def test_advances_add_up_and_reset_takes_them_back(visitor):
    await moved(visitor, {"advance": "30d"})
    assert (await moved(visitor, {"advance": "1d"}))["offset_seconds"] == 31 * 86_400

    assert (await moved(visitor, {"reset": True}))["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00"),
        ("2027-01-01T02:00:00+02:00", "2027-01-01T00:00:00"),
        ("2001-02-03T04:05:06.5Z", "2001-02-03T04:05:06.5"),
    ],
)
async def test_set_makes_it_that_time(visitor, text, shown):
    now = (await moved(visitor, {"set": text}))["now"]

    assert times.from_iso(now) - times.from_iso(f"{shown}Z") < 5 * SECOND


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({}, "exactly one"),
        ({"advance": "1d", "reset": True}, "exactly one"),
        ({"reset": False}, "exactly one"),
        ({"advance": 30}, "exactly one"),
        ({"forward": "1d"}, "exactly one"),
        (b"[]", "must be a JSON object"),
        (b"nonsense", "not valid JSON"),
        (b"", "not valid JSON"),
        ({"advance": "30"}, "whole number"),
        ({"advance": "-1d"}, "whole number"),
        ({"advance": "1.5h"}, "whole number"),
        ({"advance": "1y"}, "whole number"),
        ({"advance": "٣d"}, "whole number"),
        ({"advance": "999999999w"}, "year 9999"),
        ({"set": "2027-01-01T00:00:00"}, "with its zone"),
        ({"set": "tomorrow"}, "with its zone"),
        ({"set": "1969-12-31T23:59:59Z"}, "with its zone"),
        ({"set": "0001-01-01T00:00:00+14:00"}, "with its zone"),
        ({"set": ""}, "with its zone"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence_and_moves_nothing(visitor, body, part):
    response = await move(visitor, body)

    assert response.status == 400
    assert part in msgspec.json.decode(response.body)["message"]
    assert visitor.env.clock.offset == 0


async def test_the_form_of_the_start_page_moves_it_and_leads_back(visitor):
    response = await move(visitor, b"advance=30d", content_type="application/x-www-form-urlencoded")

    assert (response.status, dict(response.headers)[b"location"]) == (303, b"/#clock")
    assert visitor.env.clock.offset == 30 * DAY
    await move(visitor, b"reset=yes", content_type="application/x-www-form-urlencoded")
    assert visitor.env.clock.offset == 0


async def test_json_that_curl_calls_a_form_is_json(visitor):
    response = await move(visitor, {"advance": "1d"}, content_type="application/x-www-form-urlencoded")

    assert response.status == 200
    assert visitor.env.clock.offset == DAY


@pytest.mark.parametrize("body", [b"advance=1y", b"\xff=\xfe", b"a=1&" * 50, b""])
async def test_a_form_that_cannot_be_read_moves_nothing(visitor, body):
    response = await move(visitor, body, content_type="application/x-www-form-urlencoded")

    assert response.status == 400
    assert visitor.env.clock.offset == 0
