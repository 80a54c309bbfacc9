"""Points and levels of risk, and the tags that change them."""

import pytest

from poolhouse.directory import pool_tags, risk_scale
from poolhouse.errors import InvalidParameter

POINTS, THRESHOLDS = risk_scale.POINTS_TAG, risk_scale.THRESHOLDS_TAG


def test_without_tags_the_defaults_are_in_force():
    found = risk_scale.of_tags({"env": "prod"})

    assert found.points == risk_scale.POINTS
    assert (found.low, found.medium, found.high) == (25, 45, 70)


def test_a_level_is_reached_by_its_very_threshold():
    found = risk_scale.of_tags({})

    assert [found.level(points) for points in (0, 24, 25, 44, 45, 69, 70, 500)] == [
        *("", "", "LOW", "LOW"),
        *("MEDIUM", "MEDIUM", "HIGH", "HIGH"),
    ]


def test_tags_change_what_they_name_and_nothing_else():
    found = risk_scale.of_tags({POINTS: "new-device=10 reported=-5", THRESHOLDS: "high=90"})

    assert found.points == {**risk_scale.POINTS, "new-device": 10, "reported": -5}
    assert (found.low, found.medium, found.high) == (25, 45, 90)


GOOD = [
    {POINTS: "new-device=0"},
    {POINTS: "new-device=100 new-country=-100"},
    {POINTS: ""},
    {THRESHOLDS: "low=1 medium=2 high=3"},
    {THRESHOLDS: "medium=69"},
]


@pytest.mark.parametrize("tags", GOOD)
def test_a_tag_of_the_right_form_is_taken(tags):
    pool_tags.check(tags)

    assert risk_scale.of_tags(tags)


BAD = [
    ({POINTS: "new-device"}, "must be pairs such as new-device=30, with spaces between."),
    ({POINTS: "new-device=1,new-country=2"}, "must be pairs"),
    ({POINTS: "new-device=1.5"}, "must be pairs"),
    ({POINTS: "new-device=1\tnew-country=2"}, "must be pairs"),
    ({POINTS: "new-device=٣"}, "must be pairs"),
    ({POINTS: "new-device=9999"}, "must be pairs"),
    ({POINTS: "new-device=101"}, "must have whole numbers from -100 to 100."),
    ({POINTS: "phase-of-the-moon=1"}, "knows no phase-of-the-moon: it has new-device, "),
    ({THRESHOLDS: "lowest=1"}, "knows no lowest: it has low, medium, high."),
    ({THRESHOLDS: "low=0"}, "must have 0 < low < medium < high."),
    ({THRESHOLDS: "low=45"}, "must have 0 < low < medium < high."),
    ({THRESHOLDS: "medium=70"}, "must have 0 < low < medium < high."),
    ({"poolhouse:risk-weights": "low=1"}, "knows no tag poolhouse:risk-weights"),
]


@pytest.mark.parametrize(("tags", "text"), BAD)
def test_a_tag_that_is_wrong_is_refused_in_one_sentence(tags, text):
    with pytest.raises(InvalidParameter, match=text.replace(".", r"\.")) as refused:
        pool_tags.check(tags)

    assert refused.value.message.count(". ") <= 1
