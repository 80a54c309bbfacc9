"""Variables: a user's name, sub or tag stands in a policy as it is, and is never a pattern."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.policies import ask, document, holds, policy, statement

from poolhouse.policies.document import IDENTITY, parse

SUB = "cognito-identity.amazonaws.com:sub"
IDENTITY_ID = "us-east-1:1f0c9e7a-0000-4000-8000-000000000001"
OWN = policy(statement(Resource="arn:aws:s3:::app/private/${cognito-identity.amazonaws.com:sub}/*"))


def reaches(pattern, resource, keys, version="2012-10-17"):
    made = parse(document(statement(Resource=pattern), version=version), IDENTITY)
    return ask(made, resource=resource, keys=keys).allowed


def test_everybody_reaches_their_own_prefix_and_no_other():
    keys = {SUB: IDENTITY_ID}

    assert ask(OWN, resource=f"arn:aws:s3:::app/private/{IDENTITY_ID}/a/b.png", keys=keys).allowed
    for other in ("someone/a.png", f"{IDENTITY_ID}x/a.png", f"x{IDENTITY_ID}/a.png", f"{IDENTITY_ID[:-1]}/a"):
        assert not ask(OWN, resource=f"arn:aws:s3:::app/private/{other}", keys=keys).allowed


HOSTILE = [
    "*",
    "?",
    "**",
    "????",
    "*/",
    "a*",
    "${*}",
    "${aws:username}",
    "$",
    "${",
    "*}",
    "'*'",
    "a/*",
    "*\n",
    "\\*",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_no_wildcard_and_no_variable_in_a_resource(name):
    keys = {SUB: name, "aws:username": "ada"}

    assert ask(OWN, resource=f"arn:aws:s3:::app/private/{name}/a.png", keys=keys).allowed
    for other in ("ada", "a", "ab", "abcd", "a/b", ""):
        assert not ask(OWN, resource=f"arn:aws:s3:::app/private/{other}/a.png", keys=keys).allowed


CASES = [
    ("StringLike", "home/${aws:username}", "home/{}"),
    ("StringLike", "home/${aws:username}/*", "home/{}/x"),
    ("StringEquals", "${aws:username}", "{}"),
    ("StringEqualsIgnoreCase", "${aws:username}", "{}"),
    ("ArnLike", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/{}"),
    ("ArnEquals", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/{}"),
    ("ForAnyValue:StringLike", "${aws:username}", "{}"),
]


@pytest.mark.parametrize(("operator", "wanted", "form"), CASES)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_no_wildcard_and_no_variable_in_a_condition(operator, wanted, form, name):
    condition = {operator: {"aws:k": wanted}}

    assert holds(condition, {"aws:k": form.format(name), "aws:username": name})
    for other in ("ada", "a", "ab", "abcd", "a/b"):
        assert not holds(condition, {"aws:k": form.format(other), "aws:username": name})


def test_wildcards_of_the_policy_beside_a_value_stay_wildcards():
    keys = {"aws:username": "a*"}

    assert reaches("arn:aws:s3:::b/${aws:username}/?/*.txt", "arn:aws:s3:::b/a*/1/x.txt", keys)
    assert not reaches("arn:aws:s3:::b/${aws:username}/?/*.txt", "arn:aws:s3:::b/ab/1/x.txt", keys)


VALUE = st.text(alphabet="ab*?$/{}:", min_size=1, max_size=4)
AROUND = st.lists(st.sampled_from(["a", "b", "/", "*", "?", "${*}", "${?}", "${$}"]), max_size=3).map("".join)
LITERAL = {"${*}": "*", "${?}": "?", "${$}": "$"}


@settings(max_examples=80, deadline=None)
@given(before=AROUND, value=VALUE, after=AROUND, tried=st.text(alphabet="ab*?$/:", max_size=7))
def test_a_value_never_widens_what_a_pattern_reaches(before, value, after, tried):
    """What is reached through a variable is what the pattern with the value escaped by hand would reach."""
    escaped = "".join(f"${{{c}}}" if c in "*?$" else c for c in value)
    inside = f"{before}${{aws:x}}{after}"
    by_hand = f"{before}{escaped}{after}"

    for given_text in (tried, value, f"a{value}b", value + tried):
        resource = f"arn:aws:s3:::{given_text}"
        by_variable = reaches(f"arn:aws:s3:::{inside}", resource, {"aws:x": value})
        assert by_variable == reaches(f"arn:aws:s3:::{by_hand}", resource, {})
        assert not by_variable or value in given_text
        like = holds({"StringLike": {"aws:k": inside}}, {"aws:k": given_text, "aws:x": value})
        assert like == by_variable


def test_the_special_variables_are_the_characters_themselves():
    pattern = "arn:aws:s3:::${*}-${?}-${$}{x}"

    assert reaches(pattern, "arn:aws:s3:::*-?-${x}", {"x": "y"})
    assert not reaches(pattern, "arn:aws:s3:::a-b-${x}", {"x": "y"})
    assert holds({"StringEquals": {"aws:k": "${*}"}}, {"aws:k": "*"})


def test_the_language_of_2008_has_no_variables():
    pattern = "arn:aws:s3:::b/${aws:username}"

    assert not reaches(pattern, "arn:aws:s3:::b/ada", {"aws:username": "ada"}, version="2008-10-17")
    assert reaches(pattern, "arn:aws:s3:::b/${aws:username}", {"aws:username": "ada"}, version="2008-10-17")
    assert reaches(pattern, "arn:aws:s3:::b/ada", {"aws:username": "ada"})


def test_a_document_without_a_version_is_of_2008():
    made = parse({"Statement": statement(Resource="arn:aws:s3:::${aws:username}")}, IDENTITY)

    assert not ask(made, resource="arn:aws:s3:::ada", keys={"aws:username": "ada"}).allowed
    assert ask(made, resource="arn:aws:s3:::${aws:username}", keys={"aws:username": "ada"}).allowed


def test_names_of_variables_ignore_case():
    assert reaches(
        "arn:aws:s3:::${AWS:principaltag/TEAM}", "arn:aws:s3:::blue", {"aws:PrincipalTag/team": "blue"}
    )


NO_VALUE = [{}, {"aws:x": ""}, {"aws:x": []}, {"aws:x": ["a", "b"]}, {"aws:x": ["a", "a"]}, {"aws:y": "a"}]


@pytest.mark.parametrize("keys", NO_VALUE)
def test_a_variable_without_a_value_matches_no_resource(keys):
    """[K] for an empty value: with it `${aws:x}*` would be everything."""
    for pattern in ("arn:aws:s3:::${aws:x}*", "arn:aws:s3:::${aws:x}", "arn:aws:s3:::a${aws:x}"):
        for resource in ("arn:aws:s3:::", "arn:aws:s3:::a", "arn:aws:s3:::${aws:x}"):
            assert not reaches(pattern, resource, keys)
        assert reaches([pattern, "arn:aws:s3:::a"], "arn:aws:s3:::a", keys)  # the others of the list count
    assert reaches("arn:aws:s3:::${aws:x}*", "arn:aws:s3:::ab", {"aws:x": "a"})


@pytest.mark.parametrize("keys", NO_VALUE)
def test_a_variable_without_a_value_excepts_nothing_from_a_deny_and_leaves_nothing_to_an_allow(keys):
    """[K] NotResource: AWS's documents leave open what is covered; here an Allow covers less, a Deny more."""
    excepting = {"Resource": None, "NotResource": ["arn:aws:s3:::${aws:x}", "arn:aws:s3:::public"]}
    allowing, denying = policy(statement(**excepting)), policy(statement("Deny", **excepting), statement())

    assert not ask(allowing, resource="arn:aws:s3:::b", keys=keys).allowed
    assert not ask(denying, resource="arn:aws:s3:::b", keys=keys).allowed
    assert ask(denying, resource="arn:aws:s3:::public", keys=keys).allowed
    assert ask(allowing, resource="arn:aws:s3:::b", keys={"aws:x": "a"}).allowed
    assert not ask(allowing, resource="arn:aws:s3:::a", keys={"aws:x": "a"}).allowed
    assert ask(denying, resource="arn:aws:s3:::a", keys={"aws:x": "a"}).allowed


@pytest.mark.parametrize("keys", NO_VALUE)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_variable_without_a_value_is_equal_to_nothing_and_so_unequal_to_everything(keys, effect):
    """IAM User Guide, "Policy variables with no value": inverted operators match against a null value."""
    asked = keys | {"aws:k": "a"}

    assert not holds({"StringEquals": {"aws:k": "${aws:x}"}}, asked, effect)
    assert not holds({"StringLike": {"aws:k": "*${aws:x}*"}}, asked, effect)
    assert holds({"StringNotEquals": {"aws:k": "${aws:x}"}}, asked, effect)
    assert holds({"StringNotLike": {"aws:k": "*${aws:x}*"}}, asked, effect)
    assert holds({"StringEquals": {"aws:k": ["${aws:x}", "a"]}}, asked, effect)


@pytest.mark.parametrize("keys", NO_VALUE)
def test_a_default_stands_in_for_what_has_no_value(keys):
    pattern = "arn:aws:s3:::app-${aws:x, 'company-wide'}"

    assert reaches(pattern, "arn:aws:s3:::app-company-wide", keys)
    assert not reaches(pattern, "arn:aws:s3:::app-a", keys)
    assert reaches(pattern, "arn:aws:s3:::app-yellow", {"aws:x": "yellow"})
    assert not reaches(pattern, "arn:aws:s3:::app-company-wide", {"aws:x": "yellow"})


def test_a_default_is_literal_too():
    """[K] AWS's documents do not say."""
    assert reaches("arn:aws:s3:::${aws:x, '*}'}", "arn:aws:s3:::*}", {})
    assert not reaches("arn:aws:s3:::${aws:x, '*}'}", "arn:aws:s3:::a}", {})


def test_a_colon_in_a_value_moves_no_wildcard_to_another_part_of_an_arn():
    condition = {"ArnLike": {"aws:k": "arn:aws:iam::${aws:x}:role/*"}}

    assert holds(condition, {"aws:k": "arn:aws:iam::1:role/a", "aws:x": "1"})
    for account, value in (("2", "1"), ("2", "*"), ("2", "1:role/x"), ("2", ":"), ("", ":"), ("1", "1:*")):
        assert not holds(condition, {"aws:k": f"arn:aws:iam::{account}:role/a", "aws:x": value})
