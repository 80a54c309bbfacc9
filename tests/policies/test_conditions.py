"""Each operator: a condition, keys of a request for which it holds, and keys for which it does not."""

import pytest
from tests.policies.policies import document, holds, statement

from poolhouse.policies.document import IDENTITY, parse
from poolhouse.policies.reading import MalformedPolicy

K = "aws:k"


def values(*given):
    return {K: list(given)}


ONE_VALUE = [
    ("StringEquals", "Ab", ["Ab"], ["ab", "Abc", "", "A*"]),
    ("StringEquals", ["a", "b"], ["a", "b"], ["ab"]),
    ("StringEquals", "a*", ["a*"], ["ab"]),  # no wildcards here
    ("StringEquals", 7, ["7"], ["7.0"]),
    ("StringEquals", 1.50, ["1.5"], ["1.50"]),
    ("StringEquals", True, ["true"], ["True"]),
    ("StringEquals", "", [""], [" "]),
    ("StringEquals", "e\u0301", ["e\u0301"], ["é"]),  # nothing is normalised
    ("StringNotEquals", ["a", "b"], ["c", "A"], ["a", "b"]),
    ("StringEqualsIgnoreCase", "Ab", ["aB", "AB"], ["abc"]),
    ("StringNotEqualsIgnoreCase", "Ab", ["abc"], ["aB"]),
    ("StringLike", "a*c?", ["acd", "abccd"], ["ac", "ACD"]),
    ("StringLike", ["x", "home/*"], ["x", "home/", "home/a/b"], ["home"]),
    ("StringNotLike", ["a*", "b?"], ["b", "c"], ["a", "bc"]),
    ("NumericEquals", "10", ["10", "10.0", "+10"], ["11", "ten", "", "NaN", "1e1"]),
    ("NumericEquals", 10, ["10"], ["9"]),
    ("NumericNotEquals", ["1", "2"], ["3", "1.5"], ["1", "2.0"]),
    ("NumericLessThan", "10", ["9.99", "-11"], ["10", "11"]),
    ("NumericLessThanEquals", "10", ["10", "9"], ["10.01"]),
    ("NumericGreaterThan", "0.1", ["0.11", "10"], ["0.1", "0.09"]),
    ("NumericGreaterThanEquals", "9", ["9", "10"], ["8.9"]),
    ("NumericEquals", "0.1000000000000000000000000001", ["0.1000000000000000000000000001"], ["0.1"]),
    ("DateEquals", "2026-01-31T12:00:00Z", ["2026-01-31T13:00:00+01:00", "1769860800"], ["2026-01-31"]),
    ("DateNotEquals", "2026-01-31", ["2026-02-01"], ["2026-01-31T00:00:00Z"]),
    ("DateLessThan", "2026-01-31T12:00:00Z", ["2026-01-31T11:59:59.999Z", "2025"], ["2026-01-31T12:00Z"]),
    ("DateLessThanEquals", "2026-02", ["2026-02-01T00:00:00Z"], ["2026-02-01T00:00:01Z", "tomorrow"]),
    ("DateGreaterThan", 1769860800, ["2026-01-31T12:00:01Z"], ["2026-01-31T12:00:00Z", "2026-13-01"]),
    (
        "DateGreaterThanEquals",
        "2026-01-31T12:00:00-02:00",
        ["2026-01-31T14:00:00Z"],
        ["2026-01-31T13:59:59Z"],
    ),
    ("Bool", "true", ["true", "True"], ["false", "1", ""]),
    ("Bool", False, ["false"], ["true"]),
    ("BinaryEquals", "QmluYXJ5", ["QmluYXJ5"], ["QmluYXJ4", "Binary", "é"]),
    (
        "IpAddress",
        "203.0.113.0/24",
        ["203.0.113.9", "::ffff:203.0.113.9"],
        ["203.0.114.9", "x", "2001:db8::1"],
    ),
    ("IpAddress", "203.0.113.7", ["203.0.113.7"], ["203.0.113.8"]),
    ("IpAddress", ["10.0.0.0/8", "2001:DB8::/32"], ["10.9.9.9", "2001:db8:1::"], ["11.0.0.1", "2001:db9::"]),
    ("IpAddress", "203.0.113.77/24", ["203.0.113.9"], ["203.0.112.9"]),
    ("IpAddress", "::ffff:10.0.0.0/104", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.1.2.3"]),
    ("IpAddress", "0.0.0.0/0", ["1.2.3.4"], ["::1", "2001:db8::1"]),
    ("NotIpAddress", ["10.0.0.0/8", "2001:db8::/32"], ["11.0.0.1", "::1"], ["10.0.0.1", "2001:db8::1"]),
    ("ArnEquals", "arn:aws:s3:::b*", ["arn:aws:s3:::bc"], ["arn:aws:s3:::cb", "b", "arn:aws:s3:::B"]),
    ("ArnLike", "arn:aws:iam::*:role/?", ["arn:aws:iam::1:role/a"], ["arn:aws:iam::1:role/ab"]),
    ("ArnLike", "arn:aws:iam::1:role/*", ["arn:aws:iam::1:role/a:b/c"], ["arn:aws:iam:x:1:role/a"]),
    ("ArnNotEquals", "arn:aws:s3:::b", ["arn:aws:s3:::c"], ["arn:aws:s3:::b"]),
    ("ArnNotLike", "arn:aws:s3:::b*", ["arn:aws:s3:::c", "nothing"], ["arn:aws:s3:::bc"]),
    ("Null", "false", ["x"], [""]),
    ("Null", True, [""], ["x"]),
    ("stringequals", "a", ["a"], ["b"]),  # [K] names of operators ignore case
]


@pytest.mark.parametrize(("operator", "wanted", "good", "bad"), ONE_VALUE)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_an_operator_compares_the_requests_value_with_the_policys(operator, wanted, good, bad, effect):
    condition = {operator: {K: wanted}}

    assert [value for value in good if not holds(condition, {K: value}, effect)] == []
    assert [value for value in bad if holds(condition, {K: value}, effect)] == []


def test_an_arn_wildcard_stays_between_its_colons_where_a_string_wildcard_does_not():
    """The example of the IAM User Guide, "Amazon Resource Name (ARN) condition operators"."""
    pattern = "arn:aws:someservice:*:111122223333:finance/*"
    keys = {K: "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"}

    assert holds({"StringLike": {K: pattern}}, keys)
    assert not holds({"ArnLike": {K: pattern}}, keys)


MISSING = [
    ("StringEquals", "a", False),
    ("StringLike", "*", False),
    ("StringNotEquals", "a", True),
    ("StringNotLike", "*", True),
    ("StringNotEqualsIgnoreCase", "a", True),
    ("NumericLessThan", "1", False),
    ("NumericNotEquals", "1", True),
    ("DateGreaterThan", "2020-01-01", False),
    ("DateNotEquals", "2020-01-01", True),
    ("Bool", "false", False),
    ("BinaryEquals", "QQ==", False),
    ("IpAddress", "0.0.0.0/0", False),
    ("NotIpAddress", "0.0.0.0/0", True),
    ("ArnLike", "arn:*:*:*:*:*", False),
    ("ArnNotEquals", "arn:*:*:*:*:*", True),
    ("Null", "true", True),
    ("Null", "false", False),
    ("StringEqualsIfExists", "a", True),
    ("StringNotEqualsIfExists", "a", True),
    ("BoolIfExists", "true", True),
    ("ForAllValues:StringEquals", "a", True),
    ("ForAllValues:StringNotEquals", "a", True),
    ("ForAnyValue:StringEquals", "a", False),
    ("ForAnyValue:StringNotEquals", "a", False),
    ("ForAnyValue:StringEqualsIfExists", "a", True),
    ("ForAllValues:StringEqualsIfExists", "a", True),
]


@pytest.mark.parametrize(("operator", "wanted", "expected"), MISSING)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("keys", [{}, {"aws:other": "a"}, {K: []}])
def test_a_key_that_is_missing_or_has_no_values(operator, wanted, expected, effect, keys):
    assert holds({operator: {K: wanted}}, keys, effect) is expected


SEVERAL = [
    ("ForAllValues:StringEquals", ["a", "b"], [("a",), ("a", "b"), ("a", "a"), ("",)], [("a", "c"), ("c",)]),
    ("ForAnyValue:StringEquals", ["a", "b"], [("a", "c"), ("c", "b")], [("c",), ("c", "d"), ("",)]),
    ("ForAllValues:StringLike", ["a*"], [("a", "ab")], [("a", "b")]),
    ("ForAnyValue:StringLike", "auth*", [("authenticated", "x")], [("unauthenticated",)]),
    ("ForAllValues:StringNotEquals", ["a", "b"], [("c", "d"), ("",)], [("a", "c"), ("a", "b")]),
    ("ForAnyValue:StringNotEquals", ["a", "b"], [("a", "c")], [("a", "b"), ("a",), ("",)]),
    ("ForAllValues:StringEqualsIfExists", "a", [("a", "a")], [("a", "b")]),
    ("forallvalues:stringequals", "a", [("a",)], [("b",)]),
    ("ForAllValues:NumericLessThan", "3", [("1", "2")], [("1", "3")]),
]


@pytest.mark.parametrize(("operator", "wanted", "good", "bad"), SEVERAL)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_the_set_operators_ask_all_values_or_any(operator, wanted, good, bad, effect):
    condition = {operator: {K: wanted}}

    assert [given for given in good if not holds(condition, values(*given), effect)] == []
    assert [given for given in bad if holds(condition, values(*given), effect)] == []


@pytest.mark.parametrize(
    ("operator", "one", "both"), [("StringEquals", "a", ["a", "b"]), ("StringNotEquals", "a", "c")]
)
def test_several_values_without_a_set_operator_allow_less_and_deny_more(operator, one, both):
    """[K] AWS says only that a key of several values requires a set operator."""
    half, whole = {operator: {K: one}}, {operator: {K: both}}

    assert not holds(half, values("a", "b"), "Allow")
    assert holds(half, values("a", "b"), "Deny")
    assert holds(whole, values("a", "b"), "Allow")
    assert holds(whole, values("a", "b"), "Deny")


def test_all_operators_and_all_keys_must_hold():
    condition = {"StringEquals": {"aws:a": "1", "aws:b": ["2", "3"]}, "Bool": {"aws:c": "true"}}
    keys = {"aws:a": "1", "aws:b": "3", "aws:c": "true"}

    assert holds(condition, keys)
    for name, other in (("aws:a", "2"), ("aws:b", "1"), ("aws:c", "false")):
        assert not holds(condition, keys | {name: other})


def test_names_of_keys_ignore_case_and_two_spellings_are_two_values():
    condition = {"StringEquals": {"AWS:PrincipalTag/Team": "blue"}}

    assert holds(condition, {"aws:principaltag/TEAM": "blue"})
    assert not holds(condition, {"aws:PrincipalTag/team": "blue", "aws:PrincipalTag/Team": "red"})


@pytest.mark.parametrize(
    ("bad", "sentence", "good"),
    [
        ([], "Condition must be an object", {}),
        ({"StringEquals": "a"}, "StringEquals must be an object", {"StringEquals": {K: "a"}}),
        ({"StringEquals": {}}, "at least one condition key", {"StringEquals": {K: "a"}}),
        ({"StringEquals": {K: []}}, "must have a text", {"StringEquals": {K: ["a"]}}),
        ({"StringEquals": {K: None}}, "must have a text", {"StringEquals": {K: "null"}}),
        ({"StringEquals": {K: [["a"]]}}, "must have a text", {"StringEquals": {K: ["a"]}}),
        ({"StringEquals": {"k": "a"}}, "The condition key 'k' must be", {"StringEquals": {"a:k": "a"}}),
        ({"StringMatches": {K: "a"}}, "StringMatches is not a condition operator", {"StringLike": {K: "a"}}),
        ({"IfExists": {K: "a"}}, "is not a condition operator", {"BoolIfExists": {K: "true"}}),
        (
            {"ForSome:StringLike": {K: "a"}},
            "is not a condition operator",
            {"ForAnyValue:StringLike": {K: "a"}},
        ),
        ({"NullIfExists": {K: "true"}}, "is not a condition operator", {"Null": {K: "true"}}),
        ({"ForAllValues:Null": {K: "true"}}, "is not a condition operator", {"Null": {K: "true"}}),
        ({"Null": {K: "maybe"}}, "is not true or false", {"Null": {K: "false"}}),
        ({"Null": {K: ["true", "false"]}}, "Null must have one value", {"Null": {K: ["true"]}}),
        ({"Bool": {K: ["true", "false"]}}, "Bool must have one value", {"Bool": {K: ["true"]}}),
        ({"Bool": {K: "1"}}, "'1' is not true or false", {"Bool": {K: True}}),
        ({"NumericEquals": {K: "ten"}}, "'ten' is not a number", {"NumericEquals": {K: "10"}}),
        ({"NumericEquals": {K: "1e400"}}, "is not a number", {"NumericEquals": {K: "1"}}),
        ({"NumericEquals": {K: "٣"}}, "is not a number", {"NumericEquals": {K: "3"}}),
        ({"DateEquals": {K: "31.1.2026"}}, "is not a date", {"DateEquals": {K: "2026-01-31"}}),
        ({"DateEquals": {K: "2026-02-30"}}, "is not a date", {"DateEquals": {K: "2024-02-29"}}),
        ({"DateLessThan": {K: "2026-*"}}, "is not a date", {"DateLessThan": {K: "2026-01"}}),
        ({"BinaryEquals": {K: "*"}}, "is not base64", {"BinaryEquals": {K: "QQ=="}}),
        ({"IpAddress": {K: "10.0.0.0/33"}}, "is not an IP address", {"IpAddress": {K: "10.0.0.0/32"}}),
        ({"IpAddress": {K: "10.*"}}, "is not an IP address", {"IpAddress": {K: "10.0.0.0/8"}}),
        ({"ArnLike": {K: "role/*"}}, "needs ARNs with six parts", {"ArnLike": {K: "arn:aws:iam::1:role/*"}}),
        ({"StringEquals": {K: "${aws:x"}}, "is not written as", {"StringEquals": {K: "${aws:x}"}}),
        ({"Bool": {K: "${aws:x}"}}, "Bool cannot have a policy variable", {"Bool": {K: "true"}}),
        ({"NumericEquals": {K: "${aws:x}"}}, "cannot have a policy variable", {"NumericEquals": {K: "1"}}),
        ({"IpAddress": {K: "${aws:x}"}}, "cannot have a policy variable", {"IpAddress": {K: "::1"}}),
        (
            {"StringEquals": {"aws:k": "a", "aws:K": "b"}},
            "Condition has aws:K twice",
            {"StringEquals": {"aws:k": "a", "aws:l": "b"}},
        ),
        (
            {"StringEquals": {K: "a"}, "stringEquals": {K: "b"}},
            "Condition has stringEquals twice",
            {"StringEquals": {K: "a"}, "stringLike": {K: "b"}},
        ),
    ],
)
def test_a_condition_that_is_none_is_refused_with_one_sentence(bad, sentence, good):
    with pytest.raises(MalformedPolicy, match=f"Statement 1: .*{sentence}"):
        parse(document(statement(Condition=bad)), IDENTITY)
    assert parse(document(statement(Condition=good)), IDENTITY).allows
